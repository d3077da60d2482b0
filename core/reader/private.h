/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* A reader, and what its files share. */
#ifndef READER_PRIVATE_H
#define READER_PRIVATE_H

#include <zstd.h>

#include <retis/reader.h>

#include "core/file/format.h"
#include "core/file/index.h"
#include "core/reader/dictionary.h"
#include "core/reader/source.h"

struct retis_reader {
	struct source source;
	bool follow;
	/* From the present file's header or its first block. */
	bool known;
	uint64_t file;
	uint32_t sequence;
	/* The sequence may be broken: that was reported, or is wanted. */
	bool jumped;
	/* A file header was passed: forget the dictionary before the next one. */
	bool new_file;
	/* See reader_look_at_end(). */
	bool looked_at_end;
	/* A dictionary was looked for further on. */
	bool looked_ahead;
	/* Not yet told. */
	bool tell_start;
	bool tell_dictionary;
	/* Events and losses before that time are passed over, damage is not told. */
	bool seeking;
	uint64_t from;
	/* As in struct retis_reader_options. */
	bool (*wants)(void *arg, uint64_t first, uint64_t last);
	void *wants_arg;
	/* Bytes whose checksum was wrong: limits how often that is tried. */
	uint64_t wasted;

	/* The block that was found last, its payload decompressed. */
	struct block_header header;
	uint64_t block_offset;
	ZSTD_DCtx *zstd;
	unsigned char *raw;
	size_t raw_capacity;
	/* In `raw`: the next event or loss. */
	size_t at;

	struct dictionary dictionary;
	/* Called before that is forgotten; with the argument of source.idle. */
	void (*ending)(void *arg);
	struct retis_reader_stats stats;
	struct retis_item item;
	struct retis_loss loss;
	struct retis_damage damage;
	char error[256];
};

/* What blocks_next() found, besides 0 for the end, -EAGAIN and errors. */
enum block_found {
	/* `header`, and its payload behind it in the source's window. */
	BLOCK_FOUND = 1,
	/* `damage`, which was skipped. */
	BLOCK_DAMAGE,
};

int blocks_next(struct retis_reader *r);
/* The payload of the block that was found to `raw`; then it is passed. -EBADMSG,
 * -ENOMEM. */
int blocks_decode(struct retis_reader *r);
/* Passes it without looking at it. */
void blocks_pass(struct retis_reader *r);
/* Begins the file the window is at; -EMEDIUMTYPE, -EPROTO, -EPROTOTYPE, -ENODATA. */
int blocks_open(struct retis_reader *r);

/* What was found out later holds for events in front of it, too: a name may be about the past.
 * The dictionary at the file's end has all of it. */
int reader_look_at_end(struct retis_reader *r);

/* Sets the error text; returns ERR. */
int reader_fail(struct retis_reader *r, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Takes the dictionary that was found. 0 or a negative errno; *BAD: NULL, or what
 * was wrong with it. */
int reader_take_dictionary(struct retis_reader *r, const char **bad);

#endif
