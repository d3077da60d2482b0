/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether this is a container, and what it was not given. */
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/doctor/doctor.h"
#include "core/kernel/settings.h"
#include "core/probe/features.h"

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

/* What a file begins with; -1: it can't be read. */
static long read_first_number(const char *path)
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

/* The first process sees other files: the first mount's number is that of no other mount. */
static bool has_own_mounts(void)
{
	return read_first_number("/proc/1/mountinfo") != read_first_number("/proc/self/mountinfo");
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
		{ "/lib/modules", "it is not known what the kernel was built with" },
	};

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++)
		if (access(mounts[i].path, F_OK))
			doctor_say(d, FINDING_NOTE, "%s is not there, without it %s: '-v %s:%s:ro'",
				   mounts[i].path, mounts[i].without, mounts[i].path,
				   mounts[i].path);
}

static void look_at_grants(struct doctor *d)
{
	const struct {
		unsigned int capability;
		const char *name, *without;
		bool needed;
	} grants[] = {
		{ CAP_SYS_PTRACE, "SYS_PTRACE",
		  "network namespaces of other containers have no names, and their programs no "
		  "usdt "
		  "probes",
		  true },
		{ CAP_DAC_OVERRIDE, "DAC_OVERRIDE",
		  "event files can't be written in other people's folders", true },
		{ CAP_SYS_ADMIN, "SYS_ADMIN",
		  "there are no single kprobes, as kernel.perf_event_paranoid is above 2",
		  perf_is_paranoid() },
		{ CAP_SYS_ADMIN, "SYS_ADMIN", "this kernel lets nobody attach usdt probes",
		  d->privileged && feature_get(BACKEND_UPROBE)->result <= 0 },
	};

	for (size_t i = 0; i < sizeof(grants) / sizeof(grants[0]); i++)
		if (grants[i].needed && !plan_may(grants[i].capability))
			doctor_say(d, FINDING_NOTE,
				   "CAP_%s is not granted, without it %s: '--cap-add %s'",
				   grants[i].name, grants[i].without, grants[i].name);
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
	look_at_grants(d);
	return true;
}
