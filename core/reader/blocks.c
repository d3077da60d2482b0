/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Finds one block after the other, and the next one behind damage. A block counts
 * if its header's and its payload's checksum are right and it belongs to this
 * file; a packet that carries a piece of an event file does not mislead.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/reader/private.h"

/* Bytes of payloads with a wrong checksum that may be looked at in excess of what
 * was read: headers that lie about their payload shall not cost more than that. */
#define WASTE (64u << 20)

static bool is_block(const struct retis_reader *r, const unsigned char *at)
{
	struct block_header h;

	memcpy(&h, at, sizeof(h));
	/* Behind the end of a file another one may start, its header damaged. */
	return block_header_valid(&h) && (!r->known || h.file == r->file || r->stats.complete);
}

static bool is_file_header(const unsigned char *at)
{
	struct file_header h;

	memcpy(&h, at, sizeof(h));
	return !file_header_check(&h);
}

/* Behind damage a file header is believed if its first block follows. */
static bool is_file_start(struct retis_reader *r)
{
	struct file_header file;
	struct block_header block;

	if (source_fill(&r->source, sizeof(file) + sizeof(block)) < sizeof(file) + sizeof(block))
		return false;
	memcpy(&file, source_data(&r->source), sizeof(file));
	memcpy(&block, source_data(&r->source) + sizeof(file), sizeof(block));
	return !file_header_check(&file) && block_header_valid(&block) && block.file == file.file;
}

/* How many bytes of the window are certainly no start of a header. */
static size_t find_magic(const unsigned char *data, size_t n)
{
	const unsigned char *at = data;

	while (at < data + n) {
		size_t left = (size_t)(data + n - at);

		at = memchr(at, FILE_MAGIC[0], left);
		if (!at)
			return n;
		left = (size_t)(data + n - at);
		if (left > MAGIC_SIZE)
			left = MAGIC_SIZE;
		if (!memcmp(at, FILE_MAGIC, left) || !memcmp(at, BLOCK_MAGIC, left))
			return (size_t)(at - data);
		at++;
	}
	return n;
}

static int note_damage(struct retis_reader *r, uint64_t offset, uint64_t events, const char *reason)
{
	r->damage = (struct retis_damage){
		.offset = offset,
		.length = r->source.offset - offset,
		.events = events,
		.reason = reason,
	};
	r->stats.damages++;
	r->stats.skipped += r->damage.length;
	r->jumped = true;
	return BLOCK_DAMAGE;
}

/* Skips at least FIRST bytes, then up to something that looks sound. */
static int resync_blocks(struct retis_reader *r, size_t first, uint64_t events, const char *reason)
{
	struct source *s = &r->source;
	uint64_t offset = s->offset;

	source_skip(s, first);
	for (;;) {
		size_t n = source_fill(s, sizeof(struct block_header)), skip;

		if (n < sizeof(struct block_header)) {
			if (!r->follow)
				source_skip(s, n);
			break;
		}
		skip = find_magic(source_data(s), s->n);
		if (!skip && (is_block(r, source_data(s)) || is_file_start(r)))
			break;
		source_skip(s, skip ? skip : 1);
	}
	if (s->error)
		return s->error;
	return note_damage(r, offset, events, reason);
}

static void note_file_begin(struct retis_reader *r, uint64_t file)
{
	if (r->known && file != r->file)
		r->new_file = true;
	r->known = true;
	r->file = file;
	r->sequence = 0;
	r->jumped = false;
	r->looked_ahead = false;
	r->stats.complete = false;
}

static void pass_file_header(struct retis_reader *r)
{
	struct file_header h;

	memcpy(&h, source_data(&r->source), sizeof(h));
	source_skip(&r->source, sizeof(h));
	note_file_begin(r, h.file);
}

/* The window is at a block's header, but is the block all there? */
static int check_payload(struct retis_reader *r)
{
	struct source *s = &r->source;
	struct block_header *h = &r->header;
	size_t size = sizeof(*h) + h->stored;

	if (source_fill(s, size) < size) {
		if (s->error)
			return s->error;
		if (r->follow)
			return -EAGAIN;
		return resync_blocks(r, 1, h->kind == BLOCK_EVENTS ? h->count : 0,
				     "the file ends within a block");
	}
	if (block_payload_valid(h, source_data(s) + sizeof(*h)))
		return BLOCK_FOUND;
	r->wasted += size;
	return resync_blocks(r, r->wasted > s->offset + WASTE ? size : 1,
			     h->kind == BLOCK_EVENTS ? h->count : 0, "bad checksum of a block");
}

