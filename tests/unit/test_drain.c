/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When the thread that drains says that it sleeps. The ring is a counter of events, and what would
 * wait for the kernel is a function that looks at what the kernel would see.
 */
#define drain_start start_tested_drain
#define drain_stop stop_tested_drain
#define ring_open open_counter
#define ring_close close_counter
#define ring_consume consume_counter
#define epoll_ctl watch_counter
#define epoll_wait wait_for_counter

#include "core/collect/drain.c"

#include <criterion/criterion.h>

#define SLEEPS 5
/* Turns in which there is more than a turn takes. */
#define BUSY 3

static struct {
	uint32_t asleep;
	atomic_uint events, turns, sleeps;
	/* Turns with the flag, sleeps without it or without an end, turns before the first sleep.
	 */
	unsigned int drained_asleep, slept_awake, endless, busy;
	/* The flag is cleared by who wakes the thread. */
	bool wakes;
} fake;

int ring_open(struct ring *r, int map, size_t largest)
{
	(void)map;
	(void)largest;
	*r = (struct ring){};
	return 0;
}

void ring_close(struct ring *r)
{
	(void)r;
}

int ring_consume(struct ring *r, int (*take)(void *arg, const void *data, size_t size), void *arg)
{
	static const struct retis_event event = { .size = sizeof(event), .timestamp = 1 };
	int err = 0;

	(void)r;
	fake.turns++;
	fake.drained_asleep += __atomic_load_n(&fake.asleep, __ATOMIC_SEQ_CST) != 0;
	for (; fake.events && !err; fake.events--)
		err = take(arg, &event, sizeof(event));
	return fake.turns <= BUSY ? -EAGAIN : err;
}

int epoll_ctl(int epoll, int op, int fd, struct epoll_event *event)
{
	(void)epoll;
	(void)op;
	(void)fd;
	(void)event;
	return 0;
}

/* An event comes meanwhile. As bpf/emit.h: one exchange decides who wakes the reader. */
int epoll_wait(int epoll, struct epoll_event *events, int n, int timeout)
{
	(void)epoll;
	(void)events;
	(void)n;
	if (!fake.sleeps++)
		fake.busy = fake.turns;
	fake.endless += timeout != REST_MS;
	fake.slept_awake += __atomic_load_n(&fake.asleep, __ATOMIC_SEQ_CST) != 1;
	fake.events++;
	if (fake.wakes)
		__atomic_exchange_n(&fake.asleep, 0, __ATOMIC_SEQ_CST);
	usleep(100);
	return fake.wakes;
}

/* The number of events that came through. */
static size_t drain_for_a_while(bool wakes)
{
	const int ring = -1;
	struct drain_options options = { .rings = &ring, .n_rings = 1, .asleep = &fake.asleep };
	struct drain *d;
	struct batch *b;
	bool starved;
	size_t bytes = 0;

	fake.wakes = wakes;
	cr_assert_eq(queue_new(SLEEPS * 100, &options.queue), 0);
	cr_assert_eq(mailbox_new(&options.mailbox), 0);
	cr_assert_eq(drain_start(&options, &d), 0);
	while (fake.sleeps < SLEEPS && (b = queue_pop(options.queue, &starved))) {
		bytes += b->used;
		queue_put(options.queue, b);
	}
	cr_expect_eq(drain_stop(d), 0);
	while ((b = queue_pop(options.queue, &starved))) {
		bytes += b->used;
		queue_put(options.queue, b);
	}
	queue_free(options.queue);
	mailbox_free(options.mailbox);
	return bytes / sizeof(struct retis_event);
}

static void check_protocol(bool wakes)
{
	size_t events = drain_for_a_while(wakes);

	cr_expect_eq(events, fake.sleeps, "%zu events, %u sleeps", events, fake.sleeps);
	cr_expect_eq(fake.busy, BUSY + 1, "slept after %u turns", fake.busy);
	cr_expect_eq(fake.slept_awake, 0, "nobody would wake it");
	cr_expect_eq(fake.drained_asleep, 0, "it would be woken while it is awake");
	cr_expect_eq(fake.endless, 0);
	cr_expect_eq(fake.asleep, 0, "it would be woken though it is gone");
}

Test(drain, says_when_it_sleeps_to_who_wakes_it)
{
	check_protocol(true);
}

Test(drain, comes_by_itself_if_nobody_does)
{
	check_protocol(false);
}
