/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events lie one after the other in a ring; none reaches over its end, there a
 * size of 0 says that the next one is at the start. Positions only grow. Each side
 * publishes its own now and then, so that the lock costs little.
 */
#include "core/collect/outlet.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "core/collect/drain.h"

#define PUBLISH_BYTES (16u << 10)

struct outlet {
	struct outlet_options options;
	unsigned char *data;
	pthread_t thread;
	/* Of who brings events. */
	uint64_t written;
	uint64_t known_tail;
	uint64_t brought;
	/* Lost before the next event that gets in. */
	uint64_t untold;
	bool dropping;
	/* Of the thread. */
	uint64_t bad;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint64_t head;
	uint64_t tail;
	/* Events behind the tail. */
	uint64_t taken;
	bool closed;
	bool hurry;
	bool cut;
	bool ended;
	_Atomic int error;
};

/* --- bringing -------------------------------------------------------------- */

static void publish_head(struct outlet *o)
{
	pthread_mutex_lock(&o->lock);
	o->head = o->written;
	o->known_tail = o->tail;
	pthread_cond_broadcast(&o->changed);
	pthread_mutex_unlock(&o->lock);
}

/* Waits until something changes. False: it took too long. */
static bool wait_a_while(struct outlet *o)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += OUTLET_PATIENCE_MS / 1000;
	return pthread_cond_timedwait(&o->changed, &o->lock, &until) != ETIMEDOUT;
}

/* Until the sink has taken some more, or there is no use in waiting for it. */
static void wait_for_sink(struct outlet *o, uint64_t tail)
{
	while (o->tail == tail && !o->cut && !o->ended)
		if (!wait_a_while(o) && o->hurry && o->tail == tail)
			o->cut = true;
}

/* Bytes to pass over at the end of the ring for an event of SIZE. */
static size_t padding(const struct outlet *o, size_t size)
{
	size_t left = o->options.room - o->written % o->options.room;

	return left < size ? left : 0;
}

static bool has_room(const struct outlet *o, size_t size)
{
	return o->options.room - (o->written - o->known_tail) >= size;
}

static bool make_room(struct outlet *o, size_t size)
{
	/* Gaps that are few and long leave the way of more packets complete. */
	size_t wanted = o->dropping ? o->options.room / 2 : size + padding(o, size);

	if (!has_room(o, wanted))
		publish_head(o);
	while (!has_room(o, wanted) && !o->options.may_drop) {
		pthread_mutex_lock(&o->lock);
		wait_for_sink(o, o->known_tail);
		o->known_tail = o->tail;
		/* What it would still get is of no use to anybody. */
		o->options.may_drop = o->cut || o->ended;
		pthread_mutex_unlock(&o->lock);
	}
	o->dropping = !has_room(o, wanted);
	return !o->dropping;
}

static void put_event(struct outlet *o, const struct retis_event *event)
{
	size_t skip = padding(o, event->size);
	struct retis_event *copy;
	uint32_t end = 0;

	if (skip)
		memcpy(o->data + o->written % o->options.room, &end, sizeof(end));
	o->written += skip;
	copy = (void *)(o->data + o->written % o->options.room);
	memcpy(copy, event, event->size);
	o->untold += event->lost;
	copy->lost = o->untold < UINT32_MAX ? (uint32_t)o->untold : UINT32_MAX;
	o->untold = 0;
	o->written += event->size;
}

static int bring_event(void *arg, const struct retis_event *event)
{
	struct outlet *o = arg;

	if (o->error)
		return o->error;
	o->brought++;
	if (!make_room(o, event->size)) {
		o->untold += 1 + event->lost;
		return 0;
	}
	put_event(o, event);
	if (o->written - o->head >= PUBLISH_BYTES)
		publish_head(o);
	return 0;
}

static int bring_flush(void *arg, uint64_t now)
{
	struct outlet *o = arg;

	(void)now;
	if (o->written != o->head)
		publish_head(o);
	return o->error;
}

/* --- taking ---------------------------------------------------------------- */

static void take_event(struct outlet *o, const struct retis_event *event)
{
	int err = o->error ? 0 : o->options.sink.event(o->options.sink.arg, event);

	if (err == -EBADMSG)
		o->bad++;
	else if (err)
		o->error = err;
}

