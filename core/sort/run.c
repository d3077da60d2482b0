/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/sort/room.h"
#include "core/util/log.h"

#define RUN_BUFFER (64u << 10)

_Static_assert(RUN_BUFFER >= 2 * ENTRY_MAX, "an entry fits behind a part of another one");

int run_init(struct run *r)
{
	*r = (struct run){ .fd = temporary_file() };
	if (r->fd < 0)
		return r->fd;
	r->buffer = malloc(RUN_BUFFER);
	if (r->buffer)
		return 0;
	close(r->fd);
	r->fd = -1;
	return -ENOMEM;
}

void run_fini(struct run *r)
{
	if (r->buffer)
		close(r->fd);
	free(r->buffer);
	*r = (struct run){ .fd = -1 };
}

static int run_flush(struct run *r)
{
	for (size_t at = 0; at < r->length;) {
		ssize_t n = write(r->fd, r->buffer + at, r->length - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			int err = -errno;

			log_fatal("can't write to a temporary file: %s; TMPDIR names another "
				  "directory for it",
				  strerror(-err));
			return err;
		}
		at += (size_t)n;
	}
	r->length = 0;
	return 0;
}

int run_write(struct run *r, const struct entry *e)
{
	size_t bytes = entry_bytes(e);
	int err = r->length + bytes > RUN_BUFFER ? run_flush(r) : 0;

	if (err)
		return err;
	memcpy(r->buffer + r->length, e, bytes);
	r->length += bytes;
	return 0;
}

int run_rewind(struct run *r)
{
	int err = run_flush(r);

	r->at = 0;
	if (!err && lseek(r->fd, 0, SEEK_SET))
		err = -errno;
	return err;
}

/* As much as fits behind what is left. */
static int run_fill(struct run *r)
{
	memmove(r->buffer, r->buffer + r->at, r->length - r->at);
	r->length -= r->at;
	r->at = 0;
	while (r->length < RUN_BUFFER) {
		ssize_t n = read(r->fd, r->buffer + r->length, RUN_BUFFER - r->length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			int err = -errno;

			log_fatal("can't read from a temporary file: %s", strerror(-err));
			return err;
		}
		if (!n)
			break;
		r->length += (size_t)n;
	}
	return 0;
}

int run_next(struct run *r, const struct entry **out)
{
	const struct entry *e = (const struct entry *)(r->buffer + r->at);
	size_t left = r->length - r->at;

	if (left < sizeof(*e) || left < entry_bytes(e)) {
		int err = run_fill(r);

		if (err)
			return err;
		e = (const struct entry *)r->buffer;
		if (!r->length)
			return 0;
	}
	r->at += entry_bytes(e);
	*out = e;
	return 1;
}
