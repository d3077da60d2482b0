/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/file/writer.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/event/buffer.h"
#include "core/file/fileset.h"
#include "core/file/place.h"

/* What is on its way to the disk, at most: that many blocks. */
#define CHUNKS 8
#define FLUSH_NS 1000000000ull
/* A small file has more than a few blocks. */
#define CHUNK_MIN (64u << 10)

/* A block in the making. */
struct chunk {
	struct chunk *next;
	uint16_t kind;
	uint32_t count;
	size_t used;
	uint64_t first;
	uint64_t last;
	_Alignas(8) unsigned char data[OUTPUT_BLOCK];
};

struct writer {
	struct writer_options options;
	struct fileset set;
	/* Bytes after which a chunk is passed on. */
	size_t chunk_size;
	/* Of who hands over events. */
	struct chunk *current;
	/* When `current` was begun, by writer_tick(). */
	uint64_t since;
	uint64_t cut;
	uint64_t dropped;

	pthread_t thread;
	bool running;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct chunk *first;
	struct chunk **last;
	struct chunk *unused;
	size_t made;
	bool closed;
	_Atomic int error;
};

static struct chunk *take_unused_chunk(struct writer *w)
{
	struct chunk *c = w->unused;

	if (c) {
		w->unused = c->next;
	} else if (w->made < CHUNKS) {
		c = malloc(sizeof(*c));
		w->made += c != NULL;
	}
	return c;
}

/* Waits for one if all are taken. NULL: there is no memory for a single one. */
static struct chunk *new_chunk(struct writer *w, uint16_t kind)
{
	struct chunk *c;

	pthread_mutex_lock(&w->lock);
	while (!(c = take_unused_chunk(w)) && w->made)
		pthread_cond_wait(&w->changed, &w->lock);
	pthread_mutex_unlock(&w->lock);
	if (c) {
		c->kind = kind;
		c->count = 0;
		c->used = 0;
		c->first = UINT64_MAX;
		c->last = 0;
	}
	return c;
}

static void push_chunk(struct writer *w, struct chunk *c)
{
	c->next = NULL;
	pthread_mutex_lock(&w->lock);
	*w->last = c;
	w->last = &c->next;
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->lock);
}

/* Passes on what is there. */
static void push_current(struct writer *w)
{
	if (w->current)
		push_chunk(w, w->current);
	w->current = NULL;
	w->since = 0;
}

/* NULL once the writer is closed and all are written. */
static struct chunk *pop_chunk(struct writer *w)
{
	struct chunk *c;

	pthread_mutex_lock(&w->lock);
	while (!w->first && !w->closed)
		pthread_cond_wait(&w->changed, &w->lock);
	c = w->first;
	if (c) {
		w->first = c->next;
		if (!w->first)
			w->last = &w->first;
	}
	pthread_mutex_unlock(&w->lock);
	return c;
}

static void return_chunk(struct writer *w, struct chunk *c)
{
	pthread_mutex_lock(&w->lock);
	c->next = w->unused;
	w->unused = c;
	pthread_cond_broadcast(&w->changed);
	pthread_mutex_unlock(&w->lock);
}

static void writer_fail(struct writer *w, int err)
{
	if (!err || w->error)
		return;
	w->error = err;
	if (w->options.failed)
		w->options.failed(w->options.arg);
}

static void *run_writer(void *arg)
{
	struct writer *w = arg;
	struct chunk *c;

	while ((c = pop_chunk(w))) {
		const struct output_block block = {
			.kind = c->kind,
			.count = c->count,
			.data = c->data,
			.size = c->used,
			.first = c->count ? c->first : 0,
			.last = c->last,
		};

		if (!w->error)
			writer_fail(w, fileset_write(&w->set, &block));
		if (w->error && c->kind == BLOCK_EVENTS)
			w->dropped += c->count;
		return_chunk(w, c);
	}
	return NULL;
}

static void describe_failure(const struct writer *w, int err, char *why)
{
	char path[120];
	struct retis_text text = { .data = path, .capacity = sizeof(path) - 1 };

	retis_text_escaped(&text, w->options.path, strlen(w->options.path));
	path[text.length] = '\0';
	if (err == -ENOENT && w->set.started)
		snprintf(why, WRITER_WHY_SIZE, "'%s': it was removed or renamed meanwhile", path);
	else
		snprintf(why, WRITER_WHY_SIZE, "'%s': %s", path, place_error(err));
}

int writer_open(const struct writer_options *options, struct writer **out, char *why)
{
	struct writer *w = calloc(1, sizeof(*w));
	int err;

	snprintf(why, WRITER_WHY_SIZE, "%s", strerror(ENOMEM));
	if (!w)
		return -ENOMEM;
	w->options = *options;
	w->chunk_size = OUTPUT_BLOCK;
	if (options->split.kind == RETIS_SPLIT_SIZE && options->split.limit < 4 * OUTPUT_BLOCK)
		w->chunk_size =
			options->split.limit < 4 * CHUNK_MIN ? CHUNK_MIN : options->split.limit / 4;
	w->last = &w->first;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->changed, NULL);
	err = fileset_init(&w->set, &w->options);
	if (err) {
		describe_failure(w, err, why);
		free(w);
		return err;
	}
	*out = w;
	return 0;
}

