/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes flatbuffers (https://flatbuffers.dev/internals/), as far as the metadata of Arrow
 * takes: from the front to the end, whatever refers to something before that, in terms of
 * positions from the start. What does not fit into memory makes the text `failed`.
 */
#ifndef IPC_FLAT_H
#define IPC_FLAT_H

#include <stddef.h>
#include <stdint.h>

#include <retis/text.h>

#define FLAT_FIELDS_MAX 6

struct flat_field {
	/* Bytes: 1, 2, 4, 8; 0: the default. */
	uint8_t size;
	/* 0 for a reference, which is made by what it refers to. */
	uint64_t value;
};

/* A reference, to be made. */
#define FLAT_REF     \
	{            \
		4, 0 \
	}

/* Starts anew. The reference to the root is at 0. */
void flat_begin(struct retis_text *f);

/* All of these are what the reference at REF, which is before them, refers to. */

/* A table; AT gets where each of its N fields is. */
void flat_put_table(struct retis_text *f, size_t ref, const struct flat_field *fields, size_t n,
		    size_t *at);
/* COUNT elements of SIZE bytes; NULL: references to be made. Where the first one is. */
size_t flat_put_vector(struct retis_text *f, size_t ref, const void *elements, size_t count,
		       size_t size);
void flat_put_string(struct retis_text *f, size_t ref, const char *text);

/* Zeros up to a multiple of 8. */
void flat_align(struct retis_text *f);

#endif
