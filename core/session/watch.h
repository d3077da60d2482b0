/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Probes that are attached and see nothing: what is known of it before, and what is
 * noticed while collecting. */
#ifndef CORE_SESSION_WATCH_H
#define CORE_SESSION_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/session/session.h"

struct watched_module {
	const char *name;
	/* Of its folder in sysfs: another one each time it is loaded. */
	ino_t inode;
	size_t probes;
	bool gone;
};

struct watched_process {
	pid_t pid;
	/* Readable once it has ended. */
	int fd;
	char name[32];
	size_t probes;
};

/* All zero: watches nothing. */
struct watch {
	struct watched_module *modules;
	size_t n;
	size_t room;
	struct watched_process *processes;
	size_t n_processes, room_processes;
	bool ftrace_off;
};

/* NULL, or why PROBE would be attached and see nothing. */
const char *watch_blind(const struct session *s, const struct probe *probe);
/* Says which of all probes are blind, in a line. -EOPNOTSUPP: one that was asked for by
 * its name is, or all are. */
int watch_check(const struct session *s);

/* Once probes are attached. -ENOMEM. */
int watch_start(struct watch *w, const struct session *s);
/* Says what has changed since the last time, once each. */
void watch_look(struct watch *w, const struct session *s);
void watch_fini(struct watch *w);

#endif
