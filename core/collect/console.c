/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/collect/console.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/collect/order.h"
#include "core/collect/queue.h"
#include "core/event/buffer.h"
#include "core/event/record.h"

/* Text is written when there is that much, and when events run out. */
#define WRITE_SIZE (64u << 10)

struct console {
	struct printer *printer;
	struct queue *queue;
	uint64_t limit;
	int wake;
	pthread_t thread;
	struct order order;
	struct retis_text text;
	struct record record;
	struct console_result result;
};

static bool done(const struct console *c)
{
	return c->result.error || (c->limit && c->result.events >= c->limit);
}

static void flush(struct console *c)
{
	size_t at = 0;

	while (at < c->text.length && !c->result.error) {
		ssize_t n = write(STDOUT_FILENO, c->text.data + at, c->text.length - at);

		if (n >= 0)
			at += (size_t)n;
		else if (errno != EINTR)
			c->result.error = -errno;
	}
	text_clear(&c->text);
}

static void print(struct console *c, const struct retis_event *event)
{
	int err = record_parse(event, event->size, &c->record);

	if (!err)
		err = printer_event(c->printer, &c->record, PRINTER_ALONE, &c->text);
	if (err) {
		c->result.bad++;
	} else {
		c->result.events++;
		c->result.bytes += event->size;
	}
	if (c->text.length >= WRITE_SIZE)
		flush(c);
}

/* Prints what is older than UNTIL, and gives back batches nobody needs. */
static void print_ready(struct console *c, uint64_t until)
{
	size_t n = order_ready(&c->order, until);

	for (size_t i = 0; i < n; i++) {
		struct order_entry *entry = &c->order.entries[i];

		if (!done(c))
			print(c, entry->event);
		if (!--entry->batch->users)
			queue_put(c->queue, entry->batch);
	}
	order_remove(&c->order, n);
	flush(c);
}

static void take(struct console *c, struct batch *batch)
{
	uint64_t until = batch->complete_until;

	if (order_add(&c->order, batch))
		c->result.error = -ENOMEM;
	if (!batch->users)
		queue_put(c->queue, batch);
	if (until)
		print_ready(c, until);
}

static void *run(void *arg)
{
	struct console *c = arg;
	bool starved, told = false;
	struct batch *batch;

	while ((batch = queue_pop(c->queue, &starved)) || starved) {
		if (batch)
			take(c, batch);
		else
			print_ready(c, UINT64_MAX);
		/* The rest of the queue still has to be taken: it may be full. */
		if (done(c) && !told)
			told = write(c->wake, "", 1) == 1;
	}
	print_ready(c, UINT64_MAX);
	c->result.bad += c->order.bad;
	return NULL;
}

int console_start(struct printer *printer, struct queue *queue, uint64_t limit, int wake,
		  struct console **out)
{
	struct console *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return -ENOMEM;
	c->printer = printer;
	c->queue = queue;
	c->limit = limit;
	c->wake = wake;
	err = text_init(&c->text, 2 * WRITE_SIZE);
	if (!err)
		err = -pthread_create(&c->thread, NULL, run, c);
	if (err) {
		text_fini(&c->text);
		free(c);
		return err;
	}
	*out = c;
	return 0;
}

void console_stop(struct console *c, struct console_result *result)
{
	if (!c)
		return;
	pthread_join(c->thread, NULL);
	*result = c->result;
	order_fini(&c->order);
	text_fini(&c->text);
	free(c);
}
