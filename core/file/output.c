/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/file/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PACKED_MAX (sizeof(struct block_header) + ZSTD_COMPRESSBOUND(OUTPUT_BLOCK))

static const struct output_calls system_calls = { write, ftruncate };

int output_init(struct output *o, int level, const struct output_calls *calls)
{
	*o = (struct output){ .fd = -1, .level = level, .calls = calls ? calls : &system_calls };
	o->zstd = ZSTD_createCCtx();
	o->block = malloc(PACKED_MAX);
	o->extra = malloc(PACKED_MAX);
	if (o->zstd && o->block && o->extra)
		return 0;
	output_fini(o);
	return -ENOMEM;
}

void output_fini(struct output *o)
{
	ZSTD_freeCCtx(o->zstd);
	free(o->block);
	free(o->extra);
	index_fini(&o->index);
	*o = (struct output){ .fd = -1 };
}

static int write_bytes(struct output *o, const unsigned char *data, size_t size)
{
	size_t at = 0;

	while (at < size) {
		ssize_t n = o->calls->write(o->fd, data + at, size - at);

		if (n >= 0)
			at += (size_t)n;
		else if (errno != EINTR)
			return -errno;
	}
	return 0;
}

static void cut_back(struct output *o, uint64_t size, uint32_t sequence)
{
	if (!o->regular || o->calls->cut(o->fd, (off_t)size))
		return;
	lseek(o->fd, (off_t)size, SEEK_SET);
	o->written = size;
	o->sequence = sequence;
}

/* All or nothing, where the file can be cut. */
static int append_bytes(struct output *o, const void *data, size_t size)
{
	int err = write_bytes(o, data, size);

	if (!err) {
		o->written += size;
		return 0;
	}
	cut_back(o, o->written, o->sequence);
	return err;
}

int output_begin(struct output *o, int fd, uint64_t id)
{
	struct file_header header = { .file = id };
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	o->fd = fd;
	o->regular = S_ISREG(st.st_mode);
	o->id = id;
	o->written = o->dictionary_at = o->dictionary_size = o->events = o->losses = 0;
	o->sequence = 0;
	index_fini(&o->index);
	file_header_seal(&header);
	return append_bytes(o, &header, sizeof(header));
}

/* The size of header and payload in PACKED. */
static size_t pack_block(struct output *o, const struct output_block *b, unsigned char *packed)
{
	unsigned char *payload = packed + sizeof(struct block_header);
	struct block_header h = {
		.kind = b->kind,
		.raw = (uint32_t)b->size,
		.count = b->count,
		.first = b->first,
		.last = b->last,
	};
	size_t n = b->size;

	/* The end has a fixed size: it is looked for from the end of the file. */
	if (b->kind != BLOCK_END)
		n = ZSTD_compressCCtx(o->zstd, payload, PACKED_MAX - sizeof(h), b->data, b->size,
				      o->level);
	if (ZSTD_isError(n) || n >= b->size) {
		memcpy(payload, b->data, b->size);
		n = b->size;
	} else {
		h.flags = BLOCK_ZSTD;
	}
	h.stored = (uint32_t)n;
	memcpy(packed, &h, sizeof(h));
	return sizeof(h) + n;
}

int output_pack(struct output *o, const struct output_block *b)
{
	if (b->size > OUTPUT_BLOCK)
		return -E2BIG;
	o->block_size = pack_block(o, b, o->block);
	return 0;
}

/* Which file it goes to and where is only known now. */
static int write_packed(struct output *o, unsigned char *packed, size_t size)
{
	struct block_header h;
	int err;

	memcpy(&h, packed, sizeof(h));
	h.file = o->id;
	h.sequence = o->sequence;
	block_header_seal(&h, packed + sizeof(h));
	memcpy(packed, &h, sizeof(h));
	err = append_bytes(o, packed, size);
	if (err)
		return err;
	o->sequence++;
	if (h.kind == BLOCK_LOSSES)
		o->losses += h.count;
	if (h.kind != BLOCK_EVENTS)
		return 0;
	o->events += h.count;
	return index_add(&o->index, o->written - size, h.first, h.last);
}

int output_write_packed(struct output *o)
{
	return write_packed(o, o->block, o->block_size);
}

static int write_extra(struct output *o, const struct output_block *b)
{
	return write_packed(o, o->extra, pack_block(o, b, o->extra));
}

size_t output_fit(const struct retis_text *records, size_t at, uint32_t *count)
{
	struct record_header h;
	size_t end = at;

	for (*count = 0; end < records->length; ++*count) {
		memcpy(&h, records->data + end, sizeof(h));
		if (sizeof(h) + h.size > OUTPUT_BLOCK - (end - at))
			break;
		end += sizeof(h) + h.size;
	}
	return end - at;
}

static int write_records(struct output *o, const struct retis_text *records)
{
	for (size_t at = 0; at < records->length;) {
		struct output_block b = { .kind = BLOCK_DICTIONARY };
		int err;

		b.data = records->data + at;
		b.size = output_fit(records, at, &b.count);
		if (!b.size)
			return -E2BIG;
		err = write_extra(o, &b);
		if (err)
			return err;
		at += b.size;
	}
	return 0;
}

int output_dictionary(struct output *o, const struct retis_text *records)
{
	uint64_t at = o->written;
	int err = write_records(o, records);

	if (err)
		return err;
	o->dictionary_at = at;
	o->dictionary_size = o->written - at;
	return 0;
}

static int write_index(struct output *o)
{
	struct output_block b = {
		.kind = BLOCK_INDEX,
		.count = o->index.n,
		.data = o->index.rows ? (const void *)o->index.rows : "",
		.size = o->index.n * sizeof(*o->index.rows),
	};

	return write_extra(o, &b);
}

static int write_end(struct output *o, const struct retis_text *records)
{
	struct file_end end = { .events = o->events, .losses = o->losses };
	struct output_block b = {
		.kind = BLOCK_END,
		.count = 1,
		.data = &end,
		.size = sizeof(end),
	};
	int err = output_dictionary(o, records);

	end.dictionary = o->dictionary_at;
	end.index = o->written;
	if (!err)
		err = write_index(o);
	end.end = o->written;
	return err ? err : write_extra(o, &b);
}

int output_end(struct output *o, const struct retis_text *records)
{
	uint64_t size = o->written;
	uint32_t sequence = o->sequence;
	int err = write_end(o, records);

	/* It may be tried again. */
	if (err)
		cut_back(o, size, sequence);
	return err;
}

uint64_t output_end_size(const struct output *o)
{
	return o->dictionary_size + 2 * sizeof(struct block_header) +
	       o->index.n * sizeof(struct file_index) + sizeof(struct file_end);
}
