/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A sink with a queue of its own: nothing gets lost uncounted, nobody waits for ever. */
#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "core/collect/outlet.h"

#define MAX 4000

struct taker {
	uint64_t times[MAX];
	uint32_t lost[MAX];
	size_t n;
	/* It waits for one before each event, if there is one. */
	sem_t *gate;
	/* Blocks here for ever. */
	int blocked_fd;
	int fail_with;
	uint64_t fail_at;
	atomic_uint flushes;
	_Atomic uint64_t until;
	/* It takes losses: how many, and how far they reach. */
	uint64_t losses;
	uint64_t loss_until;
	/* What it holds back. */
	int rest;
};

static int take_one(void *arg, const struct retis_event *event)
{
	struct taker *t = arg;
	char byte;

	if (t->gate)
		sem_wait(t->gate);
	if (t->blocked_fd) {
		pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
		(void)!read(t->blocked_fd, &byte, 1);
		pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	}
	if (t->fail_with && t->fail_at == event->timestamp)
		return t->fail_with;
	t->times[t->n] = event->timestamp;
	t->lost[t->n++] = event->lost;
	return 0;
}

static int take_flush(void *arg, uint64_t now, uint64_t until)
{
	((struct taker *)arg)->flushes += now != 0;
	((struct taker *)arg)->until = until;
	return 0;
}

static int take_loss(void *arg, const struct retis_loss *loss)
{
	((struct taker *)arg)->losses += loss->count;
	((struct taker *)arg)->loss_until = loss->until;
	return 0;
}

static int take_rest(void *arg)
{
	return --((struct taker *)arg)->rest > 0;
}

static struct outlet *open_outlet(struct taker *t, size_t room, bool may_drop, struct sink *entry)
{
	const struct outlet_options options = { .sink = { t, take_one, NULL, take_flush, NULL },
						.room = room,
						.may_drop = may_drop,
						.name = "test" };
	struct outlet *o = NULL;

	cr_assert_eq(outlet_start(&options, &o, entry), 0);
	return o;
}

/* All that a sink can have. */
static struct outlet *open_full_outlet(struct taker *t, struct sink *entry)
{
	const struct outlet_options options = {
		.sink = { t, take_one, take_loss, take_flush, take_rest },
		.tick = 100,
		.room = 2048,
		.may_drop = true,
		.name = "test",
	};
	struct outlet *o = NULL;

	cr_assert_eq(outlet_start(&options, &o, entry), 0);
	return o;
}

/* Sizes differ, so that the ring's end is met in every way. */
static int bring(struct sink *entry, uint64_t time, uint32_t lost)
{
	_Alignas(8) unsigned char room[sizeof(struct retis_event) + 256] = {};
	struct retis_event *event = (void *)room;

	event->size = (uint32_t)(sizeof(*event) + time % 29 * 8);
	event->timestamp = time;
	event->lost = lost;
	return entry->event(entry->arg, event);
}

Test(outlet, who_may_not_drop_waits)
{
	struct taker t = {};
	struct outlet_result result;
	struct sink entry;
	struct outlet *o = open_outlet(&t, 2048, false, &entry);

	for (uint64_t i = 1; i <= MAX; i++)
		cr_assert_eq(bring(&entry, i, i == 7 ? 3 : 0), 0);
	outlet_finish(o, &result);
	cr_assert_eq(t.n, MAX);
	for (size_t i = 0; i < MAX; i++) {
		cr_assert_eq(t.times[i], i + 1);
		cr_assert_eq(t.lost[i], i == 6 ? 3 : 0);
	}
	cr_expect_eq(result.dropped, 0);
	cr_expect_eq(result.error, 0);
	cr_expect_not(result.cut);
	cr_expect(t.flushes);
}

