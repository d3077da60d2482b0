/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Filters for who and where: interfaces, namespaces, tasks, cgroups, marks, as people name
 * them, said in the language of the metadata filter.
 */
#ifndef PLAN_WHO_H
#define PLAN_WHO_H

#include <stdbool.h>
#include <stddef.h>

enum who_kind {
	WHO_NETNS,
	WHO_IFNAME,
	WHO_PID,
	WHO_COMM,
	WHO_CGROUP,
	WHO_MARK,
	WHO_KINDS,
};

/* What was given, by kind: one of several is enough, of each kind. Borrowed. */
struct who {
	struct who_names {
		const char *const *items;
		size_t n;
	} names[WHO_KINDS];
};

static inline bool who_given(const struct who *who)
{
	for (int i = 0; i < WHO_KINDS; i++)
		if (who->names[i].n)
			return true;
	return false;
}

#define WHO_WHY_SIZE 256

/*
 * The condition, to be freed. INTERRUPTS: the kernel can tell whether it is in one.
 * -EINVAL with a sentence in WHY (WHO_WHY_SIZE bytes), or -ENOMEM.
 */
int who_text(const struct who *who, bool interrupts, char **text, char *why);

/* The option's name: "filter-netns". */
const char *who_option(enum who_kind kind);

/* --- parts: -EINVAL with the reason ----------------------------------------- */

/* The inode of a namespace: its name, a path, a process, or that number itself. */
int who_find_netns(const char *name, unsigned long *inode, char *why);
/* A cgroup (version 2): its path, or the id of a container that names one; its number and
 * how far below the root it is. */
int who_find_cgroup(const char *name, unsigned long *id, unsigned int *level, char *why);

#endif
