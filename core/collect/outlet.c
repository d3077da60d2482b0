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

#include <retis/clock.h>

#include "core/util/list.h"

#define PUBLISH_BYTES (16u << 10)

struct losses_list {
	struct retis_loss *list;
	size_t n;
	size_t room;
};

struct outlet {
	struct outlet_options options;
	unsigned char *data;
	pthread_t thread;
	/* Of who brings events. */
	uint64_t written;
	uint64_t known_tail;
	uint64_t brought;
	/* Lost before the next event that gets in; or, for a sink that takes losses. */
	uint64_t untold;
	struct retis_loss gap;
	bool dropping;
	/* Of the last tick. */
	uint64_t ticked;
	/* Of the thread. */
	uint64_t bad;
	struct losses_list taking;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint64_t head;
	uint64_t tail;
	/* Events behind the tail. */
	uint64_t taken;
	/* Behind the events up to the head. */
	struct losses_list losses;
	/* All before it is in front of the head. */
	uint64_t until;
	/* The sink is to get these, whether there are events or not. */
	bool due;
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
	o->due |= o->until != o->ticked;
	o->until = o->ticked;
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
static size_t count_padding(const struct outlet *o, size_t size)
{
	size_t left = o->options.room - o->written % o->options.room;

	return left < size ? left : 0;
}

static bool has_room(const struct outlet *o, size_t size)
{
	return o->options.room - (o->written - o->known_tail) >= size;
}

static bool wait_for_room(struct outlet *o, size_t size)
{
	/* Gaps that are few and long leave the way of more packets complete. */
	size_t wanted = o->dropping ? o->options.room / 2 : size + count_padding(o, size);

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

static void queue_event(struct outlet *o, const struct retis_event *event)
{
	size_t skip = count_padding(o, event->size);
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

static int bring_loss(void *arg, const struct retis_loss *loss)
{
	struct outlet *o = arg;
	struct losses_list *l = &o->losses;
	int err;

	pthread_mutex_lock(&o->lock);
	err = list_grow((void **)&l->list, l->n, &l->room, sizeof(*l->list));
	if (!err)
		l->list[l->n++] = *loss;
	o->head = o->written;
	o->due = true;
	pthread_cond_broadcast(&o->changed);
	pthread_mutex_unlock(&o->lock);
	return err ? err : o->error;
}

static void note_drop(struct outlet *o, const struct retis_event *event)
{
	if (!o->options.sink.loss) {
		o->untold += 1 + event->lost;
		return;
	}
	if (!o->gap.count)
		o->gap = (struct retis_loss){ .since = event->timestamp,
					      .cause = RETIS_LOSS_RING_FULL,
					      .probe = RETIS_NO_PROBE };
	o->gap.until = event->timestamp;
	o->gap.count++;
}

static int tell_gap(struct outlet *o)
{
	const struct retis_loss gap = o->gap;

	o->gap.count = 0;
	return gap.count ? bring_loss(o, &gap) : 0;
}

static int bring_event(void *arg, const struct retis_event *event)
{
	struct outlet *o = arg;
	int err;

	if (o->error)
		return o->error;
	o->brought++;
	if (!wait_for_room(o, event->size)) {
		note_drop(o, event);
		return 0;
	}
	err = tell_gap(o);
	if (err)
		return err;
	queue_event(o, event);
	if (o->written - o->head >= PUBLISH_BYTES)
		publish_head(o);
	return 0;
}

static int bring_flush(void *arg, uint64_t now, uint64_t until)
{
	struct outlet *o = arg;
	bool tick = o->options.tick && until >= o->ticked + o->options.tick;
	int err = tick ? tell_gap(o) : 0;

	(void)now;
	if (err)
		return err;
	if (tick)
		o->ticked = until;
	if (tick || o->written != o->head)
		publish_head(o);
	return o->error;
}

/* --- taking ---------------------------------------------------------------- */

static void deliver_event(struct outlet *o, const struct retis_event *event)
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

static void deliver_events(struct outlet *o, uint64_t tail, uint64_t head)
{
	uint64_t published = tail, events = 0;

	while (tail < head) {
		size_t at = tail % o->options.room;
		const struct retis_event *event = (const void *)(o->data + at);

		if (event->size) {
			deliver_event(o, event);
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

static void deliver_losses(struct outlet *o)
{
	const struct sink *sink = &o->options.sink;

	for (size_t i = 0; i < o->taking.n && !o->error; i++) {
		int err = sink->loss(sink->arg, &o->taking.list[i]);

		if (err)
			o->error = err;
	}
	free(o->taking.list);
	o->taking = (struct losses_list){};
}

static void flush_sink(struct outlet *o, uint64_t until)
{
	const struct sink *sink = &o->options.sink;
	int err = sink->flush && !o->error ? sink->flush(sink->arg, retis_clock_ns(), until) : 0;

	if (err)
		o->error = err;
}

/* No more comes: what the sink has held back. With the lock held. False: that was all. */
static bool take_rest(struct outlet *o)
{
	const struct sink *sink = &o->options.sink;
	int got;

	if (!sink->rest || o->error || o->cut)
		return false;
	pthread_mutex_unlock(&o->lock);
	got = sink->rest(sink->arg);
	if (got < 0)
		o->error = got;
	pthread_mutex_lock(&o->lock);
	/* Who waits sees that it goes on. */
	pthread_cond_broadcast(&o->changed);
	return got > 0;
}

/* With the lock held. False: that was all. */
static bool take_some(struct outlet *o)
{
	uint64_t tail = o->tail, head, until;
	bool due;

	while (o->head == tail && !o->due && !o->closed && !o->cut)
		pthread_cond_wait(&o->changed, &o->lock);
	head = o->head;
	until = o->until;
	due = o->due;
	if (o->cut || (head == tail && !due))
		return false;
	o->taking = o->losses;
	o->losses = (struct losses_list){};
	o->due = false;
	pthread_mutex_unlock(&o->lock);
	deliver_events(o, tail, head);
	deliver_losses(o);
	pthread_mutex_lock(&o->lock);
	if (o->head != o->tail && !due)
		return true;
	pthread_mutex_unlock(&o->lock);
	flush_sink(o, until);
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
	while (take_rest(o))
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
	free(o->losses.list);
	free(o->taking.list);
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
	*entry = (struct sink){ .arg = o,
				.event = bring_event,
				.loss = options->sink.loss ? bring_loss : NULL,
				.flush = bring_flush };
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
	tell_gap(o);
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
