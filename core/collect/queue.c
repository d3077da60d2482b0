/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/collect/queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

/* Unused batches that are kept; what a burst took beyond them goes back to the system. */
#define SPARE 16

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct batch *first;
	struct batch **last;
	struct batch *unused;
	size_t n_unused;
	size_t made;
	size_t limit;
	bool closed;
	/* queue_get() waits. */
	bool starving;
};

int queue_new(size_t limit, struct queue **out)
{
	struct queue *q = calloc(1, sizeof(*q));

	if (!q)
		return -ENOMEM;
	q->limit = limit;
	q->last = &q->first;
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->changed, NULL);
	*out = q;
	return 0;
}

/* Not by malloc(), which keeps what is freed below something else. */
static struct batch *map_batch(void)
{
	void *b = mmap(NULL, sizeof(struct batch), PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return b == MAP_FAILED ? NULL : b;
}

static void free_list(struct batch *b)
{
	while (b) {
		struct batch *next = b->next;

		munmap(b, sizeof(*b));
		b = next;
	}
}

void queue_free(struct queue *q)
{
	if (!q)
		return;
	free_list(q->first);
	free_list(q->unused);
	pthread_cond_destroy(&q->changed);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

static struct batch *take_unused_batch(struct queue *q)
{
	struct batch *b = q->unused;

	if (b) {
		q->unused = b->next;
		q->n_unused--;
	} else if (q->made < q->limit) {
		b = map_batch();
		q->made += b != NULL;
	}
	return b;
}

struct batch *queue_get(struct queue *q)
{
	struct batch *b;

	pthread_mutex_lock(&q->lock);
	while (!(b = take_unused_batch(q)) && q->made && !q->closed) {
		q->starving = true;
		pthread_cond_broadcast(&q->changed);
		pthread_cond_wait(&q->changed, &q->lock);
	}
	q->starving = false;
	pthread_mutex_unlock(&q->lock);
	if (b) {
		b->next = NULL;
		b->used = b->users = 0;
		b->complete_until = 0;
	}
	return b;
}

void queue_put(struct queue *q, struct batch *b)
{
	bool spare;

	pthread_mutex_lock(&q->lock);
	spare = q->n_unused >= SPARE;
	if (spare) {
		q->made--;
	} else {
		b->next = q->unused;
		q->unused = b;
		q->n_unused++;
	}
	pthread_cond_broadcast(&q->changed);
	pthread_mutex_unlock(&q->lock);
	if (spare)
		munmap(b, sizeof(*b));
}

void queue_push(struct queue *q, struct batch *b)
{
	pthread_mutex_lock(&q->lock);
	b->next = NULL;
	*q->last = b;
	q->last = &b->next;
	pthread_cond_broadcast(&q->changed);
	pthread_mutex_unlock(&q->lock);
}

struct batch *queue_pop(struct queue *q, bool *starved)
{
	struct batch *b;

	pthread_mutex_lock(&q->lock);
	while (!q->first && !q->closed && !q->starving)
		pthread_cond_wait(&q->changed, &q->lock);
	b = q->first;
	if (b) {
		q->first = b->next;
		if (!q->first)
			q->last = &q->first;
	}
	*starved = !b && q->starving && !q->closed;
	pthread_mutex_unlock(&q->lock);
	return b;
}

void queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->changed);
	pthread_mutex_unlock(&q->lock);
}
