/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/cli/sink.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/cli/command.h"
#include "core/event/buffer.h"
#include "core/util/log.h"

int sink_init(struct sink *s, int fd)
{
	*s = (struct sink){ .fd = fd };
	return text_init(&s->text, 2 * SINK_ENOUGH);
}

void sink_fini(struct sink *s)
{
	text_fini(&s->text);
}

int sink_flush(struct sink *s)
{
	size_t at = 0;

	while (at < s->text.length && !s->error) {
		ssize_t n = write(s->fd, s->text.data + at, s->text.length - at);

		if (n >= 0)
			at += (size_t)n;
		else if (errno != EINTR)
			s->error = -errno;
	}
	if (s->text.failed && !s->error)
		s->error = -ENOMEM;
	text_clear(&s->text);
	return s->error;
}

int sink_some(struct sink *s)
{
	return s->text.length >= SINK_ENOUGH ? sink_flush(s) : s->error;
}

/* Piece by piece, so that memory stays what it is. */
int sink_bytes(struct sink *s, const void *data, size_t n)
{
	const char *at = data;
	int err = s->error;

	while (n && !err) {
		size_t piece = n < SINK_ENOUGH ? n : SINK_ENOUGH;

		retis_text_bytes(&s->text, at, piece);
		err = sink_some(s);
		at += piece;
		n -= piece;
	}
	return err;
}

int sink_status(const struct sink *s, const char *name)
{
	if (!s->error || s->error == -EPIPE)
		return 0;
	log_fatal("can't write to %s: %s", name, strerror(-s->error));
	return EXIT_RUNTIME;
}

bool sink_name_ends_in(const char *path, const char *end)
{
	size_t n = strlen(path), m = strlen(end);

	return n > m && !strcmp(path + n - m, end);
}

bool sink_is_json_name(const char *path)
{
	return sink_name_ends_in(path, ".json") || sink_name_ends_in(path, ".jsonl");
}
