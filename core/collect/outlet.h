/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sink with a queue and a thread of its own, so that how slow it is concerns
 * nobody else. When the queue is full events are dropped and counted, or whoever
 * brings them waits. What was dropped is told by the next event, which says that
 * so many more were lost before it; or as a loss, if the sink wants losses.
 */
#ifndef CORE_COLLECT_OUTLET_H
#define CORE_COLLECT_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/collect/consumer.h"

/* A sink that takes nothing for that long while there is hurry is given up. */
#define OUTLET_PATIENCE_MS 2000

struct outlet;

struct outlet_options {
	/* Called in a thread of the outlet's, which may be cancelled where the sink
	 * lets it. It is flushed when the queue is empty, and each time another TICK (ns)
	 * is complete; 0: only then. Losses come behind the events brought before them. */
	struct sink sink;
	uint64_t tick;
	/* Bytes of the queue: at least four events of the largest size. */
	size_t room;
	bool may_drop;
	/* Of the thread; borrowed. */
	const char *name;
};

struct outlet_result {
	/* Events the sink did not get. */
	uint64_t dropped;
	/* Events it could not read. */
	uint64_t bad;
	/* 0, or what it returned. */
	int error;
	/* It was given up. */
	bool cut;
};

/* *ENTRY is where events go, from one thread. */
int outlet_start(const struct outlet_options *options, struct outlet **out, struct sink *entry);

/* In any thread: from now on nobody waits longer than OUTLET_PATIENCE_MS for a sink
 * that takes nothing. O may be NULL. */
void outlet_hurry(struct outlet *o);

/* No more events come: waits until the sink has them all, or was given up. O may be
 * NULL. */
void outlet_finish(struct outlet *o, struct outlet_result *result);

#endif
