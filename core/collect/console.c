/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/collect/console.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include "core/event/buffer.h"
#include "core/event/record.h"

/* Text is written when there is that much, and when events run out. */
#define WRITE_SIZE (64u << 10)
/* Events that wait for the terminal, in bytes. */
#define QUEUE_SIZE (4u << 20)
/* ns. */
#define TICK 100000000

/* Here, with nothing held, the thread may be cancelled: who reads may never do so. */
static ssize_t write_some(const char *data, size_t size)
{
	ssize_t n;

	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	n = write(STDOUT_FILENO, data, size);
	if (n < 0 && errno == EAGAIN) {
		poll(&(struct pollfd){ STDOUT_FILENO, POLLOUT, 0 }, 1, -1);
		n = 0;
	}
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	return n;
}

static int write_text(struct console *c)
{
	size_t at = 0;
	int err = 0;

	while (at < c->text.length && !err) {
		ssize_t n = write_some(c->text.data + at, c->text.length - at);

		if (n >= 0)
			at += (size_t)n;
		else if (errno != EINTR)
			err = -errno;
	}
	text_clear(&c->text);
	c->waiting -= c->printed;
	c->printed = 0;
	return err;
}

void console_printed(struct console *c)
{
	c->printed++;
}

static int write_much(struct console *c)
{
	return c->text.length >= WRITE_SIZE ? write_text(c) : 0;
}

static int print_event(struct console *c, const struct retis_event *event)
{
	int err = record_parse(event, event->size, &c->record);

	if (!err) {
		console_lock(c);
		err = printer_event(c->printer, &c->record, PRINTER_ALONE, &c->text);
		console_unlock(c);
	}
	console_printed(c);
	return err ? -EBADMSG : 0;
}

static int console_event(void *arg, const struct retis_event *event)
{
	struct console *c = arg;
	int err;

	c->waiting++;
	err = c->way.event ? c->way.event(c->way.arg, event) : print_event(c, event);
	return err ? err : write_much(c);
}

static int console_loss(void *arg, const struct retis_loss *loss)
{
	struct console *c = arg;

	return c->way.loss(c->way.arg, loss);
}

static int console_flush(void *arg, uint64_t now, uint64_t until)
{
	struct console *c = arg;
	int got = 1, err = 0;

	while (got > 0 && !err) {
		got = c->way.flush ? c->way.flush(c->way.arg, now, until) : 0;
		err = got > 0 ? write_much(c) : write_text(c);
	}
	return got ? got : err;
}

static int console_rest(void *arg)
{
	struct console *c = arg;
	int got = c->way.rest(c->way.arg);
	int err = got > 0 ? write_much(c) : write_text(c);

	return err ? err : got;
}

void console_lock(struct console *c)
{
	pthread_mutex_lock(&c->lock);
}

void console_unlock(struct console *c)
{
	pthread_mutex_unlock(&c->lock);
}

int console_init(struct console *c, struct printer *printer, bool may_drop)
{
	*c = (struct console){ .printer = printer, .may_drop = may_drop };
	pthread_mutex_init(&c->lock, NULL);
	return text_init(&c->text, 2 * WRITE_SIZE);
}

void console_lead(struct console *c, const struct sink *way)
{
	c->way = *way;
}

int console_start(struct console *c, struct sink *sink)
{
	const struct outlet_options options = {
		.sink = { .arg = c,
			  .event = console_event,
			  .loss = c->way.loss ? console_loss : NULL,
			  .flush = console_flush,
			  .rest = c->way.rest ? console_rest : NULL },
		.tick = c->way.event ? TICK : 0,
		.room = QUEUE_SIZE,
		.may_drop = c->may_drop,
		.name = "retis-print",
	};

	return outlet_start(&options, &c->outlet, sink);
}

void console_hurry(struct console *c)
{
	outlet_hurry(c->outlet);
}

void console_finish(struct console *c, struct outlet_result *result)
{
	*result = (struct outlet_result){};
	outlet_finish(c->outlet, result);
	c->outlet = NULL;
	/* Their text was made, and not taken. */
	if (result->cut)
		result->dropped += c->waiting;
}

void console_fini(struct console *c)
{
	struct outlet_result result;

	console_finish(c, &result);
	text_fini(&c->text);
	pthread_mutex_destroy(&c->lock);
}
