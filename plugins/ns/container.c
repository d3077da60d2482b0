/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "container.h"

#include <stdio.h>
#include <string.h>

#define ID_DIGITS 64
#define SHORT_ID_DIGITS 12

/* Where a whole id is in a part of a path; NULL: nowhere. */
static const char *find_container_id(const char *part, size_t n)
{
	for (size_t at = 0, digits = 0; at < n; at++) {
		digits = strchr("0123456789abcdef", part[at]) ? digits + 1 : 0;
		if (digits == ID_DIGITS)
			return part + at + 1 - ID_DIGITS;
	}
	return NULL;
}

/* "docker-ID.scope", "cri-containerd-ID.scope"; or the id alone, below "docker" or "kubepods". */
static bool name_by_id(const char *path, const char *part, size_t n, char *name, size_t size)
{
	const char *id = find_container_id(part, n);
	const char *kind = part;
	int length;

	if (!id)
		return false;
	length = (int)(id - part);
	if (!length) {
		kind = strstr(path, "/kubepods")  ? "kubepods-"
		       : strstr(path, "/docker/") ? "docker-"
						  : "container-";
		length = (int)strlen(kind);
	}
	return snprintf(name, size, "%.*s%.*s", length, kind, SHORT_ID_DIGITS, id) < (int)size;
}

/* Those of LXC and systemd have names. */
static bool name_by_name(const char *part, size_t n, char *name, size_t size)
{
	static const char *const marks[][2] = { { "lxc.payload.", "" },
						{ "systemd-nspawn@", ".service" } };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t before = strlen(marks[i][0]), after = strlen(marks[i][1]);

		if (n > before + after && !memcmp(part, marks[i][0], before) &&
		    !memcmp(part + n - after, marks[i][1], after))
			return snprintf(name, size, "%.*s", (int)(n - before - after),
					part + before) < (int)size;
	}
	return false;
}

bool ns_container_name(const char *line, char *name, size_t size)
{
	const char *path = strchr(line, '/');
	bool found = false;

	/* The last one counts: containers may be in containers. */
	for (const char *part = path; part; part = strchr(part, '/')) {
		size_t n = strcspn(++part, "/\n");

		found |= name_by_id(path, part, n, name, size) || name_by_name(part, n, name, size);
	}
	return found;
}

bool ns_process_container(const char *pid, char *name, size_t size)
{
	char path[64], line[1024];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.20s/cgroup", pid);
	f = fopen(path, "re");
	/* One line, or with cgroups of version 1 one for each controller. */
	while (f && !found && fgets(line, sizeof(line), f))
		found = ns_container_name(line, name, size);
	if (f)
		fclose(f);
	return found;
}
