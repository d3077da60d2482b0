/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Where in a file which times are. Of constant size: a file with more blocks than
 * rows gets rows that stand for 2, 4, 8 ... blocks.
 */
#ifndef FILE_INDEX_H
#define FILE_INDEX_H

#include "core/file/format.h"

/* All zero: empty. */
struct index {
	struct file_index *rows;
	uint32_t n;
	/* Blocks a row stands for, and those in the last row. */
	uint64_t per_row;
	uint64_t in_last;
};

/* A block of events at OFFSET. -ENOMEM. */
int index_add(struct index *x, uint64_t offset, uint64_t first, uint64_t last);
void index_fini(struct index *x);

/* Where to start reading for TIMESTAMP; false: all blocks are older. */
bool index_find(const struct file_index *rows, size_t n, uint64_t timestamp, uint64_t *offset);

#endif
