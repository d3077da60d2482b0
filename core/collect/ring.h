/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a BPF ring buffer. libbpf's reader maps the data twice, so that records
 * which wrap around are in one piece; here only as much as one record is.
 */
#ifndef CORE_COLLECT_RING_H
#define CORE_COLLECT_RING_H

#include <stddef.h>

struct ring {
	/* Bytes that were ever read and written; both are in shared memory. */
	unsigned long *consumed;
	const unsigned long *produced;
	const char *data;
	size_t mask;
	/* What is mapped at `produced`. */
	size_t mapped;
};

/* Of the ring buffer map MAP, whose records have up to LARGEST bytes. */
int ring_open(struct ring *r, int map, size_t largest);
/* Also of a ring that is all zeros. */
void ring_close(struct ring *r);

/* Hands all records to TAKE, until it returns something else than 0, which is
 * returned; the record is consumed then, too. */
int ring_consume(struct ring *r, int (*take)(void *arg, const void *data, size_t size), void *arg);

#endif
