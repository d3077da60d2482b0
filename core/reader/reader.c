/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include <retis/reader.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/reader/private.h"

#define API __attribute__((visibility("default")))
#define PEEKED_MAX (64u << 10)

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OTHER_ENDIAN "big"
#else
#define OTHER_ENDIAN "little"
#endif

int reader_fail(struct retis_reader *r, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(r->error, sizeof(r->error), format, args);
	va_end(args);
	return err;
}

API bool retis_reader_recognizes(const void *data, size_t size)
{
	return size >= MAGIC_SIZE && !memcmp(data, FILE_MAGIC, MAGIC_SIZE);
}

static int explain_open(struct retis_reader *r, int err)
{
	switch (err) {
	case 0:
		return 0;
	case -ENODATA:
		return reader_fail(r, err, "the file is empty");
	case -EMEDIUMTYPE:
		return reader_fail(r, err, "not an event file");
	case -EPROTO:
		return reader_fail(r, err, "written by a newer version of retis");
	case -EPROTOTYPE:
		return reader_fail(
			r, -EPROTO,
			"written on a %s-endian machine, which this one is not: make JSON "
			"of it there, with 'retis print --format json'",
			OTHER_ENDIAN);
	default:
		return reader_fail(r, err, "%s", strerror(-err));
	}
}

static int open_source(struct retis_reader *r, int fd, const struct retis_reader_options *o)
{
	struct retis_reader_options options = { .size = sizeof(options) };
	int err;

	if (o)
		memcpy(&options, o, o->size < sizeof(options) ? o->size : sizeof(options));
	if (options.n_peeked > PEEKED_MAX)
		return -E2BIG;
	r->follow = options.follow;
	r->wants = options.wants;
	r->wants_arg = options.wants_arg;
	err = source_init(&r->source, fd, options.peeked, options.n_peeked);
	r->source.idle = options.idle;
	r->source.idle_arg = options.idle_arg;
	r->ending = options.ending;
	if (err)
		return err;
	r->zstd = ZSTD_createDCtx();
	return r->zstd ? blocks_open(r) : -ENOMEM;
}

API int retis_reader_open_fd(int fd, const struct retis_reader_options *options,
			     struct retis_reader **out)
{
	struct retis_reader *r = calloc(1, sizeof(*r));

	*out = r;
	return r ? explain_open(r, open_source(r, fd, options)) : -ENOMEM;
}

API int retis_reader_open(const char *path, const struct retis_reader_options *options,
			  struct retis_reader **out)
{
	struct retis_reader *r = calloc(1, sizeof(*r));
	int fd, err;

	*out = r;
	if (!r)
		return -ENOMEM;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return explain_open(r, -errno);
	err = open_source(r, fd, options);
	r->source.fd = fd;
	r->source.own = true;
	return explain_open(r, err);
}

API void retis_reader_close(struct retis_reader *r)
{
	if (!r)
		return;
	source_fini(&r->source);
	ZSTD_freeDCtx(r->zstd);
	dictionary_fini(&r->dictionary);
	free(r->raw);
	free(r);
}

static void reader_forget(struct retis_reader *r)
{
	if (r->ending)
		r->ending(r->source.idle_arg);
	dictionary_fini(&r->dictionary);
	/* Who got that keeps it as long as the reader. */
	name_tables_api(&r->dictionary.names.tables);
}

int reader_take_dictionary(struct retis_reader *r, const char **bad)
{
	struct dictionary_change change;
	int err;

	*bad = NULL;
	err = blocks_decode(r);
	if (err == -EBADMSG)
		*bad = "bad compression of a dictionary";
	if (err)
		return err == -EBADMSG ? 0 : err;
	if (r->new_file) {
		reader_forget(r);
		r->tell_start = true;
		r->new_file = false;
	}
	dictionary_read(&r->dictionary, r->raw, r->header.raw, &change);
	r->tell_start |= change.started;
	r->tell_dictionary |= change.grown;
	*bad = change.bad;
	/* It was no block of events. */
	r->header.raw = 0;
	return r->dictionary.names.arena.no_memory ? -ENOMEM : 0;
}

