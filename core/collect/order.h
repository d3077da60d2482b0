/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts events in the order of their time stamps. They arrive nearly so: in the
 * order they were finished within a ring, and ring after ring.
 */
#ifndef CORE_COLLECT_ORDER_H
#define CORE_COLLECT_ORDER_H

#include <stddef.h>
#include <stdint.h>

#include <retis/event.h>

struct batch;

struct order_entry {
	uint64_t timestamp;
	struct retis_event *event;
	struct batch *batch;
};

/* All zero: empty. */
struct order {
	struct order_entry *entries;
	size_t n;
	size_t room;
	/* Bytes that were no event: never, unless memory got corrupted. */
	uint64_t bad;
	/* Events left out because a section leaves them: a hook is wrong. */
	uint64_t broken;
};

void order_fini(struct order *o);

/* Adds all valid events of BATCH and sets its `users` to their number. -ENOMEM. */
int order_add(struct order *o, struct batch *batch);

/* Sorts, and returns how many entries from the start are older than UNTIL. */
size_t order_ready(struct order *o, uint64_t until);

/* Removes the first N entries. */
void order_remove(struct order *o, size_t n);

#endif
