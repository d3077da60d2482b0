/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/file/fileset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "core/event/buffer.h"
#include "core/file/dictionary.h"
#include "core/file/names.h"

/* Measured on real traffic: level 1 saves no time worth having, level 5 takes four
 * times as long for 2 % less. */
#define LEVEL 3
#define SECOND 1000000000ull
/* What a power cut can cost at most, besides what is on its way. */
#define SYNC_NS SECOND
/* The dictionary is repeated that often, in bytes, so that losing one costs little. */
#define REPEAT (64ull << 20)

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

static uint64_t random_id(void)
{
	uint64_t id;

	/* Unique is enough: nobody gains by guessing it. */
	if (getrandom(&id, sizeof(id), GRND_NONBLOCK) != sizeof(id))
		id = now() * 0x9e3779b97f4a7c15ull + (uint64_t)getpid();
	return id;
}

int fileset_init(struct fileset *s, const struct writer_options *options)
{
	int err;

	*s = (struct fileset){ .options = options, .fd = -1, .output = { .fd = -1 } };
	s->fd = names_open(options->path, &s->created);
	if (s->fd < 0)
		return s->fd;
	err = output_init(&s->output, options->level ? options->level : LEVEL, options->calls);
	if (!err)
		err = text_init(&s->all, 4096);
	if (!err)
		err = text_init(&s->records, 4096);
	if (err)
		fileset_fini(s);
	return err;
}

static void free_start(struct retis_start *start)
{
	free((char *)start->version);
	free((char *)start->command_line);
	free((char *)start->kernel_release);
	free((char *)start->kernel_version);
	free((char *)start->machine);
}

static const char *copy(const char *s)
{
	return strdup(s ? s : "");
}

static int copy_start(struct fileset *s, const struct retis_start *start)
{
	s->start = *start;
	s->start.version = copy(start->version);
	s->start.command_line = copy(start->command_line);
	s->start.kernel_release = copy(start->kernel_release);
	s->start.kernel_version = copy(start->kernel_version);
	s->start.machine = copy(start->machine);
	if (!s->options->copy) {
		s->start.split = s->options->split;
		s->start.split.id = 0;
	}
	if (!s->options->copy || !s->start.collection)
		s->start.collection = random_id();
	return s->start.version && s->start.command_line && s->start.kernel_release &&
			       s->start.kernel_version && s->start.machine
		       ? 0
		       : -ENOMEM;
}

void fileset_fini(struct fileset *s)
{
	if (s->fd >= 0 && !s->started && s->created)
		unlink(s->options->path);
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	output_fini(&s->output);
	text_fini(&s->all);
	text_fini(&s->records);
	free_start(&s->start);
	s->start = (struct retis_start){};
}

static int put_dictionary(struct fileset *s)
{
	text_clear(&s->all);
	dictionary_put_start(&s->all, &s->start);
	retis_text_bytes(&s->all, s->records.data, s->records.length);
	return s->all.failed ? -ENOMEM : 0;
}

/* The file at `fd` begins, with all there is to know. */
static int begin(struct fileset *s)
{
	int err;

	if (!s->options->copy)
		s->start.timestamp = now();
	err = put_dictionary(s);
	if (!err)
		err = output_begin(&s->output, s->fd, random_id());
	return err ? err : output_dictionary(&s->output, &s->all);
}

int fileset_start(struct fileset *s, const struct retis_start *start)
{
	int err = copy_start(s, start);

	if (err)
		return err;
	/* A pipe or a device can't be cut, and needs not. */
	if (ftruncate(s->fd, 0) && errno != EINVAL)
		return -errno;
	s->started = true;
	err = begin(s);
	s->synced = now();
	if (s->options->split.kind == RETIS_SPLIT_TIME)
		s->until = s->start.timestamp + s->options->split.limit * SECOND;
	names_sync(s->options->path);
	return err;
}

/* The file is complete and on disk. */
static int end(struct fileset *s)
{
	struct output *o = &s->output;
	int err = put_dictionary(s);

	if (!err)
		err = output_end(o, &s->all);
	s->done.events += o->events;
	s->done.losses += o->losses;
	s->done.bytes += o->written;
	s->done.files++;
	if (o->regular && fsync(o->fd) && !err)
		err = -errno;
	if (err || !o->regular)
		return err;
	/* Who removes a file while it is written must hear of it. */
	if (!names_same(s->options->path, o->fd))
		return -ENOENT;
	return s->options->split.kind == RETIS_SPLIT_NONE
		       ? 0
		       : names_rotate(s->options->path, s->start.split.id);
}

static int rotate(struct fileset *s)
{
	const struct writer_options *o = s->options;
	bool created;
	int err = end(s), fd;

	/* It is accounted for, whatever happens to the next one. */
	s->output.events = s->output.losses = s->output.written = 0;
	if (err)
		return err;
	fd = names_open(o->path, &created);
	if (fd < 0)
		return fd;
	close(s->fd);
	s->fd = fd;
	if (ftruncate(fd, 0) && errno != EINVAL)
		return -errno;
	s->start.split.id++;
	if (o->keep && s->start.split.id >= o->keep)
		names_remove(o->path, s->start.split.id - o->keep);
	return begin(s);
}

/* Is there no place in this file for what is packed? */
static bool full(const struct fileset *s, const struct output_block *b)
{
	const struct output *o = &s->output;

	if (s->options->split.kind == RETIS_SPLIT_SIZE)
		return o->events &&
		       o->written + o->block_size + output_end_size(o) > s->options->split.limit;
	return s->until && b->first >= s->until;
}

static int sync_now_and_then(struct fileset *s)
{
	uint64_t time = now();

	if (!s->output.regular || time - s->synced < SYNC_NS)
		return 0;
	s->synced = time;
	return fdatasync(s->fd) ? -errno : 0;
}

static int remember(struct fileset *s, const struct output_block *b)
{
	retis_text_bytes(&s->records, b->data, b->size);
	s->output.dictionary_size += s->output.block_size;
	return s->records.failed ? -ENOMEM : 0;
}

static int repeat_dictionary(struct fileset *s)
{
	int err = put_dictionary(s);

	return err ? err : output_dictionary(&s->output, &s->all);
}

int fileset_write(struct fileset *s, const struct output_block *b)
{
	struct output *o = &s->output;
	int err = output_pack(o, b);

	if (!err && full(s, b)) {
		err = rotate(s);
		if (s->until)
			s->until = fileset_until(s->until, s->options->split.limit, b->first);
	}
	if (!err && o->written - o->dictionary_at > REPEAT)
		err = repeat_dictionary(s);
	if (!err)
		err = output_write_packed(o);
	if (!err && b->kind == BLOCK_DICTIONARY)
		err = remember(s, b);
	return err ? err : sync_now_and_then(s);
}

int fileset_end(struct fileset *s)
{
	return s->started ? end(s) : 0;
}
