/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Memory that is freed all at once. It never moves and has a fixed limit, so that
 * no file can ask for more.
 */
#ifndef NAMES_ARENA_H
#define NAMES_ARENA_H

#include <stdbool.h>
#include <stddef.h>

/* All zero: empty. */
struct arena {
	unsigned char *data;
	size_t used;
	/* There was none when it was needed, here or for what goes with it. */
	bool no_memory;
};

/* Zeroed memory, aligned to 8 bytes; NULL: there is no more. */
void *arena_get(struct arena *a, size_t size);
/* A copy of it; NULL: there is no more, or STRING is NULL. */
const char *arena_string(struct arena *a, const char *string);
/* Takes back all since `used` was MARK. */
void arena_rewind(struct arena *a, size_t mark);
void arena_fini(struct arena *a);

#endif
