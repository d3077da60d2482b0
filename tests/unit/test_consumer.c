/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events from the queue to the sinks: order, limits, losses, sinks that fail. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/collect/consumer.h"
#include "core/collect/order.h"
#include "core/collect/queue.h"

struct seen {
	uint64_t events[100];
	size_t n;
	uint64_t losses;
	/* Events there were before the first loss. */
	size_t before_loss;
	uint64_t flushes;
	uint64_t until;
	/* Returned for the event with that time stamp, and what. */
	uint64_t fail_at;
	int fail_with;
};

static int seen_event(void *arg, const struct retis_event *event)
{
	struct seen *seen = arg;

	if (seen->fail_with && event->timestamp == seen->fail_at)
		return seen->fail_with;
	seen->events[seen->n++] = event->timestamp;
	return 0;
}

static int seen_loss(void *arg, const struct retis_loss *loss)
{
	struct seen *seen = arg;

	if (!seen->losses)
		seen->before_loss = seen->n;
	seen->losses += loss->count;
	return 0;
}

static int seen_flush(void *arg, uint64_t now, uint64_t until)
{
	((struct seen *)arg)->flushes += now != 0;
	((struct seen *)arg)->until = until;
	return 0;
}

struct fixture {
	struct seen seen[2];
	struct sink sinks[2];
	struct preview preview;
	struct queue *queue;
	struct consumer *consumer;
	struct consumer_result result;
	int wake[2];
};

static void start(struct fixture *f, size_t sinks, uint64_t limit)
{
	struct consumer_options options = { .n_sinks = sinks,
					    .limit = limit,
					    .preview = f->preview };

	cr_assert_eq(pipe(f->wake), 0);
	cr_assert_eq(queue_new(8, &f->queue), 0);
	options.queue = f->queue;
	options.wake = f->wake[1];
	options.sinks = f->sinks;
	for (size_t i = 0; i < sinks; i++)
		f->sinks[i] = (struct sink){ .arg = &f->seen[i],
					     .event = seen_event,
					     .loss = seen_loss,
					     .flush = seen_flush };
	cr_assert_eq(consumer_start(&options, &f->consumer), 0);
}

/* A batch with events of these times; 0 ends them. */
static void push(struct fixture *f, uint64_t until, const uint64_t *times)
{
	struct batch *b = queue_get(f->queue);

	b->complete_until = until;
	for (; *times; times++) {
		struct retis_event e = { .size = sizeof(e), .timestamp = *times };

		memcpy(b->data + b->used, &e, sizeof(e));
		b->used += sizeof(e);
	}
	queue_push(f->queue, b);
}

static void finish(struct fixture *f)
{
	queue_close(f->queue);
	consumer_finish(f->consumer, &f->result);
	queue_free(f->queue);
	close(f->wake[0]);
	close(f->wake[1]);
}

#define TIMES(...) ((const uint64_t[]){ __VA_ARGS__, 0 })

Test(consumer, all_sinks_get_all_events_in_order)
{
	struct fixture f = {};
	const uint64_t expected[] = { 1, 2, 3, 4, 5 };

	start(&f, 2, 0);
	push(&f, 3, TIMES(4, 1, 3));
	push(&f, 9, TIMES(5, 2));
	finish(&f);
	/* 2 came when 1 was already gone, and before 3 was. */
	for (int i = 0; i < 2; i++) {
		cr_assert_eq(f.seen[i].n, 5);
		cr_expect_arr_eq(f.seen[i].events, expected, sizeof(expected));
		cr_expect(f.seen[i].flushes);
	}
	cr_expect_eq(f.result.events, 5);
	cr_expect_eq(f.result.bytes, 5 * sizeof(struct retis_event));
	cr_expect_eq(f.result.error, 0);
}

Test(consumer, stops_at_the_limit)
{
	struct fixture f = {};
	char byte;

	start(&f, 1, 3);
	push(&f, 9, TIMES(1, 2, 3, 4, 5));
	cr_expect_eq(read(f.wake[0], &byte, 1), 1);
	push(&f, 19, TIMES(11, 12));
	finish(&f);
	cr_expect_eq(f.seen[0].n, 3);
	cr_expect_eq(f.result.events, 3);
}

