/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Batches pass between threads; nobody waits for ever. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/collect/queue.h"

#define LIMIT 4
#define ROUNDS 2000

static struct queue *queue;

static void start(void)
{
	cr_assert_eq(queue_new(LIMIT, &queue), 0);
}

static void end(void)
{
	queue_free(queue);
}

TestSuite(queue, .init = start, .fini = end, .timeout = 20);

static void *produce(void *arg)
{
	(void)arg;
	for (uint64_t i = 1; i <= ROUNDS; i++) {
		struct batch *b = queue_get(queue);

		if (!b)
			break;
		b->complete_until = i;
		queue_push(queue, b);
	}
	queue_close(queue);
	return NULL;
}

Test(queue, order_is_kept)
{
	uint64_t expected = 1;
	struct batch *b;
	pthread_t thread;
	bool starved;

	cr_assert_eq(pthread_create(&thread, NULL, produce, NULL), 0);
	while ((b = queue_pop(queue, &starved)) || starved) {
		if (!b)
			continue;
		cr_assert_eq(b->complete_until, expected++);
		queue_put(queue, b);
	}
	cr_assert_eq(expected, ROUNDS + 1);
	pthread_join(thread, NULL);
}

Test(queue, consumer_that_holds_all_is_told)
{
	struct batch *held[LIMIT], *b;
	size_t n = 0, got = 0, told = 0;
	pthread_t thread;
	bool starved;

	cr_assert_eq(pthread_create(&thread, NULL, produce, NULL), 0);
	while ((b = queue_pop(queue, &starved)) || starved) {
		if (b) {
			held[n++] = b;
			got++;
			continue;
		}
		told++;
		while (n)
			queue_put(queue, held[--n]);
	}
	while (n)
		queue_put(queue, held[--n]);
	cr_assert_eq(got, ROUNDS);
	cr_assert_gt(told, 0);
	pthread_join(thread, NULL);
}

Test(queue, closing_ends_the_wait_for_a_batch)
{
	for (int i = 0; i < LIMIT; i++)
		queue_push(queue, queue_get(queue));
	queue_close(queue);
	cr_assert_null(queue_get(queue));
}

static size_t resident_pages(void)
{
	size_t size, resident = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	cr_assert(f && fscanf(f, "%zu %zu", &size, &resident) == 2);
	fclose(f);
	return resident;
}

/* What a burst took is not kept for the rest of a collection. */
Test(queue, bursts_give_their_memory_back)
{
	enum { BURST = 64 };
	const size_t pages = BATCH_SIZE / (size_t)sysconf(_SC_PAGESIZE);
	struct batch *held[BURST];
	size_t before, most;

	queue_free(queue);
	cr_assert_eq(queue_new(BURST, &queue), 0);
	for (int round = 0; round < 2; round++) {
		before = resident_pages();
		for (size_t i = 0; i < BURST; i++) {
			held[i] = queue_get(queue);
			cr_assert(held[i]);
			memset(held[i]->data, 1, BATCH_SIZE);
		}
		most = resident_pages();
		for (size_t i = 0; i < BURST; i++)
			queue_put(queue, held[i]);
		cr_expect_gt(most, before + BURST / 2 * pages);
		cr_expect_lt(resident_pages(), most - BURST / 2 * pages);
	}
}
