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
	c->waiting = 0;
	return err;
}

static int console_event(void *arg, const struct retis_event *event)
{
	struct console *c = arg;
	int err = record_parse(event, event->size, &c->record);

	if (!err) {
		console_lock(c);
		err = printer_event(c->printer, &c->record, PRINTER_ALONE, &c->text);
		console_unlock(c);
	}
	if (err)
		return -EBADMSG;
	c->waiting++;
	return c->text.length >= WRITE_SIZE ? write_text(c) : 0;
}

static int console_flush(void *arg, uint64_t now)
{
	(void)now;
	return write_text(arg);
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

int console_start(struct console *c, struct sink *sink)
{
	const struct outlet_options options = {
		.sink = { .arg = c, .event = console_event, .flush = console_flush },
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
