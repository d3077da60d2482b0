/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sorts any number of entries in bounded memory: what doesn't fit waits, in sorted
 * runs, in a temporary file that has no name.
 */
#ifndef SORT_SPILL_H
#define SORT_SPILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Memory for entries. */
#define SPILL_MEMORY (16u << 20)
/* Runs that are merged at once. */
#define SPILL_RUNS_MAX 512
/* Largest payload. */
#define SPILL_PAYLOAD_MAX 8192

/* In this order of importance; equal ones as they came. */
struct spill_key {
	/* When the group the entry belongs to begins. */
	uint64_t begin;
	/* 0: the entry is a group of its own; they come first. */
	uint64_t grouped;
	/* Tells groups apart that begin at the same time. */
	uint64_t group;
	/* Within the group. */
	uint64_t time;
};

struct spill_entry {
	struct spill_key key;
	/* How many came before. */
	uint64_t sequence;
	/* Of the payload. */
	uint32_t size;
	/* The caller's. */
	uint16_t source;
	uint16_t kind;
	uint64_t payload[];
};

/* A run on its way back from the file. */
struct spill_run {
	uint64_t offset, end;
	uint8_t *buffer;
	size_t at, used;
};

struct spill {
	uint8_t *memory;
	size_t room, used;
	const struct spill_entry **list;
	size_t n, n_room, next;
	uint64_t sequence;
	int fd;
	uint64_t file_end;
	struct spill_run *runs;
	uint32_t n_runs, max_runs;
	/* Runs that have something left; the first has the smallest. */
	uint32_t heap[SPILL_RUNS_MAX];
	uint32_t n_heap;
	size_t per_run;
};

/* MEMORY bytes, at least 2 * SPILL_PAYLOAD_MAX for each of MAX_RUNS (2 or more).
 * -ENOMEM. */
int spill_init(struct spill *s, size_t memory, uint32_t max_runs);
void spill_fini(struct spill *s);

/* -ENOMEM, -EMSGSIZE, or what came of writing to the temporary file. */
int spill_add(struct spill *s, const struct spill_entry *head, const void *payload);

/* All are added: spill_next() has them in order; spill_add() after the last one
 * begins anew. */
int spill_finish(struct spill *s);
/* 1: *OUT is valid until the next call; 0: the end; a negative errno. */
int spill_next(struct spill *s, const struct spill_entry **out);

/* The directory of the temporary file. */
const char *spill_directory(void);

#endif