/* The signals are for other threads. */
static int start_writer_thread(struct writer *w)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = -pthread_create(&w->thread, NULL, run_writer, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	w->running = !err;
	if (!err)
		pthread_setname_np(w->thread, "retis-write");
	return err;
}

int writer_start(struct writer *w, const struct retis_start *start)
{
	int err = fileset_start(&w->set, start);

	w->cut = w->set.until;
	if (!err)
		err = start_writer_thread(w);
	if (err)
		w->error = err;
	return err;
}

/* A chunk of KIND with room for SIZE bytes. */
static struct chunk *make_chunk_room(struct writer *w, uint16_t kind, size_t size)
{
	struct chunk *c = w->current;

	if (c && (c->kind != kind || (c->used && c->used + size > w->chunk_size)))
		push_current(w);
	if (!w->current)
		w->current = new_chunk(w, kind);
	return w->current;
}

static void add_record(struct chunk *c, const void *data, size_t size)
{
	memcpy(c->data + c->used, data, size);
	c->used += size;
	c->count++;
}

static void widen_chunk(struct chunk *c, uint64_t time)
{
	if (time < c->first)
		c->first = time;
	if (time > c->last)
		c->last = time;
}

/* With files of a certain time, a block does not reach over their end. */
static void cut_chunk(struct writer *w, uint64_t timestamp)
{
	if (!w->cut || timestamp < w->cut)
		return;
	push_current(w);
	w->cut = fileset_until(w->cut, w->options.split.limit, timestamp);
}

int writer_event(struct writer *w, const struct retis_event *event)
{
	struct chunk *c;

	if (w->error)
		return w->error;
	cut_chunk(w, event->timestamp);
	c = make_chunk_room(w, BLOCK_EVENTS, event->size);
	if (!c)
		return -ENOMEM;
	add_record(c, event, event->size);
	widen_chunk(c, event->timestamp);
	return 0;
}

int writer_loss(struct writer *w, const struct retis_loss *loss)
{
	const struct file_loss row = {
		.since = loss->since,
		.until = loss->until,
		.count = loss->count,
		.cause = loss->cause,
		.probe = loss->probe,
		.host = loss->host,
	};
	struct chunk *c;

	if (w->error)
		return w->error;
	c = make_chunk_room(w, BLOCK_LOSSES, sizeof(row));
	if (!c)
		return -ENOMEM;
	add_record(c, &row, sizeof(row));
	widen_chunk(c, loss->until);
	return 0;
}

/* Past the chunk that is being filled, which may be another thread's. */
static int add_while_running(struct writer *w, const struct retis_text *records)
{
	for (size_t at = 0, n; at < records->length; at += n) {
		struct chunk *c = new_chunk(w, BLOCK_DICTIONARY);

		if (!c)
			return -ENOMEM;
		n = output_fit(records, at, &c->count);
		memcpy(c->data, records->data + at, n);
		c->used = n;
		c->first = 0;
		if (!n) {
			return_chunk(w, c);
			return -E2BIG;
		}
		push_chunk(w, c);
	}
	return 0;
}

int writer_add(struct writer *w, const struct retis_text *records)
{
	if (records->failed)
		return -ENOMEM;
	if (w->running)
		return add_while_running(w, records);
	retis_text_bytes(&w->set.records, records->data, records->length);
	return w->set.records.failed ? -ENOMEM : 0;
}

int writer_tick(struct writer *w, uint64_t now)
{
	if (!w->current)
		return w->error;
	if (!w->since)
		w->since = now;
	else if (now - w->since >= FLUSH_NS)
		push_current(w);
	return w->error;
}

static void finish_writing(struct writer *w)
{
	push_current(w);
	if (w->running) {
		pthread_mutex_lock(&w->lock);
		w->closed = true;
		pthread_cond_broadcast(&w->changed);
		pthread_mutex_unlock(&w->lock);
		pthread_join(w->thread, NULL);
	}
	if (w->set.started)
		/* If writing failed, there may be room for the end. */
		writer_fail(w, fileset_end(&w->set));
}

static void free_chunks(struct chunk *c)
{
	while (c) {
		struct chunk *next = c->next;

		free(c);
		c = next;
	}
}

void writer_close(struct writer *w, struct writer_result *result)
{
	if (!w)
		return;
	finish_writing(w);
	if (result) {
		*result = w->set.done;
		result->error = w->error;
		result->dropped = w->dropped;
		if (w->error)
			describe_failure(w, w->error, result->why);
	}
	fileset_fini(&w->set);
	free_chunks(w->first);
	free_chunks(w->unused);
	pthread_cond_destroy(&w->changed);
	pthread_mutex_destroy(&w->lock);
	free(w);
}
