/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/collect/consumer.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <retis/clock.h>

#include "core/collect/order.h"
#include "core/collect/queue.h"
#include "core/util/list.h"

/* Reports of losses that wait: they come once a second. */
struct reports {
	struct retis_loss *list;
	size_t n;
	size_t room;
	/* None are missing that are older. */
	uint64_t until;
};

struct consumer {
	struct consumer_options options;
	pthread_t thread;
	bool running;
	struct order order;
	struct consumer_result result;
	/* Up to when all events, and all losses, were handed out. */
	uint64_t events_until;
	uint64_t losses_until;
	pthread_mutex_t lock;
	struct reports reports;
};

static bool consumer_is_done(const struct consumer *c)
{
	return c->result.error || (c->options.limit && c->result.events >= c->options.limit);
}

static void keep_error(struct consumer *c, int err)
{
	if (err && !c->result.error)
		c->result.error = err;
}

static void hand_out_event(struct consumer *c, struct retis_event *event)
{
	const struct preview *preview = &c->options.preview;
	uint32_t size = event->size;
	bool bad = false;

	if (preview->trim)
		preview->trim(preview->arg, event);
	for (size_t i = 0; i < c->options.n_sinks; i++) {
		const struct sink *sink = &c->options.sinks[i];
		int err = sink->event(sink->arg, event);

		if (err == -EBADMSG)
			bad = true;
		else
			keep_error(c, err);
	}
	if (bad) {
		c->result.bad++;
	} else if (!c->result.error) {
		c->result.events++;
		c->result.bytes += size;
	}
}

static void hand_out_loss(struct consumer *c, const struct retis_loss *loss)
{
	for (size_t i = 0; i < c->options.n_sinks; i++) {
		const struct sink *sink = &c->options.sinks[i];

		if (sink->loss)
			keep_error(c, sink->loss(sink->arg, loss));
	}
}

static void hand_out_losses(struct consumer *c)
{
	struct reports reports;

	pthread_mutex_lock(&c->lock);
	reports = c->reports;
	c->reports = (struct reports){ .until = reports.until };
	pthread_mutex_unlock(&c->lock);
	for (size_t i = 0; i < reports.n && !c->result.error; i++)
		hand_out_loss(c, &reports.list[i]);
	free(reports.list);
	c->losses_until = reports.until;
}

static void flush_sinks(struct consumer *c)
{
	uint64_t now = retis_clock_ns();
	uint64_t until = c->events_until < c->losses_until ? c->events_until : c->losses_until;

	for (size_t i = 0; i < c->options.n_sinks; i++) {
		const struct sink *sink = &c->options.sinks[i];

		if (sink->flush)
			keep_error(c, sink->flush(sink->arg, now, until));
	}
}

/* Hands out what is older than UNTIL, and gives back batches nobody needs. */
static void hand_out(struct consumer *c, uint64_t until)
{
	const struct preview *preview = &c->options.preview;
	size_t n = order_ready(&c->order, until);

	if (n && preview->ahead && !consumer_is_done(c))
		preview->ahead(preview->arg, c->order.entries, n);
	for (size_t i = 0; i < n; i++) {
		struct order_entry *entry = &c->order.entries[i];

		if (!consumer_is_done(c))
			hand_out_event(c, entry->event);
		if (!--entry->batch->users)
			queue_put(c->options.queue, entry->batch);
	}
	order_remove(&c->order, n);
	hand_out_losses(c);
	flush_sinks(c);
}

static void take_batch(struct consumer *c, struct batch *batch)
{
	uint64_t until = batch->complete_until;

	if (order_add(&c->order, batch))
		c->result.error = -ENOMEM;
	if (!batch->users)
		queue_put(c->options.queue, batch);
	if (!until)
		return;
	c->events_until = until;
	hand_out(c, until);
}

static void *run_consumer(void *arg)
{
	struct consumer *c = arg;
	bool starved, told = false;
	struct batch *batch;

	prctl(PR_SET_NAME, "retis-order");
	while ((batch = queue_pop(c->options.queue, &starved)) || starved) {
		if (batch)
			take_batch(c, batch);
		else
			hand_out(c, UINT64_MAX);
		/* The rest of the queue still has to be taken: it may be full. */
		if (consumer_is_done(c) && !told)
			told = write(c->options.wake, "", 1) == 1;
	}
	hand_out(c, UINT64_MAX);
	c->result.bad += c->order.bad + c->order.broken;
	return NULL;
}

int consumer_start(const struct consumer_options *options, struct consumer **out)
{
	struct consumer *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return -ENOMEM;
	c->options = *options;
	pthread_mutex_init(&c->lock, NULL);
	err = -pthread_create(&c->thread, NULL, run_consumer, c);
	if (err) {
		pthread_mutex_destroy(&c->lock);
		free(c);
		return err;
	}
	c->running = true;
	*out = c;
	return 0;
}

int consumer_losses(struct consumer *c, const struct retis_loss *losses, size_t n, uint64_t until)
{
	struct reports *r = &c->reports;
	int err = 0;

	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < n && !err; i++) {
		err = list_grow((void **)&r->list, r->n, &r->room, sizeof(*r->list));
		if (!err)
			r->list[r->n++] = losses[i];
	}
	if (!err)
		r->until = until;
	pthread_mutex_unlock(&c->lock);
	return err;
}

void consumer_stop(struct consumer *c)
{
	if (!c || !c->running)
		return;
	pthread_join(c->thread, NULL);
	c->running = false;
}

void consumer_finish(struct consumer *c, struct consumer_result *result)
{
	if (!c)
		return;
	consumer_stop(c);
	hand_out_losses(c);
	flush_sinks(c);
	*result = c->result;
	order_fini(&c->order);
	pthread_mutex_destroy(&c->lock);
	free(c);
}