Test(consumer, a_sink_that_fails_ends_it)
{
	struct fixture f = { .seen = { { .fail_at = 3, .fail_with = -ENOSPC } } };
	char byte;

	start(&f, 1, 0);
	push(&f, 9, TIMES(1, 2, 3, 4, 5));
	cr_expect_eq(read(f.wake[0], &byte, 1), 1);
	finish(&f);
	cr_expect_eq(f.seen[0].n, 2);
	cr_expect_eq(f.result.error, -ENOSPC);
}

Test(consumer, an_event_that_can_not_be_read_ends_nothing)
{
	struct fixture f = { .seen = { {}, { .fail_at = 3, .fail_with = -EBADMSG } } };

	start(&f, 2, 0);
	push(&f, 9, TIMES(1, 2, 3, 4, 5));
	finish(&f);
	/* It is stored all the same. */
	cr_expect_eq(f.seen[0].n, 5);
	cr_expect_eq(f.seen[1].n, 4);
	cr_expect_eq(f.result.bad, 1);
	cr_expect_eq(f.result.events, 4);
	cr_expect_eq(f.result.error, 0);
}

Test(consumer, losses_come_behind_earlier_events)
{
	struct retis_loss losses[] = { { .count = 3 }, { .count = 4 } };
	struct fixture f = {};

	start(&f, 1, 0);
	push(&f, 9, TIMES(1, 2));
	while (f.seen[0].n < 2)
		usleep(1000);
	cr_assert_eq(consumer_losses(f.consumer, losses, 2, 7), 0);
	push(&f, 19, TIMES(11));
	queue_close(f.queue);
	consumer_stop(f.consumer);
	cr_assert_eq(consumer_losses(f.consumer, losses, 1, 8), 0);
	finish(&f);
	cr_expect_eq(f.seen[0].n, 3);
	cr_expect(f.seen[0].before_loss >= 2);
	cr_expect_eq(f.seen[0].losses, 10);
	/* Of what came later it is not known. */
	cr_expect_eq(f.seen[0].until, 8);
}

/* --- preview --------------------------------------------------------------- */

struct watcher {
	const struct seen *sink;
	uint64_t ahead[10];
	size_t n;
	/* An event went to the sink before it was seen here. */
	bool late;
};

static void watch_ahead(void *arg, const struct order_entry *entries, size_t n)
{
	struct watcher *w = arg;

	w->late |= w->sink->n != w->n;
	for (size_t i = 0; i < n; i++)
		w->ahead[w->n++] = entries[i].event->timestamp;
}

/* What would become of an event without its sections, if it had some. */
static void watch_trim(void *arg, struct retis_event *event)
{
	const struct watcher *w = arg;

	cr_expect_lt(w->sink->n, w->n);
	event->size = 0;
	event->timestamp += 100;
}

Test(consumer, preview_comes_first_and_may_change_events)
{
	struct fixture f = {};
	struct watcher w = { .sink = &f.seen[0] };
	const uint64_t ahead[] = { 1, 2, 3, 4, 5 }, sink[] = { 101, 102, 103, 104, 105 };

	f.preview = (struct preview){ &w, watch_ahead, watch_trim };
	start(&f, 1, 0);
	push(&f, 3, TIMES(1, 4, 2));
	push(&f, 9, TIMES(3, 5));
	finish(&f);
	cr_assert_eq(w.n, 5);
	cr_expect_not(w.late);
	cr_expect_arr_eq(w.ahead, ahead, sizeof(ahead));
	cr_assert_eq(f.seen[0].n, 5);
	cr_expect_arr_eq(f.seen[0].events, sink, sizeof(sink));
	cr_expect_eq(f.result.bytes, 5 * sizeof(struct retis_event), "as they came");
}

Test(consumer, preview_ends_with_the_limit)
{
	struct fixture f = {};
	struct watcher w = { .sink = &f.seen[0] };

	f.preview = (struct preview){ &w, watch_ahead, watch_trim };
	start(&f, 1, 2);
	push(&f, 3, TIMES(1, 2));
	push(&f, 9, TIMES(3, 4));
	finish(&f);
	cr_expect_eq(w.n, 2);
	cr_expect_eq(f.seen[0].n, 2);
}
