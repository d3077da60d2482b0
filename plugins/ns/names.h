/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of network namespaces: those people gave them, else that of a container, else that of a
 * process inside. */
#ifndef NS_NAMES_H
#define NS_NAMES_H

#include <stdint.h>
#include <time.h>

#include <retis/plugin.h>

/* The table that has them, by inode number. */
#define NS_NAMES "ns.name"

/* Of more containers than this, what engines call their namespaces may come later. */
#define NS_CONTAINED_MAX 512

struct ns_names {
	/* Of the folders of names, when they were read. */
	struct timespec changed[2];
	/* Namespaces that are called after their container. */
	uint32_t contained[NS_CONTAINED_MAX];
	size_t n_contained;
};

/* Names as ip-netns(8) and engines of containers keep them, if there may be new ones. */
int ns_names_read(const struct retis_host *host, struct ns_names *names);

/* Of the namespaces people gave no name: that of the container, or where none is known a process
 * in it, "nginx(1234)", the one with the lowest number. Not for our own namespace and that of
 * process 1. Takes the right to look into processes. */
int ns_names_read_processes(const struct retis_host *host, struct ns_names *names);

#endif
