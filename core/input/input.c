/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Opens what the user named, finds out what it is, and goes on to the next file
 * of a rotated set. */
#include "core/input/input.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/input/backend.h"
#include "core/input/set.h"
#include "core/input/sieve.h"
#include "core/plugin/plugin.h"
#include "core/util/confine.h"
#include "core/util/escape.h"
#include "core/util/log.h"

struct input {
	struct input_options options;
	/* The file of now; NULL: the standard input. */
	char *path;
	/* For messages. */
	char name[512];
	int fd;
	/* It is not a regular file. */
	bool stream;
	struct backend *backend;
	/* Of files before this one, and if the one before it was complete. */
	struct input_totals before;
	enum input_format format;
	/* How much came out of this file, and events and losses of all files. */
	uint64_t items;
	uint64_t found;
	/* Nobody writes to it, and what was there then was not read yet. */
	bool left_alone;
	/* The backend's, with a generation that never goes back. */
	struct input_names names;
	uint32_t seen;
	struct set set;
	struct sieve sieve;
	/* The first item was read ahead, and that came of it. */
	bool ahead;
	int got_ahead;
	struct input_item item_ahead;
};

static void add_totals(struct input_totals *to, const struct input_totals *t)
{
	to->bytes += t->bytes;
	to->raw += t->raw;
	to->stored += t->stored;
	to->bad += t->bad;
	to->complete = t->complete;
}

static void close_descriptor(struct input *in)
{
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	in->fd = -1;
}

static void close_backend(struct input *in)
{
	if (in->options.ending)
		in->options.ending(in->options.arg);
	in->backend->ops->close(in->backend);
	in->backend = NULL;
}

/* What is in it counts for nothing, and nobody has seen its names. */
static void drop_file(struct input *in)
{
	close_backend(in);
	close_descriptor(in);
}

static void close_input_file(struct input *in)
{
	struct input_totals t;

	if (in->backend) {
		in->backend->ops->totals(in->backend, &t);
		add_totals(&in->before, &t);
		close_backend(in);
	}
	close_descriptor(in);
}

void input_close(struct input *in)
{
	if (!in)
		return;
	in->options.ending = NULL;
	close_input_file(in);
	free(in->path);
	set_fini(&in->set);
	free(in);
}

