/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/normal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file/writer.h"
#include "core/sort/room.h"
#include "core/util/log.h"

void normal_init(struct normal *n, const struct sort_options *options, struct input *in)
{
	*n = (struct normal){ .options = options, .in = in, .fd = -1 };
	if (input_format(in) == INPUT_RETIS)
		n->fd = input_dup(in);
}

void normal_fini(struct normal *n)
{
	if (n->fd >= 0)
		close(n->fd);
	starts_fini(&n->starts);
}

int normal_open(const struct normal *n, struct input **out)
{
	const struct input_options options = {
		.plugins = n->options->plugins,
		/* A copy is of what passed it. */
		.filter = n->copied ? NULL : n->options->filter,
		.quiet = true,
	};

	return input_open_fd(n->fd, "the input, read again", &options, out);
}

/* Up to a second start. */
static bool ends_first(const struct input_item *item, bool *started)
{
	bool again = item->kind == INPUT_START && *started;

	*started |= item->kind == INPUT_START;
	return again;
}

static int copy_one(struct normal *n, struct input *in, const struct input_item *item,
		    struct copy *copy)
{
	int err = 0;

	if (item->kind == INPUT_START && copy->started) {
		err = starts_add(&n->starts, item);
	} else if (item->kind == INPUT_START) {
		n->has_start = true;
		n->has_offset = item->has_offset;
	}
	return err ? err : copy_item(copy, in, item);
}

/* FIRST: only the file that IN began with. */
static int copy_items(struct normal *n, struct input *in, bool first, struct copy *copy)
{
	const struct sort_options *options = n->options;
	struct input_item item;
	bool started = false;
	int err = 0, got;

	while (!err && !options->stopped(options->arg)) {
		got = input_next(in, &item);
		if (got == -EINTR)
			continue;
		if (got <= 0 || (first && ends_first(&item, &started)))
			return got < 0 ? got : 0;
		err = copy_one(n, in, &item, copy);
	}
	return err;
}

/* What was read before comes from the file once more. */
static int copy_input(struct normal *n, const struct input_item *next, struct copy *copy)
{
	struct input *in;
	int err = 0;

	if (next) {
		err = normal_open(n, &in);
		if (err)
			return err;
		err = copy_items(n, in, true, copy);
		input_close(in);
		if (!err)
			err = copy_one(n, n->in, next, copy);
	}
	return err ? err : copy_items(n, n->in, false, copy);
}

/* Closes the writer. */
static int copy_all(struct normal *n, const struct input_item *next, struct writer *writer)
{
	struct copy *copy = malloc(sizeof(*copy));
	struct writer_result result;
	int err = copy ? copy_init(copy, writer) : -ENOMEM;

	if (!err)
		err = copy_input(n, next, copy);
	writer_close(writer, &result);
	if (copy)
		copy_fini(copy);
	free(copy);
	if (!result.error)
		return err;
	log_fatal("temporary file: %s; set TMPDIR to another directory", result.why);
	return result.error;
}

static int copy_to(struct normal *n, const struct input_item *next, int fd)
{
	char path[32], why[WRITER_WHY_SIZE];
	const struct writer_options to = { .path = path, .copy = true, .level = 1 };
	struct writer *writer;
	int err;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = writer_open(&to, &writer, why);
	if (!err)
		return copy_all(n, next, writer);
	log_fatal("%s", why);
	return err;
}

int normal_copy(struct normal *n, const struct input_item *next)
{
	int fd = temporary_file();
	int err = fd < 0 ? fd : copy_to(n, next, fd);

	if (err) {
		if (fd >= 0)
			close(fd);
		return err;
	}
	if (n->fd >= 0)
		close(n->fd);
	n->fd = fd;
	n->copied = true;
	return 0;
}
