/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each turn takes at most a share of every ring, so that a busy one does not
 * starve the others, and then knows a time up to which all events have arrived:
 * the start of the turn for a ring that was emptied, else the last event taken.
 */
#include "core/collect/drain.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <retis/clock.h>
#include <retis/event.h>

#include "core/collect/mailbox.h"
#include "core/collect/queue.h"
#include "core/collect/ring.h"
#include "core/util/log.h"

/* Events rest in the ring at most that long; a fuller ring wakes us before. */
#define REST_MS 20
/* An event can be that late: its time stamp is taken when the probe is hit, and
 * interrupts may come before it reaches the ring. */
#define LATE_NS 5000000ULL
/* Bytes of one ring in one turn. */
#define SHARE (4 * BATCH_SIZE)

struct shard {
	struct drain *drain;
	struct ring ring;
	uint64_t last;
	size_t taken;
};

struct drain {
	struct queue *queue;
	struct mailbox *mailbox;
	struct batch *batch;
	struct shard *shards;
	size_t n;
	int epoll;
	/* In memory shared with the programs of probes. */
	uint32_t *asleep;
	unsigned long long odd;
	pthread_t thread;
	bool running;
	atomic_bool stop;
};

static bool make_batch_room(struct drain *d, size_t size)
{
	if (d->batch && BATCH_SIZE - d->batch->used >= size)
		return true;
	if (d->batch)
		queue_push(d->queue, d->batch);
	d->batch = queue_get(d->queue);
	return d->batch;
}

/* A negative value ends the turn of this ring; the event is consumed. */
static int take_record(void *arg, const void *data, size_t size)
{
	struct shard *shard = arg;
	struct drain *d = shard->drain;
	const struct retis_event *event = data;

	if (size < sizeof(*event) || size > RETIS_EVENT_MAX || event->size != size) {
		d->odd++;
		return 0;
	}
	if (!make_batch_room(d, size))
		return -ECANCELED;
	memcpy(d->batch->data + d->batch->used, data, size);
	d->batch->used += size;
	shard->last = event->timestamp;
	shard->taken += size;
	return shard->taken >= SHARE ? -EAGAIN : 0;
}

static bool take_mail(struct drain *d, uint64_t until)
{
	size_t size;
	const void *mail = mailbox_take(d->mailbox, until, &size);

	if (!make_batch_room(d, size))
		return false;
	memcpy(d->batch->data + d->batch->used, mail, size);
	d->batch->used += size;
	return true;
}

/* True if there may be more. */
static bool drain_rings(struct drain *d)
{
	uint64_t start = retis_clock_ns(), until = start;
	bool more = false;

	for (size_t i = 0; i < d->n; i++) {
		struct shard *shard = &d->shards[i];

		shard->taken = 0;
		if (ring_consume(&shard->ring, take_record, shard) == -EAGAIN) {
			more = true;
			if (shard->last < until)
				until = shard->last;
		}
	}
	until = until > LATE_NS ? until - LATE_NS : 0;
	if (!take_mail(d, until))
		return false;
	d->batch->complete_until = until;
	queue_push(d->queue, d->batch);
	d->batch = NULL;
	return more;
}

/* An event that comes before the flag is seen may not wake us; then the next one does,
 * or the rest ends. */
static void sleep_until_woken(struct drain *d)
{
	struct epoll_event events[8];

	__atomic_store_n(d->asleep, 1, __ATOMIC_SEQ_CST);
	epoll_wait(d->epoll, events, 8, REST_MS);
	__atomic_store_n(d->asleep, 0, __ATOMIC_SEQ_CST);
}

static void *run_drain(void *arg)
{
	struct drain *d = arg;

	/* By itself: others would have to write to /proc for that. */
	prctl(PR_SET_NAME, "retis-drain");
	while (!d->stop) {
		if (!drain_rings(d))
			sleep_until_woken(d);
	}
	while (drain_rings(d))
		;
	queue_close(d->queue);
	return NULL;
}

static int open_ring(struct drain *d, struct shard *shard, int map)
{
	struct epoll_event event = { .events = EPOLLIN };
	int err = ring_open(&shard->ring, map, RETIS_EVENT_MAX);

	shard->drain = d;
	if (!err && epoll_ctl(d->epoll, EPOLL_CTL_ADD, map, &event))
		err = -errno;
	return err;
}

static int open_rings(struct drain *d, const struct drain_options *options)
{
	int err = 0;

	d->shards = calloc(options->n_rings, sizeof(*d->shards));
	if (!d->shards)
		return -ENOMEM;
	d->n = options->n_rings;
	d->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (d->epoll < 0)
		return -errno;
	for (size_t i = 0; i < d->n && !err; i++)
		err = open_ring(d, &d->shards[i], options->rings[i]);
	return err;
}

int drain_start(const struct drain_options *options, struct drain **out)
{
	struct drain *d = calloc(1, sizeof(*d));
	int err;

	if (!d)
		return -ENOMEM;
	d->epoll = -1;
	d->queue = options->queue;
	d->mailbox = options->mailbox;
	d->asleep = options->asleep;
	err = open_rings(d, options);
	if (!err)
		err = -pthread_create(&d->thread, NULL, run_drain, d);
	if (err) {
		drain_stop(d);
		return err;
	}
	d->running = true;
	*out = d;
	return 0;
}

unsigned long long drain_stop(struct drain *d)
{
	unsigned long long odd;

	if (!d)
		return 0;
	d->stop = true;
	if (d->running)
		pthread_join(d->thread, NULL);
	for (size_t i = 0; i < d->n; i++)
		ring_close(&d->shards[i].ring);
	if (d->epoll >= 0)
		close(d->epoll);
	if (d->batch)
		queue_put(d->queue, d->batch);
	free(d->shards);
	odd = d->odd;
	free(d);
	return odd;
}
