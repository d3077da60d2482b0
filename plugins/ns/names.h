/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of network namespaces: those people gave them, else that of a process inside. */
#ifndef NS_NAMES_H
#define NS_NAMES_H

#include <stdint.h>
#include <time.h>

#include <retis/plugin.h>

/* The table that has them, by inode number. */
#define NS_NAMES "ns.name"

struct ns_names {
	/* Of the folder of names, when it was read. */
	struct timespec changed;
};

/* Names as ip-netns(8) keeps them, if there may be new ones. */
int ns_names_read(const struct retis_host *host, struct ns_names *names);

/* Of the namespaces that have no such name: a process in it, "nginx(1234)", the one with the
 * lowest number. Not for our own namespace and that of process 1. Takes the right to look into
 * processes. */
int ns_names_read_processes(const struct retis_host *host);

#endif
