/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Getting programs attached: for each probe the backends that may serve it are
 * tried in turn, and one that can't be attached is no reason to do without the
 * others.
 */
#ifndef CORE_PROBE_ATTACH_H
#define CORE_PROBE_ATTACH_H

#include "core/probe/engine.h"

/* Why a probe can't be attached: what the backend tried last said. */
struct attach_failure {
	enum backend backend;
	int err;
	/* Its program was not loaded. */
	bool loading;
	/* In words. */
	const char *why;
};

/* Who follows it. */
struct attach_watch {
	/* DONE of TOTAL probes are attached, or can't be. False: stop. */
	bool (*progress)(void *arg, size_t done, size_t total);
	/* PROBE can't be attached. A negative errno ends it all. */
	int (*failed)(void *arg, struct probe *probe, const struct attach_failure *failure);
	void *arg;
};

/*
 * Loads and attaches all of the N probes that have hooks. 0, -ECANCELED if
 * progress() said so, what failed() returned, or another negative errno.
 */
int engine_attach(struct engine *e, struct probe *probes, size_t n,
		  const struct attach_watch *watch);

/*
 * The same for kprobes found out about while others are in use, N in a row behind
 * those; in the least time. Before, all that takes long, or more privileges, is
 * prepared; on failure a sentence is in WHY (ENGINE_WHY_SIZE bytes).
 */
int engine_prepare_late(struct engine *e, char *why);
int engine_attach_late(struct engine *e, struct probe *probes, size_t n,
		       const struct attach_watch *watch);

/* Detaches all. Each probe attached by itself takes tens of milliseconds. */
void engine_detach(struct engine *e);

/* Links there are. */
size_t engine_links(const struct engine *e);

#endif