static void publish_tail(struct outlet *o, uint64_t tail, uint64_t events)
{
	pthread_mutex_lock(&o->lock);
	o->tail = tail;
	o->taken += events;
	pthread_cond_broadcast(&o->changed);
	pthread_mutex_unlock(&o->lock);
}

static void take_events(struct outlet *o, uint64_t tail, uint64_t head)
{
	uint64_t published = tail, events = 0;

	while (tail < head) {
		size_t at = tail % o->options.room;
		const struct retis_event *event = (const void *)(o->data + at);

		if (event->size) {
			take_event(o, event);
			events++;
		}
		tail += event->size ? event->size : o->options.room - at;
		if (tail - published < PUBLISH_BYTES && tail < head)
			continue;
		publish_tail(o, tail, events);
		published = tail;
		events = 0;
	}
}

static void flush_sink(struct outlet *o)
{
	const struct sink *sink = &o->options.sink;
	int err = sink->flush && !o->error ? sink->flush(sink->arg, monotonic_ns()) : 0;

	if (err)
		o->error = err;
}

/* With the lock held. False: that was all. */
static bool take_some(struct outlet *o)
{
	uint64_t tail = o->tail, head;

	while (o->head == tail && !o->closed && !o->cut)
		pthread_cond_wait(&o->changed, &o->lock);
	head = o->head;
	if (o->cut || head == tail)
		return false;
	pthread_mutex_unlock(&o->lock);
	take_events(o, tail, head);
	pthread_mutex_lock(&o->lock);
	if (o->head != o->tail)
		return true;
	pthread_mutex_unlock(&o->lock);
	flush_sink(o);
	pthread_mutex_lock(&o->lock);
	return true;
}

static void *run_outlet(void *arg)
{
	struct outlet *o = arg;

	/* By itself: to name another thread is a write to a file, and refused. */
	prctl(PR_SET_NAME, o->options.name);
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	pthread_mutex_lock(&o->lock);
	while (take_some(o))
		;
	o->ended = true;
	pthread_cond_broadcast(&o->changed);
	pthread_mutex_unlock(&o->lock);
	return NULL;
}

/* --- start and end --------------------------------------------------------- */

static void free_outlet(struct outlet *o)
{
	pthread_cond_destroy(&o->changed);
	pthread_mutex_destroy(&o->lock);
	free(o->data);
	free(o);
}

static struct outlet *new_outlet(const struct outlet_options *options)
{
	struct outlet *o = calloc(1, sizeof(*o));
	pthread_condattr_t attr;

	if (!o)
		return NULL;
	o->options = *options;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&o->changed, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&o->lock, NULL);
	o->data = malloc(options->room);
	if (o->data)
		return o;
	free_outlet(o);
	return NULL;
}

int outlet_start(const struct outlet_options *options, struct outlet **out, struct sink *entry)
{
	struct outlet *o = new_outlet(options);
	int err;

	if (!o)
		return -ENOMEM;
	err = -pthread_create(&o->thread, NULL, run_outlet, o);
	if (err) {
		free_outlet(o);
		return err;
	}
	*entry = (struct sink){ .arg = o, .event = bring_event, .flush = bring_flush };
	*out = o;
	return 0;
}

void outlet_hurry(struct outlet *o)
{
	if (!o)
		return;
	pthread_mutex_lock(&o->lock);
	o->hurry = true;
	pthread_cond_broadcast(&o->changed);
	pthread_mutex_unlock(&o->lock);
}

void outlet_finish(struct outlet *o, struct outlet_result *result)
{
	if (!o)
		return;
	pthread_mutex_lock(&o->lock);
	o->head = o->written;
	o->closed = true;
	pthread_cond_broadcast(&o->changed);
	while (!o->ended && !o->cut)
		wait_for_sink(o, o->tail);
	if (!o->ended)
		pthread_cancel(o->thread);
	pthread_mutex_unlock(&o->lock);
	pthread_join(o->thread, NULL);
	*result = (struct outlet_result){ .dropped = o->brought - o->taken,
					  .bad = o->bad,
					  .error = o->error,
					  .cut = !o->ended || o->cut };
	free_outlet(o);
}
