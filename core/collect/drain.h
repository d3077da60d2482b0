/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The thread that empties the rings. It moves bytes and does nothing else, so
 * that it keeps up.
 */
#ifndef CORE_COLLECT_DRAIN_H
#define CORE_COLLECT_DRAIN_H

#include <stddef.h>
#include <stdint.h>

struct drain;
struct mailbox;
struct queue;

struct drain_options {
	/* Ring buffer maps; borrowed, as all below. */
	const int *rings;
	size_t n_rings;
	/* What else there is. */
	struct mailbox *mailbox;
	/* Where batches go. */
	struct queue *queue;
	/* The kernel sees it: is set while the thread sleeps and is to be woken. */
	uint32_t *asleep;
};

int drain_start(const struct drain_options *options, struct drain **out);

/* Reads what is still there, ends the thread, closes the queue; returns the number
 * of records that were no events. Accepts NULL. */
unsigned long long drain_stop(struct drain *d);

#endif
