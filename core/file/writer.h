/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes event files. One thread hands over events, and only copies them; another
 * compresses and writes. Memory is bounded: when the disk does not keep up,
 * writer_event() waits.
 */
#ifndef FILE_WRITER_H
#define FILE_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include <retis/reader.h>

struct output_calls;
struct writer;

struct writer_options {
	/* Borrowed until writer_close(). "-": the standard output. */
	const char *path;
	/* Its kind and limit; RETIS_SPLIT_NONE: one file. */
	struct retis_split split;
	/* Of files that were rotated only so many are kept; 0: all. */
	uint32_t keep;
	/* The events are copies: what START says about the file they come from
	 * stays (see writer_start()). Not with a split. */
	bool copy;
	/* Of zstd; 0: the default. */
	int level;
	/* What files are written with (core/file/output.h); NULL: the system's. */
	const struct output_calls *calls;
	/* Called once by the writing thread when writing fails; may be NULL. */
	void (*failed)(void *arg);
	void *arg;
};

struct writer_result {
	/* What is in all files, also in those that are not kept. */
	uint64_t events;
	uint64_t losses;
	uint64_t bytes;
	uint32_t files;
	/* Events that were handed over and are in no file. */
	uint64_t dropped;
	/* 0, or why writing failed, and a sentence. */
	int error;
	char why[256];
};

#define WRITER_WHY_SIZE 256

/*
 * Makes sure that the file can be written and that no other writer does. What is
 * in it is kept until writer_start(). On failure a sentence is in WHY
 * (WRITER_WHY_SIZE bytes).
 */
int writer_open(const struct writer_options *options, struct writer **out, char *why);

/*
 * Records made by core/file/dictionary.h, ahead of the events that need them; in
 * any thread. -E2BIG: a record is larger than 1 MiB, -ENOMEM.
 */
int writer_add(struct writer *w, const struct retis_text *records);

/* Empties the file and begins it; timestamp, split and collection of START are
 * filled in, unless it is a copy. The strings are copied. */
int writer_start(struct writer *w, const struct retis_start *start);

/* Copy what they get. 0 or why writing has failed. */
int writer_event(struct writer *w, const struct retis_event *event);
int writer_loss(struct writer *w, const struct retis_loss *loss);
/* To be called now and then: what is older than a second goes to the file. NOW is
 * CLOCK_MONOTONIC, ns. */
int writer_tick(struct writer *w, uint64_t now);

/* Writes what is left and ends the file; one that was never started is left as it
 * was. RESULT and W may be NULL. */
void writer_close(struct writer *w, struct writer_result *result);

#endif
