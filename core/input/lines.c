/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Cuts a stream into lines. */
#include "core/input/lines.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_SIZE (256u << 10)

int lines_init(struct lines *l, int fd, const void *peeked, size_t n)
{
	*l = (struct lines){ .fd = fd, .capacity = FIRST_SIZE };
	if (n > l->capacity)
		return -EINVAL;
	l->data = malloc(l->capacity);
	if (!l->data)
		return -ENOMEM;
	memcpy(l->data, peeked, n);
	l->used = n;
	return 0;
}

void lines_fini(struct lines *l)
{
	if (l)
		free(l->data);
}

/* Room for more bytes. -EMSGSIZE if the line is as long as it may be. */
static int make_line_room(struct lines *l)
{
	char *data;

	if (l->start) {
		memmove(l->data, l->data + l->start, l->used - l->start);
		l->seen -= l->start;
		l->used -= l->start;
		l->start = 0;
	}
	if (l->used < l->capacity)
		return 0;
	if (l->capacity >= LINES_MAX)
		return -EMSGSIZE;
	data = realloc(l->data, l->capacity * 2);
	if (!data)
		return -ENOMEM;
	l->data = data;
	l->capacity *= 2;
	return 0;
}

static void tell_lines_idle(const struct lines *l)
{
	struct pollfd fd = { .fd = l->fd, .events = POLLIN };

	if (l->idle && !poll(&fd, 1, 0))
		l->idle(l->idle_arg);
}

/* 1: there are more bytes; 0: there won't be. */
static int fill_lines(struct lines *l)
{
	int err = make_line_room(l);
	ssize_t n;

	if (err)
		return err;
	tell_lines_idle(l);
	n = read(l->fd, l->data + l->used, l->capacity - l->used);
	if (n < 0)
		return -errno;
	l->used += (size_t)n;
	return n > 0;
}

/* Hands out what is before END. */
static void take_line(struct lines *l, size_t end, bool cut, struct line *line)
{
	*line = (struct line){ l->data + l->start, end - l->start, cut };
	l->start = cut ? end : end + 1;
	l->seen = l->start;
	l->offset += line->length + !cut;
	l->number++;
}

static bool find_whole_line(struct lines *l, struct line *line)
{
	const char *end = memchr(l->data + l->seen, '\n', l->used - l->seen);

	l->seen = l->used;
	if (end)
		take_line(l, (size_t)(end - l->data), false, line);
	return end;
}

int lines_next(struct lines *l, struct line *line)
{
	bool skipped;
	int err;

	for (;;) {
		if (find_whole_line(l, line)) {
			skipped = l->skipping;
			l->skipping = false;
			return skipped ? -EMSGSIZE : 1;
		}
		err = fill_lines(l);
		if (err == -EMSGSIZE) {
			l->skipping = true;
			l->offset += l->used - l->start;
			l->start = l->seen = l->used = 0;
			continue;
		}
		if (err < 0)
			return err;
		if (!err)
			break;
	}
	if (l->follow)
		return -EAGAIN;
	if (l->start == l->used && !l->skipping)
		return 0;
	take_line(l, l->used, true, line);
	skipped = l->skipping;
	l->skipping = false;
	return skipped ? -EMSGSIZE : 1;
}