/* Reads until there are SIZE bytes or no more come. */
static int peek_bytes(int fd, char *data, size_t size, size_t *n)
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
static int choose_backend(struct input *in, struct backend **out)
{
	char data[BACKEND_PEEK];
	struct backend_file file = {
		.name = in->name,
		.fd = in->fd,
		.peeked = data,
		.options = &in->options,
	};
	int err = peek_bytes(in->fd, data, sizeof(data), &file.n_peeked);
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

static int open_backend(struct input *in)
{
	struct stat st;
	int err = choose_backend(in, &in->backend);

	in->stream = fstat(in->fd, &st) || !S_ISREG(st.st_mode);
	if (!err)
		in->format = in->backend->ops->format;
	in->items = 0;
	in->left_alone = false;
	return err;
}

/* Opens in->path. */
static int open_input_file(struct input *in)
{
	if (in->path) {
		escape_text(in->name, sizeof(in->name), in->path);
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
static int confine_input(const struct input *in)
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

static int next_wanted(struct input *in, struct input_item *item);

/* With a filter, to see at once whether it makes sense for what is in the file. */
static int fetch_ahead(struct input *in)
{
	if (!in->options.filter)
		return 0;
	in->got_ahead = next_wanted(in, &in->item_ahead);
	in->ahead = in->got_ahead >= 0;
	return in->ahead || in->got_ahead == -EAGAIN || in->got_ahead == -EINTR ? 0 : in->got_ahead;
}

/* The first file is open. */
static int start_input(struct input *in)
{
	int err = in->options.opened ? in->options.opened(in->options.arg) : 0;

	if (!err && in->options.confine)
		err = confine_input(in);
	if (!err)
		err = open_backend(in);
	return err ? err : fetch_ahead(in);
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
		err = open_input_file(in);
	if (!err && in->path)
		err = set_init(&in->set, in->path);
	if (!err)
		err = start_input(in);
	if (err) {
		input_close(in);
		return err;
	}
	*out = in;
	return 0;
}

/* Writers of our files have them locked. */
static bool is_written(const struct input *in)
{
	if (in->stream || in->format != INPUT_RETIS)
		return true;
	if (flock(in->fd, LOCK_SH | LOCK_NB))
		return true;
	flock(in->fd, LOCK_UN);
	return false;
}

/* The file that ended is still where the next one will be. */
static bool is_same_file(const struct input *in, int fd)
{
	struct stat now, next;

	return in->fd >= 0 && !fstat(in->fd, &now) && !fstat(fd, &next) &&
	       now.st_dev == next.st_dev && now.st_ino == next.st_ino;
}

/* 1: the next file of the set is open; 0: there is none; -EAGAIN: not yet. */
static int next_file(struct input *in)
{
	bool follow = in->options.follow && !in->stream && in->format == INPUT_RETIS;
	bool wanted = in->path && (in->options.range || in->options.follow);
	/* First, as the next file is there before the lock goes. */
	bool same, written = follow && is_written(in);
	char *path = NULL;
	int fd, err = wanted ? set_next(&in->set, in->options.follow, &path) : 0;

	if (!path)
		return !err && written ? -EAGAIN : err;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	err = fd < 0 ? -errno : set_overtaken(&in->set, path);
	same = fd >= 0 && is_same_file(in, fd);
	if (err > 0 || same || (err == -ENOENT && in->options.follow)) {
		if (fd >= 0)
			close(fd);
		free(path);
		set_missed(&in->set);
		return same && !written ? 0 : -EAGAIN;
	}
	close_input_file(in);
	free(in->path);
	in->path = path;
	in->fd = fd;
	in->names.registry = NULL;
	escape_text(in->name, sizeof(in->name), path);
	if (err)
		log_fatal("%s: %s", in->name, strerror(-err));
	else
		err = open_backend(in);
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

/* At the end of what is there. 1: look again; -EAGAIN: more may come; 0: nothing
 * will, as its writer was killed. */
static int wait_for_writer(struct input *in)
{
	if (is_written(in)) {
		in->left_alone = false;
		return -EAGAIN;
	}
	if (!in->left_alone) {
		/* It may have written just before. */
		in->left_alone = true;
		return 1;
	}
	log_warn("%s: it was not ended, but nobody writes to it any more", in->name);
	return 0;
}

/* Nothing is what a good file may have, too. */
static int end_input(const struct input *in)
{
	struct input_totals t;

	input_totals(in, &t);
	if (in->found || !t.bad)
		return 0;
	log_fatal("%s: nothing in it can be read", in->name);
	return -EBADMSG;
}

/* Of the next file and of waiting: go on, the end, or an error. */
static int continue_or_end(int got)
{
	return got > 0 ? 0 : got ? got : -ENODATA;
}

/* 1: *ITEM is set; 0: try again; other than that as input_next(), with -ENODATA for
 * the end. */
static int try_next(struct input *in, struct input_item *item)
{
	int got = in->backend ? in->backend->ops->next(in->backend, item) : -ENODATA;

	/* A dictionary may be all that came. */
	if (in->backend)
		refresh_names(in);
	if (got == 0)
		return continue_or_end(next_file(in));
	if (got == -EAGAIN)
		return continue_or_end(wait_for_writer(in));
	if (got < 0)
		return got;
	in->items++;
	in->found += item->kind == INPUT_EVENT || item->kind == INPUT_LOSS;
	if (item->kind != INPUT_START)
		return 1;
	got = set_start(&in->set, item->start, in->name);
	if (got)
		return got;
	drop_file(in);
	return -ENODATA;
}

/* Looked through without result before it is time to ask whether anybody still waits. */
#define UNWANTED_MAX 4096

static int next_wanted(struct input *in, struct input_item *item)
{
	unsigned int unwanted = 0;
	int got;

	do {
		got = try_next(in, item);
		if (got <= 0 || !in->options.filter)
			continue;
		got = sieve_item(&in->sieve, in->options.filter, in, item);
		if (!got && unwanted++ == UNWANTED_MAX)
			got = -EINTR;
	} while (!got);
	return got == -ENODATA ? end_input(in) : got;
}

int input_next(struct input *in, struct input_item *item)
{
	if (!in->ahead)
		return next_wanted(in, item);
	in->ahead = false;
	*item = in->item_ahead;
	return in->got_ahead;
}

/* As if nothing had been read. */
static int reset_input(struct input *in)
{
	char *path = in->set.path ? strdup(in->set.path) : NULL;
	int err = in->set.path && !path ? -ENOMEM : 0;

	set_fini(&in->set);
	in->set = (struct set){ 0 };
	if (!err && path)
		err = set_init(&in->set, path);
	free(path);
	in->before = (struct input_totals){ 0 };
	in->found = 0;
	in->names.registry = NULL;
	in->sieve = (struct sieve){ 0 };
	in->ahead = false;
	return err;
}

int input_rewind(struct input *in)
{
	int err;

	if (in->stream)
		return -ESPIPE;
	if (in->backend)
		close_backend(in);
	if (in->path && strcmp(in->path, in->set.path)) {
		close_descriptor(in);
		free(in->path);
		in->path = strdup(in->set.path);
		err = in->path ? open_input_file(in) : -ENOMEM;
	} else {
		err = lseek(in->fd, 0, SEEK_SET) ? -errno : 0;
		if (err)
			log_fatal("%s: %s", in->name, strerror(-err));
	}
	if (!err)
		err = reset_input(in);
	return err ? err : open_backend(in);
}

void input_seek(struct input *in, uint64_t timestamp)
{
	if (in->backend && in->backend->ops->seek)
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
		err = open_backend(in);
	if (err) {
		input_close(in);
		return err;
	}
	*out = in;
	return 0;
}

int input_dup(const struct input *in)
{
	int fd;

	if (in->stream || !in->path)
		return -ESPIPE;
	fd = fcntl(in->fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return fd < 0 ? -errno : fd;
}

enum input_format input_format(const struct input *in)
{
	return in->format;
}

void input_totals(const struct input *in, struct input_totals *totals)
{
	struct input_totals t;

	*totals = in->before;
	if (!in->backend)
		return;
	in->backend->ops->totals(in->backend, &t);
	add_totals(totals, &t);
}

void input_totals_before(const struct input *in, struct input_totals *totals)
{
	if (in->items == 1) {
		*totals = in->before;
		return;
	}
	input_totals(in, totals);
	/* That is about the end of the file. */
	totals->complete = true;
}
