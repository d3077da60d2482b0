/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A stream of lines of any length, in bounded memory. */
#ifndef INPUT_LINES_H
#define INPUT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A longer line is no event. */
#define LINES_MAX (16u << 20)

struct lines {
	/* Borrowed. */
	int fd;
	/* The end of what is there is not the end. */
	bool follow;
	char *data;
	size_t capacity;
	/* Bytes in `data`: those before `start` are done with, up to `seen` there
	 * is no line end. */
	size_t start, seen, used;
	/* Called before reading has to wait; may be NULL. */
	void (*idle)(void *arg);
	void *idle_arg;
	/* In the middle of a line that is too long. */
	bool skipping;
	/* Of the last line, from 1. */
	uint64_t number;
	/* Bytes up to its end. */
	uint64_t offset;
};

struct line {
	const char *text;
	size_t length;
	/* There was no line end behind it. */
	bool cut;
};

/* PEEKED bytes were read from FD already. -ENOMEM. */
int lines_init(struct lines *l, int fd, const void *peeked, size_t n);
void lines_fini(struct lines *l);

/* The next line, valid until the next call. 1; 0: the end; -EAGAIN: no more yet;
 * -EMSGSIZE: a line too long was skipped; -EINTR; what read() says. */
int lines_next(struct lines *l, struct line *line);

#endif
