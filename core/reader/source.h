/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Bytes of a file or a stream, through a window that moves forward. */
#ifndef READER_SOURCE_H
#define READER_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source {
	int fd;
	/* Opened here. */
	bool own;
	/* It can be sought; `base` is where it began. */
	bool seekable;
	int64_t base;
	/* The window: `n` bytes from `start` on, of which the first is byte
	 * `offset` of the file. */
	unsigned char *data;
	size_t start;
	size_t n;
	size_t capacity;
	uint64_t offset;
	/* See struct retis_reader_options. */
	void (*idle)(void *arg);
	void *idle_arg;
	/* Why reading failed, or 0. */
	int error;
};

/* Takes FD, at its present position, behind the N bytes at PEEKED. -ENOMEM. */
int source_init(struct source *s, int fd, const void *peeked, size_t n);
void source_fini(struct source *s);

static inline const unsigned char *source_data(const struct source *s)
{
	return s->data + s->start;
}

/* How many of WANTED bytes there are: less at the end, or if reading fails. */
size_t source_fill(struct source *s, size_t wanted);
/* Not beyond what was filled. */
void source_skip(struct source *s, size_t n);
/* Continues at OFFSET. -ESPIPE. */
int source_go(struct source *s, uint64_t offset);
/* Bytes of the file, or -ESPIPE. */
int64_t source_size(const struct source *s);

#endif
