/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/reader/source.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WINDOW (512u << 10)

int source_init(struct source *s, int fd, const void *peeked, size_t n)
{
	struct stat st;
	off_t at;

	*s = (struct source){ .fd = fd, .capacity = WINDOW };
	s->data = malloc(s->capacity);
	if (!s->data || n > s->capacity)
		return -ENOMEM;
	if (n)
		memcpy(s->data, peeked, n);
	s->n = n;
	at = lseek(fd, 0, SEEK_CUR);
	if (at >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode)) {
		s->base = at - (off_t)n;
		s->seekable = s->base >= 0;
	}
	return 0;
}

void source_fini(struct source *s)
{
	free(s->data);
	if (s->own)
		close(s->fd);
}

/* The window may hold twice what is wanted, so that it is moved seldom. */
static int make_window_room(struct source *s, size_t wanted)
{
	if (s->start + wanted <= s->capacity)
		return 0;
	if (wanted > s->capacity / 2) {
		unsigned char *bigger = realloc(s->data, 2 * wanted);

		if (!bigger)
			return -ENOMEM;
		s->data = bigger;
		s->capacity = 2 * wanted;
	}
	memmove(s->data, s->data + s->start, s->n);
	s->start = 0;
	return 0;
}

static void tell_idle(const struct source *s)
{
	struct pollfd fd = { .fd = s->fd, .events = POLLIN };

	if (s->idle && !s->seekable && !poll(&fd, 1, 0))
		s->idle(s->idle_arg);
}

size_t source_fill(struct source *s, size_t wanted)
{
	if (s->n >= wanted)
		return wanted;
	s->error = make_window_room(s, wanted);
	while (s->n < wanted && !s->error) {
		size_t end = s->start + s->n;
		ssize_t got;

		tell_idle(s);
		got = read(s->fd, s->data + end, s->capacity - end);

		if (got > 0)
			s->n += (size_t)got;
		else if (!got)
			break;
		else if (errno != EINTR)
			s->error = -errno;
	}
	return s->n < wanted ? s->n : wanted;
}

void source_skip(struct source *s, size_t n)
{
	s->start += n;
	s->n -= n;
	s->offset += n;
	if (!s->n)
		s->start = 0;
}

int source_go(struct source *s, uint64_t offset)
{
	if (!s->seekable || offset > (uint64_t)INT64_MAX - (uint64_t)s->base)
		return -ESPIPE;
	if (offset >= s->offset && offset - s->offset <= s->n) {
		source_skip(s, (size_t)(offset - s->offset));
		return 0;
	}
	if (lseek(s->fd, (off_t)((uint64_t)s->base + offset), SEEK_SET) < 0)
		return -errno;
	s->start = s->n = 0;
	s->offset = offset;
	return 0;
}

int64_t source_size(const struct source *s)
{
	struct stat st;

	if (!s->seekable || fstat(s->fd, &st))
		return -ESPIPE;
	return st.st_size > s->base ? st.st_size - s->base : 0;
}
