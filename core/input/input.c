/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens what the user named, finds out what it is, and goes on to the next file
 * of a rotated set. */
#include "core/input/input.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/input/backend.h"
#include "core/input/set.h"
#include "core/plugin/plugin.h"
#include "core/util/confine.h"
#include "core/util/log.h"

struct input {
	struct input_options options;
	/* The file of now; NULL: the standard input. */
	char *path;
	/* For messages. */
	char name[512];
	int fd;
	struct backend *backend;
	/* Of files before this one. */
	struct input_totals before;
	/* The backend's, with a generation that never goes back. */
	struct input_names names;
	uint32_t seen;
	struct set set;
};

static void close_file(struct input *in)
{
	struct input_totals t;

	if (in->backend) {
		in->backend->ops->totals(in->backend, &t);
		in->before.bytes += t.bytes;
		in->before.raw += t.raw;
		in->before.stored += t.stored;
		in->before.bad += t.bad;
		in->backend->ops->close(in->backend);
		in->backend = NULL;
	}
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	in->fd = -1;
}

void input_close(struct input *in)
{
	if (!in)
		return;
	close_file(in);
	free(in->path);
	set_fini(&in->set);
	free(in);
}

/* Reads until there are SIZE bytes or no more come. */
static int peek(int fd, char *data, size_t size, size_t *n)
{
	for (*n = 0; *n < size;) {
		ssize_t got = read(fd, data + *n, size - *n);

		if (got < 0)
			return -errno;
		if (!got)
			break;
		*n += (size_t)got;
		/* This may be all that comes for now. */
		if (*n >= 8 &&
		    (memchr(data, '\n', *n) || retis_reader_recognizes((const void *)data, *n)))
			break;
	}
	return 0;
}

/* What the content begins with decides. */
static int open_backend(struct input *in, struct backend **out)
{
	char data[BACKEND_PEEK];
	struct backend_file file = {
		.name = in->name,
		.fd = in->fd,
		.peeked = data,
		.options = &in->options,
	};
	int err = peek(in->fd, data, sizeof(data), &file.n_peeked);
	size_t at = 0;

	if (err) {
		log_fatal("%s: %s", in->name, strerror(-err));
		return err;
	}
	if (retis_reader_recognizes(data, file.n_peeked))
		return backend_retis_open(&file, out);
	while (at < file.n_peeked && strchr(" \t\r\n", data[at]) && data[at])
		at++;
	if (at < file.n_peeked && (data[at] == '{' || data[at] == '['))
		return backend_json_open(&file, out);
	log_fatal("%s: %s", in->name,
		  file.n_peeked ? "not an event file: neither one of ours nor JSON"
				: "the file is empty");
	return -EMEDIUMTYPE;
}

/* Opens in->path. */
static int open_file(struct input *in)
{
	if (in->path) {
		plugin_escape(in->name, sizeof(in->name), in->path);
		in->fd = open(in->path, O_RDONLY | O_CLOEXEC);
	} else {
		snprintf(in->name, sizeof(in->name), "standard input");
		in->fd = STDIN_FILENO;
	}
	if (in->fd < 0) {
		int err = -errno;

		log_fatal("%s: %s", in->name, strerror(-err));
		return err;
	}
	return 0;
}

/* From here on what is read decides what happens. */
static int confine(const struct input *in)
{
	struct confinement c = { .writes = !in->options.reads_only };
	bool more = in->path && (in->options.range || in->options.follow);
	const char *slash = more ? strrchr(in->path, '/') : NULL;
	char *folder = slash ? strndup(in->path, (size_t)(slash - in->path) + 1) : strdup(".");
	int err;

	if (!folder)
		return -ENOMEM;
	if (more && !confine_leaves_access(folder, X_OK))
		c.capabilities = 1ULL << CAP_DAC_READ_SEARCH;
	free(folder);
	err = confine_thread(&c);
	if (err)
		log_debug("Not all privileges could be given up: %s", strerror(-err));
	return 0;
}

/* The first file is open. */
static int start(struct input *in)
{
	int err = in->options.opened ? in->options.opened(in->options.arg) : 0;

	if (!err && in->options.confine)
		err = confine(in);
	return err ? err : open_backend(in, &in->backend);
}

int input_open(const char *name, const struct input_options *options, struct input **out)
{
	struct input *in = calloc(1, sizeof(*in));
	int err = in ? 0 : -ENOMEM;

	if (err)
		return err;
	in->fd = -1;
	in->options = *options;
	if (strcmp(name, "-")) {
		in->path = strdup(name);
		err = in->path ? 0 : -ENOMEM;
	}
	if (!err)
		err = open_file(in);
	if (!err)
		err = start(in);
	if (!err && in->path)
		err = set_init(&in->set, in->path);
	if (err) {
		input_close(in);
		return err;
	}
	*out = in;
	return 0;
}

/* 1: the next file of the set is open; 0: there is none. */
static int next_file(struct input *in)
{
	bool wanted = in->path && (in->options.range || in->options.follow);
	char *path = NULL;
	int err = wanted ? set_next(&in->set, in->options.follow, &path) : 0;

	if (!path)
		return err;
	close_file(in);
	free(in->path);
	in->path = path;
	in->names.registry = NULL;
	err = open_file(in);
	if (!err)
		err = open_backend(in, &in->backend);
	return err ? err : 1;
}

static void refresh_names(struct input *in)
{
	const struct input_names *names = in->backend->names;
	uint32_t generation = in->names.generation + 1;

	if (in->seen == names->generation && in->names.registry == names->registry)
		return;
	in->seen = names->generation;
	in->names = *names;
	in->names.generation = generation;
}

int input_next(struct input *in, struct input_item *item)
{
	int got;

	for (;;) {
		got = in->backend->ops->next(in->backend, item);
		if (got == 0) {
			got = next_file(in);
			if (got <= 0)
				return got;
			continue;
		}
		if (got > 0)
			refresh_names(in);
		if (got < 0 || item->kind != INPUT_START)
			return got;
		got = set_start(&in->set, item->start, in->name);
		return got > 0 ? 1 : got;
	}
}

void input_seek(struct input *in, uint64_t timestamp)
{
	if (in->backend->ops->seek)
		in->backend->ops->seek(in->backend, timestamp);
}

const struct input_names *input_names(const struct input *in)
{
	return &in->names;
}

int input_open_fd(int fd, const char *name, const struct input_options *options, struct input **out)
{
	struct input *in = calloc(1, sizeof(*in));
	int err;

	if (!in)
		return -ENOMEM;
	in->options = *options;
	snprintf(in->name, sizeof(in->name), "%s", name);
	in->fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	err = in->fd < 0 || lseek(in->fd, 0, SEEK_SET) ? -errno : 0;
	if (err)
		log_fatal("%s: %s", in->name, strerror(-err));
	else
		err = open_backend(in, &in->backend);
	if (err) {
		input_close(in);
		return err;
	}
	*out = in;
	return 0;
}

int input_dup(const struct input *in)
{
	struct stat st;
	int fd;

	if (!in->path || fstat(in->fd, &st) || !S_ISREG(st.st_mode))
		return -ESPIPE;
	fd = fcntl(in->fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return fd < 0 ? -errno : fd;
}

enum input_format input_format(const struct input *in)
{
	return in->backend->ops->format;
}

void input_totals(const struct input *in, struct input_totals *totals)
{
	*totals = (struct input_totals){ 0 };
	if (in->backend)
		in->backend->ops->totals(in->backend, totals);
	totals->bytes += in->before.bytes;
	totals->raw += in->before.raw;
	totals->stored += in->before.stored;
	totals->bad += in->before.bad;
}
