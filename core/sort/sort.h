/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * retis sort: the events of each packet together, in the order of time.
 *
 * A file of ours is read twice: first to see how long packets are on their way and
 * what was lost, then to hold events just that long. Everything else is copied to a
 * temporary file of that kind before. Memory is bounded; what does not fit waits in
 * temporary files (core/sort/store.h). The order of the output depends on the events
 * alone.
 */
#ifndef SORT_SORT_H
#define SORT_SORT_H

#include "core/sort/emit.h"
#include "core/sort/select.h"

struct sort_options {
	/* Copies of a packet are series of their own. */
	bool no_copies;
	bool latency;
	/* Those that took longest first; only so many of them, 0: all. */
	bool longest;
	uint64_t top;
	/* Bytes of events to keep in memory; 0: the default. */
	size_t memory;
	/* Sort a sorted file again. */
	bool again;
	/* The same as for the input. */
	const struct plugins *plugins;
	const struct input_filter *filter;

	/* Something will go out; a negative errno after logging why ends it. */
	int (*begins)(void *arg);
	/* Called after each event that went out; not 0: enough. */
	int (*went_out)(void *arg);
	/* Read no more. */
	bool (*stopped)(void *arg);
	void *arg;
};

struct sort_result {
	/* The input was sorted: nothing went out. */
	bool sorted;
	/* It has no events with an id. */
	bool untracked;
	/* A pattern of the selection that no probe matches, or NULL. */
	const char *unmatched;
	uint64_t series;
	/* Runs of the store that went to temporary files. */
	uint64_t spilled;
};

/* Reads IN to its end. 0; what went_out() said; or a negative errno after logging why, but
 * -ENOMEM. EMIT's first target, if it is text, gets the table of latencies too. */
int sort_run(const struct sort_options *options, struct input *in, struct select *select,
	     struct emit *emit, struct sort_result *result);

#endif
