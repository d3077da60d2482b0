/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/file/fileset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <retis/clock.h>

#include "core/event/buffer.h"
#include "core/file/dictionary.h"

/* Measured on real traffic: level 1 saves no time worth having, level 5 takes four
 * times as long for 2 % less. */
#define LEVEL 3
#define SECOND 1000000000ull
/* What a power cut can cost at most, besides what is on its way. */
#define SYNC_NS SECOND
/* The dictionary is repeated that often, in bytes, so that losing one costs little. */
#define REPEAT (64ull << 20)

static uint64_t random_id(void)
{
	uint64_t id;

	/* Unique is enough: nobody gains by guessing it. */
	if (getrandom(&id, sizeof(id), GRND_NONBLOCK) != sizeof(id))
		id = retis_clock_ns() * 0x9e3779b97f4a7c15ull + (uint64_t)getpid();
	return id;
}

int fileset_init(struct fileset *s, const struct writer_options *options)
{
	int err;

	*s = (struct fileset){ .options = options, .fd = -1, .output = { .fd = -1 } };
	err = place_init(&s->place, options->path);
	if (err)
		return err;
	s->fd = place_open(&s->place, &s->created);
	err = s->fd < 0 ? s->fd : 0;
	if (!err)
		err = output_init(&s->output, options->level ? options->level : LEVEL,
				  options->calls);
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
	free((char *)start->host_name);
	free((char *)start->host_id);
}

static const char *duplicate_text(const char *s)
{
	return strdup(s ? s : "");
}

static int keep_start(struct fileset *s, const struct retis_start *start)
{
	s->start = *start;
	s->start.version = duplicate_text(start->version);
	s->start.command_line = duplicate_text(start->command_line);
	s->start.kernel_release = duplicate_text(start->kernel_release);
	s->start.kernel_version = duplicate_text(start->kernel_version);
	s->start.machine = duplicate_text(start->machine);
	s->start.host_name = duplicate_text(start->host_name);
	s->start.host_id = duplicate_text(start->host_id);
	/* They are records that were added. */
	s->start.hosts = NULL;
	s->start.n_hosts = 0;
	if (!s->options->copy) {
		s->start.split = s->options->split;
		s->start.split.id = 0;
	}
	if (!s->options->copy || !s->start.collection)
		s->start.collection = random_id();
	return s->start.version && s->start.command_line && s->start.kernel_release &&
			       s->start.kernel_version && s->start.machine && s->start.host_name &&
			       s->start.host_id
		       ? 0
		       : -ENOMEM;
}

static void close_set_file(struct fileset *s)
{
	if (s->fd >= 0)
		close(s->fd);
	/* Its number may be anybody's now. */
	s->fd = s->output.fd = -1;
}

void fileset_fini(struct fileset *s)
{
	if (s->fd >= 0 && !s->started && s->created)
		place_drop(&s->place, s->fd);
	close_set_file(s);
	place_fini(&s->place);
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
static int put_file_begin(struct fileset *s)
{
	int err;

	if (!s->options->copy)
		s->start.timestamp = retis_clock_ns();
	err = put_dictionary(s);
	if (!err)
		err = output_begin(&s->output, s->fd, random_id());
	return err ? err : output_dictionary(&s->output, &s->all);
}

static int begin_file(struct fileset *s)
{
	int err = put_file_begin(s);

	s->writing = !err;
	/* Half a beginning is no file. */
	if (err && s->created)
		place_drop(&s->place, s->fd);
	return err;
}

int fileset_start(struct fileset *s, const struct retis_start *start)
{
	int err = keep_start(s, start);

	if (err)
		return err;
	/* A pipe or a device can't be cut, and needs not. */
	if (ftruncate(s->fd, 0) && errno != EINVAL)
		return -errno;
	s->started = true;
	err = begin_file(s);
	s->synced = retis_clock_ns();
	if (s->options->split.kind == RETIS_SPLIT_TIME)
		s->until = s->start.timestamp + s->options->split.limit * SECOND;
	place_sync(&s->place);
	return err;
}

static void count_file(struct fileset *s)
{
	s->done.events += s->output.events;
	s->done.losses += s->output.losses;
	s->done.bytes += s->output.written;
	s->done.files++;
}

/* The file is complete and on disk. If it can't be completed, all that was written
 * before stays. */
static int complete_file(struct fileset *s)
{
	struct output *o = &s->output;
	int err = put_dictionary(s);

	if (!err)
		err = output_end(o, &s->all);
	if (o->regular && fsync(o->fd) && !err)
		err = -errno;
	/* Who removes a file while it is written must hear of it. */
	if (!err && o->regular && !place_same(&s->place, o->fd))
		err = -ENOENT;
	return err;
}

/* It gets its number; there is no file that is being written then. */
static int put_away(struct fileset *s)
{
	bool named = s->output.regular && s->options->split.kind != RETIS_SPLIT_NONE &&
		     place_same(&s->place, s->fd);
	int err = named ? place_rotate(&s->place, s->start.split.id) : 0;

	count_file(s);
	s->writing = false;
	return err;
}

/* An empty one in place of the one before. */
static int open_next(struct fileset *s)
{
	int fd = place_open(&s->place, &s->created);

	if (fd < 0)
		return fd;
	close_set_file(s);
	s->fd = fd;
	return ftruncate(fd, 0) && errno != EINVAL ? -errno : 0;
}

static int rotate_files(struct fileset *s)
{
	const struct writer_options *o = s->options;
	int err = complete_file(s);

	/* fileset_end() will try again. */
	if (err)
		return err;
	err = put_away(s);
	if (!err)
		err = open_next(s);
	if (err)
		return err;
	s->start.split.id++;
	if (o->keep && s->start.split.id >= o->keep)
		place_remove(&s->place, s->start.split.id - o->keep);
	return begin_file(s);
}

/* Is there no place in this file for what is packed? */
static bool file_is_full(const struct fileset *s, const struct output_block *b)
{
	const struct output *o = &s->output;

	if (s->options->split.kind == RETIS_SPLIT_SIZE)
		return o->events &&
		       o->written + o->block_size + output_end_size(o) > s->options->split.limit;
	return s->until && b->first >= s->until;
}

static int sync_now_and_then(struct fileset *s)
{
	uint64_t time = retis_clock_ns();

	if (!s->output.regular || time - s->synced < SYNC_NS)
		return 0;
	s->synced = time;
	return fdatasync(s->fd) ? -errno : 0;
}

static int remember_records(struct fileset *s, const struct output_block *b)
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

	if (!err && file_is_full(s, b)) {
		err = rotate_files(s);
		if (s->until)
			s->until = fileset_until(s->until, s->options->split.limit, b->first);
	}
	if (!err && o->written - o->dictionary_at > REPEAT)
		err = repeat_dictionary(s);
	if (!err)
		err = output_write_packed(o);
	if (!err && b->kind == BLOCK_DICTIONARY)
		err = remember_records(s, b);
	return err ? err : sync_now_and_then(s);
}

int fileset_end(struct fileset *s)
{
	int err, named;

	if (!s->writing)
		return 0;
	err = complete_file(s);
	/* Readers take it for the last one of its set, ended or not. */
	named = put_away(s);
	return err ? err : named;
}
