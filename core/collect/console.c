/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/collect/console.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "core/event/buffer.h"
#include "core/event/record.h"

/* Text is written when there is that much, and when events run out. */
#define WRITE_SIZE (64u << 10)

static int write_text(struct console *c)
{
	size_t at = 0;
	int err = 0;

	while (at < c->text.length && !err) {
		ssize_t n = write(STDOUT_FILENO, c->text.data + at, c->text.length - at);

		if (n >= 0)
			at += (size_t)n;
		else if (errno == EAGAIN)
			poll(&(struct pollfd){ STDOUT_FILENO, POLLOUT, 0 }, 1, -1);
		else if (errno != EINTR)
			err = -errno;
	}
	text_clear(&c->text);
	return err;
}

static int console_event(void *arg, const struct retis_event *event)
{
	struct console *c = arg;
	int err = record_parse(event, event->size, &c->record);

	if (!err)
		err = printer_event(c->printer, &c->record, PRINTER_ALONE, &c->text);
	if (err)
		return -EBADMSG;
	return c->text.length >= WRITE_SIZE ? write_text(c) : 0;
}

static int console_flush(void *arg, uint64_t now)
{
	(void)now;
	return write_text(arg);
}

int console_init(struct console *c, struct printer *printer, struct sink *sink)
{
	*c = (struct console){ .printer = printer };
	*sink = (struct sink){ .arg = c, .event = console_event, .flush = console_flush };
	return text_init(&c->text, 2 * WRITE_SIZE);
}

void console_fini(struct console *c)
{
	text_fini(&c->text);
}
