/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Batches of raw events on their way from the thread that drains the rings to
 * the one that makes something of them. Memory is bounded: when all batches are
 * taken the draining thread waits, rings fill, and the kernel side counts what
 * is lost.
 */
#ifndef CORE_COLLECT_QUEUE_H
#define CORE_COLLECT_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BATCH_SIZE (256u << 10)

struct batch {
	struct batch *next;
	/* Everything older than this, ns, is in this batch or in earlier ones.
	 * 0: nothing can be said. */
	uint64_t complete_until;
	/* Of the consumer: events of this batch it still needs. */
	size_t users;
	size_t used;
	/* Events, one after the other. */
	_Alignas(8) unsigned char data[BATCH_SIZE];
};

struct queue;

/* LIMIT: batches there may be at once, at least 4. -ENOMEM. */
int queue_new(size_t limit, struct queue **out);
void queue_free(struct queue *q);

/* An empty batch; waits for one if there are too many. NULL: no memory, or the
 * queue was closed. */
struct batch *queue_get(struct queue *q);
/* Gives back a batch that is not needed any more. */
void queue_put(struct queue *q, struct batch *b);

/* Passes a batch on to the consumer. */
void queue_push(struct queue *q, struct batch *b);
/*
 * The next batch. NULL once the queue is closed and empty, or, with *STARVED
 * set, if the other side waits for a batch and none is queued: the consumer
 * must give some back.
 */
struct batch *queue_pop(struct queue *q, bool *starved);
/* No more batches will come; either side may say so. */
void queue_close(struct queue *q);

#endif