Test(outlet, what_is_dropped_is_told_by_the_next_event)
{
	sem_t gate;
	struct taker t = { .gate = &gate };
	struct outlet_result result;
	uint64_t told = 0;
	struct sink entry;
	struct outlet *o = open_outlet(&t, 2048, true, &entry);

	sem_init(&gate, 0, 0);
	for (uint64_t i = 1; i <= 500; i++)
		cr_assert_eq(bring(&entry, i, i == 400), 0);
	/* It gets on, and those that come now find room again. */
	for (int i = 0; i < MAX; i++)
		sem_post(&gate);
	while (!t.flushes)
		usleep(1000);
	cr_assert_eq(bring(&entry, 501, 0), 0);
	outlet_finish(o, &result);
	for (size_t i = 0; i < t.n; i++)
		told += t.lost[i];
	cr_expect_lt(t.n, 501);
	cr_expect_eq(t.times[t.n - 1], 501);
	cr_expect_eq(result.dropped, 501 - t.n);
	/* One was lost before, which was known to an event that was dropped. */
	cr_expect_eq(told, result.dropped + 1);
}

Test(outlet, a_sink_that_takes_losses_gets_a_gap_as_one)
{
	sem_t gate;
	struct taker t = { .gate = &gate };
	struct outlet_result result;
	struct sink entry;
	struct outlet *o = open_full_outlet(&t, &entry);

	sem_init(&gate, 0, 0);
	for (uint64_t i = 1; i <= 500; i++)
		cr_assert_eq(bring(&entry, i, 0), 0);
	for (int i = 0; i < MAX; i++)
		sem_post(&gate);
	outlet_finish(o, &result);
	cr_expect_gt(t.losses, 0);
	cr_expect_eq(t.losses, result.dropped);
	cr_expect_eq(t.loss_until, 500);
	for (size_t i = 0; i < t.n; i++)
		cr_expect_eq(t.lost[i], 0);
}

Test(outlet, ticks_and_rest)
{
	const struct retis_loss loss = { .count = 3, .until = 9 };
	struct taker t = { .rest = 5 };
	struct outlet_result result;
	struct sink entry;
	struct outlet *o = open_full_outlet(&t, &entry);

	cr_assert_eq(entry.flush(entry.arg, 1, 99), 0);
	cr_assert_eq(entry.flush(entry.arg, 1, 120), 0);
	while (t.until != 120)
		usleep(1000);
	/* Too early. */
	cr_assert_eq(entry.flush(entry.arg, 1, 200), 0);
	cr_assert_eq(entry.loss(entry.arg, &loss), 0);
	outlet_finish(o, &result);
	cr_expect_eq(t.until, 120);
	cr_expect_eq(t.losses, 3);
	cr_expect_eq(t.rest, 0);
}

Test(outlet, a_sink_that_blocks_is_given_up_when_there_is_hurry, .timeout = 30)
{
	struct outlet_result result;
	struct taker t = {};
	struct sink entry;
	struct outlet *o;
	int fds[2];

	cr_assert_eq(pipe(fds), 0);
	t.blocked_fd = fds[0];
	o = open_outlet(&t, 2048, false, &entry);
	outlet_hurry(o);
	for (uint64_t i = 1; i <= 100; i++)
		cr_assert_eq(bring(&entry, i, 0), 0);
	outlet_finish(o, &result);
	cr_expect(result.cut);
	cr_expect_eq(t.n, 0);
	cr_expect_eq(result.dropped, 100);
}

Test(outlet, a_sink_that_fails_gets_no_more)
{
	struct taker t = { .fail_with = -ENOSPC, .fail_at = 3 };
	struct outlet_result result;
	struct sink entry;
	struct outlet *o = open_outlet(&t, 2048, false, &entry);
	int err = 0;

	for (uint64_t i = 1; i <= MAX && !err; i++)
		err = bring(&entry, i, 0);
	cr_expect_eq(err, -ENOSPC);
	outlet_finish(o, &result);
	cr_expect_eq(t.n, 2);
	cr_expect_eq(result.error, -ENOSPC);
}

Test(outlet, an_event_that_can_not_be_read_is_counted)
{
	struct taker t = { .fail_with = -EBADMSG, .fail_at = 3 };
	struct outlet_result result;
	struct sink entry;
	struct outlet *o = open_outlet(&t, 2048, false, &entry);

	for (uint64_t i = 1; i <= 5; i++)
		cr_assert_eq(bring(&entry, i, 0), 0);
	outlet_finish(o, &result);
	cr_expect_eq(t.n, 4);
	cr_expect_eq(result.bad, 1);
	cr_expect_eq(result.error, 0);
}