static int give_item(struct retis_reader *r, enum retis_item_kind kind)
{
	r->item = (struct retis_item){ .kind = kind, .offset = r->block_offset };
	return 1;
}

/* Damage within the block that was passed. */
static int give_bad_block(struct retis_reader *r, uint64_t events, const char *reason)
{
	r->damage = (struct retis_damage){
		.offset = r->block_offset,
		.length = sizeof(r->header) + r->header.stored,
		.events = events,
		.reason = reason,
	};
	r->stats.damages++;
	r->stats.skipped += r->damage.length;
	give_item(r, RETIS_ITEM_DAMAGE);
	r->item.damage = &r->damage;
	return 1;
}

static bool sections_valid(const struct retis_event *event)
{
	const unsigned char *at = (const unsigned char *)(event + 1);
	size_t left = event->size - sizeof(*event);

	while (left) {
		const struct retis_section *s = (const struct retis_section *)at;
		size_t bytes = sizeof(*s) + RETIS_ALIGNED((size_t)s->size);

		if (bytes > left)
			return false;
		at += bytes;
		left -= bytes;
	}
	return true;
}

/* 1: an item, 0: no more events in this block. */
static int next_event(struct retis_reader *r)
{
	while (r->header.raw - r->at >= sizeof(struct retis_event)) {
		const struct retis_event *event = (const void *)(r->raw + r->at);

		if (event->size < sizeof(*event) || event->size % RETIS_ALIGN ||
		    event->size > RETIS_EVENT_MAX || event->size > r->header.raw - r->at)
			break;
		r->at += event->size;
		if (r->seeking && event->timestamp < r->from)
			continue;
		r->seeking = false;
		if (!sections_valid(event))
			return give_bad_block(r, 1, "an event that makes no sense");
		r->stats.events++;
		give_item(r, RETIS_ITEM_EVENT);
		r->item.event = event;
		return 1;
	}
	if (r->header.raw == r->at)
		return 0;
	r->at = r->header.raw;
	return give_bad_block(r, 0, "events that make no sense");
}

static int next_loss(struct retis_reader *r)
{
	struct file_loss row;

	while (r->header.raw - r->at >= sizeof(row)) {
		memcpy(&row, r->raw + r->at, sizeof(row));
		r->at += sizeof(row);
		if (r->seeking && row.until < r->from)
			continue;
		r->loss = (struct retis_loss){
			.since = row.since,
			.until = row.until,
			.count = row.count,
			.cause = row.cause,
			.probe = row.probe,
			.host = row.host,
		};
		give_item(r, RETIS_ITEM_LOSS);
		r->item.loss = &r->loss;
		return 1;
	}
	return 0;
}

/* The file's dictionary is lost; a copy may come further on. */
static int look_for_dictionary(struct retis_reader *r)
{
	uint64_t offset = r->source.offset;
	struct retis_reader_stats stats = r->stats;
	struct block_header header = r->header;
	uint32_t sequence = r->sequence;
	uint64_t file = r->file;
	bool new_file = r->new_file;
	const char *bad;
	int found = 0, err = 0;

	r->looked_ahead = true;
	if (!r->source.seekable || r->follow)
		return 0;
	while (!err && (found = blocks_next(r)) > 0 && r->file == file) {
		if (found != BLOCK_FOUND)
			continue;
		if (r->header.kind == BLOCK_DICTIONARY) {
			err = reader_take_dictionary(r, &bad);
			new_file = r->new_file;
			break;
		}
		blocks_pass(r);
	}
	if (found < 0)
		err = found;
	r->looked_ahead = true;
	r->new_file = new_file;
	r->stats = stats;
	r->header = header;
	r->sequence = sequence;
	r->file = file;
	r->jumped = true;
	return err ? err : source_go(&r->source, offset);
}

static bool passes_over(const struct retis_reader *r)
{
	const struct block_header *h = &r->header;

	if (r->seeking && h->last < r->from)
		return true;
	return r->wants && !r->wants(r->wants_arg, h->first, h->last);
}

