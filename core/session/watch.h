/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Probes that are attached and see nothing any more, as is noticed while collecting. */
#ifndef CORE_SESSION_WATCH_H
#define CORE_SESSION_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/plan/plan.h"

struct watched_module {
	const char *name;
	/* Of its folder in sysfs: another one each time it is loaded. */
	ino_t inode;
	size_t probes;
	bool gone;
};

/* Returns after which it is said that none had its packet. */
#define WATCH_RETURNS 10

struct watched_process {
	pid_t pid;
	/* Readable once it has ended. */
	int fd;
	char name[32];
	size_t probes;
};

/* All zero: watches nothing. */
struct watch {
	/* Borrowed. */
	const struct plan *plan;
	struct watched_module *modules;
	size_t n;
	size_t room;
	struct watched_process *processes;
	size_t n_processes, room_processes;
	/* By the probe's number: nothing more is to be said of it. */
	bool *told;
	bool ftrace_off;
};

/* Once probes are attached. -ENOMEM. */
int watch_start(struct watch *w, const struct plan *plan);
/* Says what has changed since the last time, once each. */
void watch_look(struct watch *w);
/* Says which probes at returns have found no packet in LEAST calls, the last look at COUNTED
 * being what they have counted. */
void watch_returns(struct watch *w, const struct loss_counters *counted, uint64_t least);
void watch_fini(struct watch *w);

#endif
