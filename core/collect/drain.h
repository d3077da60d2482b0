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
struct queue;

/* Starts it on N ring buffer maps; batches go to QUEUE. *ASLEEP, which the kernel sees,
 * is set while it sleeps and is to be woken (borrowed). */
int drain_start(const int *rings, size_t n, struct queue *queue, uint32_t *asleep,
		struct drain **out);

/* Reads what is still there, ends the thread, closes the queue; returns the number
 * of records that were no events. Accepts NULL. */
unsigned long long drain_stop(struct drain *d);

/* CLOCK_MONOTONIC, ns. */
unsigned long long monotonic_ns(void);

#endif