static int take_events_block(struct retis_reader *r)
{
	int err;

	if (passes_over(r)) {
		blocks_pass(r);
		r->header.raw = 0;
		return 0;
	}
	r->stats.blocks++;
	r->stats.stored += sizeof(r->header) + r->header.stored;
	r->stats.raw += r->header.raw;
	err = blocks_decode(r);
	if (err == -EBADMSG) {
		uint64_t events = r->header.count;

		r->header.raw = 0;
		return give_bad_block(r, events, "bad compression of a block");
	}
	return err;
}

static int take_losses_block(struct retis_reader *r)
{
	int err = blocks_decode(r);

	if (err != -EBADMSG)
		return err;
	r->header.raw = 0;
	return give_bad_block(r, 0, "bad compression of a block");
}

/* 1: an item. */
static int take_block(struct retis_reader *r)
{
	const char *bad;
	int err;

	switch (r->header.kind) {
	case BLOCK_DICTIONARY:
		err = reader_take_dictionary(r, &bad);
		if (!err && !bad && !r->looked_at_end)
			err = reader_look_at_end(r);
		return err || !bad ? err : give_bad_block(r, 0, bad);
	case BLOCK_EVENTS:
		if ((!r->dictionary.start || r->new_file) && !r->looked_ahead) {
			r->header.raw = 0;
			return look_for_dictionary(r);
		}
		return take_events_block(r);
	case BLOCK_LOSSES:
		return take_losses_block(r);
	case BLOCK_END:
		r->stats.complete = true;
		break;
	default:
		break;
	}
	blocks_pass(r);
	r->header.raw = 0;
	return 0;
}

/* What is known by now and was not told yet. */
static int give_untold(struct retis_reader *r)
{
	if (r->tell_start) {
		r->tell_start = r->tell_dictionary = false;
		return give_item(r, RETIS_ITEM_START);
	}
	if (r->tell_dictionary) {
		r->tell_dictionary = false;
		return give_item(r, RETIS_ITEM_DICTIONARY);
	}
	return 0;
}

/* The file's dictionary was not found: what there is belongs to another one. */
static void forget_old_file(struct retis_reader *r)
{
	if (!r->new_file || r->header.kind != BLOCK_EVENTS)
		return;
	reader_forget(r);
	r->new_file = false;
	r->tell_start = true;
}

static int rest_of_block(struct retis_reader *r)
{
	if (r->header.raw == r->at)
		return 0;
	if (r->header.kind == BLOCK_EVENTS)
		return next_event(r);
	if (r->header.kind == BLOCK_LOSSES)
		return next_loss(r);
	return 0;
}

static int next_item(struct retis_reader *r)
{
	for (;;) {
		int found = give_untold(r);

		if (!found)
			found = rest_of_block(r);
		if (found)
			return found;
		r->header.raw = 0;
		r->at = 0;
		found = blocks_next(r);
		if (found == BLOCK_FOUND) {
			found = take_block(r);
			if (!found && r->header.raw)
				forget_old_file(r);
			if (found)
				return found;
			continue;
		}
		r->header.raw = 0;
		if (found == BLOCK_DAMAGE && r->seeking)
			continue;
		if (found == BLOCK_DAMAGE) {
			give_item(r, RETIS_ITEM_DAMAGE);
			r->item.damage = &r->damage;
			r->item.offset = r->damage.offset;
			return 1;
		}
		return found;
	}
}

API int retis_reader_next(struct retis_reader *r, const struct retis_item **item)
{
	int found = next_item(r);

	if (found > 0)
		*item = &r->item;
	else if (found && found != -EAGAIN)
		reader_fail(r, found, "%s", strerror(-found));
	return found;
}

API const char *retis_reader_error(const struct retis_reader *r)
{
	return r ? r->error : strerror(ENOMEM);
}

API void retis_reader_get_stats(const struct retis_reader *r, struct retis_reader_stats *stats,
				size_t size)
{
	struct retis_reader_stats now = r->stats;

	now.bytes = r->source.offset;
	memcpy(stats, &now, size < sizeof(now) ? size : sizeof(now));
}
