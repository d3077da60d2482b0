/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries go in in any order and come out in theirs. What is too much for the
 * memory waits in temporary files, sorted, and is merged on its way out. Entries may
 * go in and come out by turns.
 */
#ifndef SORT_STORE_H
#define SORT_STORE_H

#include <stdbool.h>

#include "core/sort/run.h"

/* Most files at a time; then they become one. */
#define STORE_RUNS 32

struct store_slab;

struct store_item {
	/* entry->time: most comparisons end with it. */
	uint64_t time;
	const struct entry *entry;
	/* The number of the run it is of plus one; 0: it is in memory. */
	uint64_t run;
};

struct store {
	/* Most bytes of entries in memory. */
	size_t limit;
	size_t bytes;
	/* The smallest one first: a heap. */
	struct store_item *items;
	size_t n;
	size_t room;
	/* Where entries are put. */
	struct store_slab *slab;
	/* Empty ones: they are kept. */
	struct store_slab *spare;
	struct run runs[STORE_RUNS];
	/* What came out last and is still lent. */
	struct store_item lent;
	/* Runs that were written. */
	uint64_t spilled;
};

/* Takes no memory yet. */
void store_init(struct store *s, size_t limit);
void store_fini(struct store *s);

/* Copies *E without its data, and the data: E->size bytes at DATA. A negative errno after logging
 * why, but -ENOMEM. */
int store_put(struct store *s, const struct entry *e, const void *data);

/* The time of the next one; false: there is none. */
static inline bool store_time(const struct store *s, uint64_t *time)
{
	if (!s->n)
		return false;
	*time = s->items[0].time;
	return true;
}

/* 1: *OUT is the next one, until the next call for this store; 0: there are no more; a
 * negative errno after logging why. */
int store_next(struct store *s, const struct entry **out);

#endif
