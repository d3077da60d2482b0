/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Seeking. A file that was ended has an index and a full dictionary there; in any
 * other the blocks are passed from the start, which decompresses none of them.
 */
#include <errno.h>
#include <string.h>

#include "core/reader/private.h"

#define API __attribute__((visibility("default")))
#define END_SIZE (sizeof(struct block_header) + sizeof(struct file_end))

/* The next block, if there is a sound one and it is of that kind. */
static bool expect_block(struct retis_reader *r, uint64_t offset, uint16_t kind)
{
	if (source_go(&r->source, offset))
		return false;
	r->jumped = true;
	return blocks_next(r) == BLOCK_FOUND && r->block_offset == offset &&
	       r->header.kind == kind && (kind == BLOCK_DICTIONARY || !blocks_decode(r));
}

static bool find_end(struct retis_reader *r, struct file_end *end)
{
	int64_t size = source_size(&r->source);
	uint64_t at;

	if (size < (int64_t)END_SIZE)
		return false;
	at = (uint64_t)size - END_SIZE;
	if (!expect_block(r, at, BLOCK_END) || r->header.raw < sizeof(*end))
		return false;
	memcpy(end, r->raw, sizeof(*end));
	/* Joined files: offsets are another file's. */
	return end->end == at && end->dictionary < at && end->index < at;
}

static int read_dictionaries(struct retis_reader *r, const struct file_end *end)
{
	int err = 0;
	const char *bad;

	for (uint64_t at = end->dictionary; !err && at < end->index; at = r->source.offset) {
		if (!expect_block(r, at, BLOCK_DICTIONARY))
			break;
		err = reader_take_dictionary(r, &bad);
	}
	return err;
}

int reader_look_at_end(struct retis_reader *r)
{
	const struct retis_reader before = *r;
	struct file_end end;
	int err = 0;

	r->looked_at_end = true;
	if (!r->source.seekable || r->follow)
		return 0;
	if (find_end(r, &end) && r->file == before.file)
		err = read_dictionaries(r, &end);
	r->stats = before.stats;
	r->wasted = before.wasted;
	r->header = before.header;
	r->sequence = before.sequence;
	r->file = before.file;
	r->new_file = before.new_file;
	r->looked_ahead = before.looked_ahead;
	r->jumped = before.jumped;
	r->block_offset = before.block_offset;
	return err ? err : source_go(&r->source, before.source.offset);
}

/* Where to start, from the index; false: there is none. */
static bool use_index(struct retis_reader *r, uint64_t timestamp, uint64_t *offset, int *err)
{
	struct file_end end;
	size_t n;

	if (!find_end(r, &end))
		return false;
	*err = read_dictionaries(r, &end);
	if (*err || !expect_block(r, end.index, BLOCK_INDEX))
		return false;
	n = r->header.raw / sizeof(struct file_index);
	if (!index_find((const struct file_index *)r->raw, n, timestamp, offset))
		*offset = end.index;
	return true;
}

static int go_to_offset(struct retis_reader *r, uint64_t offset)
{
	int err = source_go(&r->source, offset);

	r->stats.complete = false;
	r->header.raw = 0;
	r->at = 0;
	r->jumped = true;
	return err ? reader_fail(r, err, "%s", strerror(-err)) : 0;
}

API int retis_reader_seek(struct retis_reader *r, uint64_t timestamp)
{
	struct retis_reader_stats stats = r->stats;
	uint64_t offset = 0;
	int err = 0;

	if (!r->source.seekable)
		return reader_fail(r, -ESPIPE, "can't seek in a pipe");
	if (!use_index(r, timestamp, &offset, &err))
		offset = 0;
	r->stats = stats;
	if (err)
		return reader_fail(r, err, "%s", strerror(-err));
	err = go_to_offset(r, offset);
	r->seeking = !err;
	r->from = timestamp;
	return err;
}

API int retis_reader_seek_block(struct retis_reader *r, uint64_t offset)
{
	if (!r->source.seekable)
		return reader_fail(r, -ESPIPE, "can't seek in a pipe");
	r->seeking = false;
	return go_to_offset(r, offset);
}
