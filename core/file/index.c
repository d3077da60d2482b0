/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/file/index.h"

#include <errno.h>
#include <stdlib.h>

static void widen_row(struct file_index *row, uint64_t first, uint64_t last)
{
	if (first < row->first)
		row->first = first;
	if (last > row->last)
		row->last = last;
}

/* Two rows become one. INDEX_MAX is even, so the last row is full. */
static void merge_rows(struct index *x)
{
	for (uint32_t i = 0; i < x->n / 2; i++) {
		x->rows[i] = x->rows[2 * i];
		widen_row(&x->rows[i], x->rows[2 * i + 1].first, x->rows[2 * i + 1].last);
	}
	x->n /= 2;
	x->per_row *= 2;
	x->in_last = x->per_row;
}

int index_add(struct index *x, uint64_t offset, uint64_t first, uint64_t last)
{
	if (!x->rows) {
		x->rows = calloc(INDEX_MAX, sizeof(*x->rows));
		if (!x->rows)
			return -ENOMEM;
		x->per_row = 1;
	}
	if (x->n && x->in_last < x->per_row) {
		widen_row(&x->rows[x->n - 1], first, last);
		x->in_last++;
		return 0;
	}
	if (x->n == INDEX_MAX)
		merge_rows(x);
	x->rows[x->n++] = (struct file_index){ offset, first, last };
	x->in_last = 1;
	return 0;
}

void index_fini(struct index *x)
{
	free(x->rows);
	*x = (struct index){};
}

bool index_find(const struct file_index *rows, size_t n, uint64_t timestamp, uint64_t *offset)
{
	for (size_t i = 0; i < n; i++) {
		if (rows[i].last >= timestamp) {
			*offset = rows[i].offset;
			return true;
		}
	}
	return false;
}
