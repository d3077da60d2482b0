/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of a collection, one after the other: which is written, when the next
 * one begins, and what each of them starts and ends with.
 */
#ifndef FILE_FILESET_H
#define FILE_FILESET_H

#include "core/file/place.h"
#include "core/file/output.h"
#include "core/file/writer.h"

struct fileset {
	const struct writer_options *options;
	struct output output;
	struct place place;
	int fd;
	/* The path did not exist before. */
	bool created;
	bool started;
	/* There is a file that was begun and not ended. */
	bool writing;
	/* Each file's start; `split.id` tells how many there were before. */
	struct retis_start start;
	/* Records of all that was added; and the file's start in front of it. */
	struct retis_text records;
	struct retis_text all;
	/* Events from then on go to the next file; 0: never. */
	uint64_t until;
	/* CLOCK_MONOTONIC, ns, of the last fdatasync(). */
	uint64_t synced;
	/* Of complete files. */
	struct writer_result done;
};

/* Files that end every LIMIT seconds, one of them at UNTIL (ns): when does the one
 * end that TIME, not before UNTIL, belongs to? */
static inline uint64_t fileset_until(uint64_t until, uint64_t limit, uint64_t time)
{
	uint64_t step = limit * 1000000000;

	return until + ((time - until) / step + 1) * step;
}

/* All return 0 or a negative errno, and log nothing. */
int fileset_init(struct fileset *s, const struct writer_options *options);
int fileset_start(struct fileset *s, const struct retis_start *start);
int fileset_write(struct fileset *s, const struct output_block *b);
/* Ends the last file; `done` then holds all there is to tell. */
int fileset_end(struct fileset *s);
void fileset_fini(struct fileset *s);

#endif
