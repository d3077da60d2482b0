/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether this is a container, and what it was not given. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/session/doctor.h"

/* What the kernel calls the namespaces it starts with. */
#define INITIAL_PID_NAMESPACE "pid:[4026531836]"
#define INITIAL_USER_NAMESPACE "user:[4026531837]"

/* Of links that can't be read nothing is known. */
static bool is_other_namespace(const char *path, const char *initial)
{
	char name[64];
	ssize_t n = readlink(path, name, sizeof(name) - 1);

	if (n < 0)
		return false;
	name[n] = '\0';
	return strcmp(name, initial) != 0;
}

/* What usually makes containers was here; it may have been long ago, in an image. */
static const char *marked_by(void)
{
	const char *kind = getenv("container");

	if (!access("/run/.containerenv", F_OK))
		return "podman";
	if (getenv("KUBERNETES_SERVICE_HOST"))
		return "Kubernetes";
	if (!access("/.dockerenv", F_OK))
		return "docker";
	return kind && *kind ? kind : NULL;
}

/* The number of a process' first mount, which no other mount of the machine has. */
static long first_mount(const char *path)
{
	FILE *f = fopen(path, "re");
	long number = -1;

	if (!f)
		return -1;
	if (fscanf(f, "%ld", &number) != 1)
		number = -1;
	fclose(f);
	return number;
}

/* The first process sees other files. */
static bool has_own_mounts(void)
{
	return first_mount("/proc/1/mountinfo") != first_mount("/proc/self/mountinfo");
}

/* What made the container; NULL: it is none. */
static const char *container_kind(void)
{
	const char *kind = marked_by();

	if (is_other_namespace("/proc/self/ns/pid", INITIAL_PID_NAMESPACE))
		return kind ? kind : "a PID namespace of its own";
	return kind && has_own_mounts() ? kind : NULL;
}

static void look_at_user_namespace(struct doctor *d)
{
	if (is_other_namespace("/proc/self/ns/user", INITIAL_USER_NAMESPACE))
		doctor_say(d, FINDING_PROBLEM,
			   "a user namespace: what is permitted here does not count for tracing; "
			   "start the container as root, not rootless");
}

static void look_at_mounts(struct doctor *d)
{
	static const struct {
		const char *path, *without;
	} mounts[] = {
		{ "/sys/kernel/btf/vmlinux", "nothing works" },
		{ "/run/netns", "network namespaces of others have no names" },
	};

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++)
		if (access(mounts[i].path, F_OK))
			doctor_say(d, FINDING_NOTE, "%s is not there, without it %s: '-v %s:%s:ro'",
				   mounts[i].path, mounts[i].without, mounts[i].path,
				   mounts[i].path);
}

bool doctor_container(struct doctor *d)
{
	const char *kind = container_kind();

	if (!kind)
		return false;
	doctor_heading(d, "Container");
	doctor_say(d, FINDING_OK,
		   "this is one (%s); scripts/retis-in-container gives one what it "
		   "needs",
		   kind);
	look_at_user_namespace(d);
	look_at_mounts(d);
	return true;
}
