/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One event file while it is written: blocks go to the end of it, whole. If one
 * can't be written, what was written of it is taken back, so that the file stays
 * readable.
 */
#ifndef FILE_OUTPUT_H
#define FILE_OUTPUT_H

#include <sys/types.h>
#include <zstd.h>

#include <retis/reader.h>

#include "core/file/format.h"
#include "core/file/index.h"

/* Most bytes a block is made of. */
#define OUTPUT_BLOCK (1u << 20)

/* What becomes a block. `first` and `last` are time stamps. */
struct output_block {
	uint16_t kind;
	uint32_t count;
	const void *data;
	size_t size;
	uint64_t first;
	uint64_t last;
};

/* What a file is written with: of the system, or of a test that lets it fail. As in
 * write(2) and ftruncate(2). */
struct output_calls {
	ssize_t (*write)(int fd, const void *data, size_t size);
	int (*cut)(int fd, off_t size);
};

struct output {
	int fd;
	/* Borrowed. */
	const struct output_calls *calls;
	/* It can be cut, sought and synced. */
	bool regular;
	int level;
	uint64_t id;
	/* Bytes and blocks in it, and where the full dictionary was put last. */
	uint64_t written;
	uint32_t sequence;
	uint64_t dictionary_at;
	/* Bytes the full dictionary took. */
	uint64_t dictionary_size;
	uint64_t events;
	uint64_t losses;
	struct index index;
	ZSTD_CCtx *zstd;
	/* A header and its payload; and the same for what a file needs besides
	 * while one waits in `block`. */
	unsigned char *block;
	size_t block_size;
	unsigned char *extra;
};

/* Those that return int return 0 or a negative errno. */
/* CALLS is borrowed; NULL: the system's. */
int output_init(struct output *o, int level, const struct output_calls *calls);
void output_fini(struct output *o);

/* Starts a file at FD (the caller's), which is empty. */
int output_begin(struct output *o, int fd, uint64_t id);
/* Compresses to `block`, then writes it. */
int output_pack(struct output *o, const struct output_block *b);
int output_write_packed(struct output *o);
/* Bytes of whole records from AT that fit into a block, and how many they are. */
size_t output_fit(const struct retis_text *records, size_t at, uint32_t *count);
/* RECORDS are the full dictionary. */
int output_dictionary(struct output *o, const struct retis_text *records);
/* The file is complete: full dictionary, index, end; or as before if it fails. */
int output_end(struct output *o, const struct retis_text *records);
/* About what output_end() will write. */
uint64_t output_end_size(const struct output *o);

#endif