static int found_block(struct retis_reader *r)
{
	int found;

	memcpy(&r->header, source_data(&r->source), sizeof(r->header));
	if (!r->known || r->header.file != r->file) {
		note_file_begin(r, r->header.file);
		r->jumped = true;
	}
	found = check_payload(r);
	if (found != BLOCK_FOUND)
		return found;
	r->block_offset = r->source.offset;
	if (!r->jumped && r->header.sequence != r->sequence) {
		r->sequence = r->header.sequence;
		return note_damage(r, r->source.offset, 0, "blocks are missing");
	}
	r->sequence = r->header.sequence + 1;
	r->jumped = false;
	return BLOCK_FOUND;
}

/* Somebody emptied the file and may have started it again. */
static bool started_anew(struct retis_reader *r)
{
	int64_t size = source_size(&r->source);

	return size >= 0 && (uint64_t)size < r->source.offset && !source_go(&r->source, 0);
}

/* Less than a header is left. */
static int at_end(struct retis_reader *r, size_t n)
{
	uint64_t offset = r->source.offset;

	if (r->source.error)
		return r->source.error;
	if (r->follow && !(r->stats.complete && !n)) {
		r->jumped |= started_anew(r);
		return -EAGAIN;
	}
	if (!n)
		return 0;
	source_skip(&r->source, n);
	return note_damage(r, offset, 0, "the file ends within a block");
}

int blocks_next(struct retis_reader *r)
{
	struct source *s = &r->source;

	for (;;) {
		size_t n = source_fill(s, sizeof(struct block_header));

		if (n < sizeof(struct block_header))
			return at_end(r, n);
		if (is_block(r, source_data(s)))
			return found_block(r);
		if (!is_file_header(source_data(s)))
			return resync_blocks(r, 1, 0, "not a block");
		pass_file_header(r);
	}
}

void blocks_pass(struct retis_reader *r)
{
	source_skip(&r->source, sizeof(r->header) + r->header.stored);
}

static int reserve_raw(struct retis_reader *r, size_t size)
{
	unsigned char *bigger;

	if (size <= r->raw_capacity)
		return 0;
	bigger = realloc(r->raw, size);
	if (!bigger)
		return -ENOMEM;
	r->raw = bigger;
	r->raw_capacity = size;
	return 0;
}

int blocks_decode(struct retis_reader *r)
{
	const struct block_header *h = &r->header;
	const unsigned char *stored = source_data(&r->source) + sizeof(*h);
	int err = reserve_raw(r, h->raw ? h->raw : 1);

	if (err)
		return err;
	r->at = 0;
	if (h->flags & ~BLOCK_ZSTD)
		err = -EBADMSG;
	else if (!(h->flags & BLOCK_ZSTD) && h->stored == h->raw)
		memcpy(r->raw, stored, h->raw);
	else if (!(h->flags & BLOCK_ZSTD) ||
		 ZSTD_decompressDCtx(r->zstd, r->raw, h->raw, stored, h->stored) != h->raw)
		err = -EBADMSG;
	blocks_pass(r);
	return err;
}

int blocks_open(struct retis_reader *r)
{
	struct source *s = &r->source;
	size_t n = source_fill(s, sizeof(struct file_header));
	struct file_header h = {};
	int err;

	if (s->error)
		return s->error;
	if (!n)
		return -ENODATA;
	memcpy(&h, source_data(s), n);
	err = n == sizeof(h) ? file_header_check(&h) : -EBADMSG;
	if (err != -EBADMSG)
		return err;
	/* The header may be what is damaged, or missing. */
	n = source_fill(s, s->capacity / 2);
	for (size_t at = 0; at + sizeof(struct block_header) <= n; at++) {
		at += find_magic(source_data(s) + at, n - at);
		if (at + sizeof(struct block_header) <= n && is_block(r, source_data(s) + at))
			return 0;
	}
	return -EMEDIUMTYPE;
}
