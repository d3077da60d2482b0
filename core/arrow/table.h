/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Events as rows of a table, taken in batches of bounded size. */
#ifndef ARROW_TABLE_H
#define ARROW_TABLE_H

#include "core/arrow/column.h"
#include "core/input/input.h"

struct table {
	/* The columns are its children. */
	struct column root;
	/* Of the events that are rows now. */
	size_t bytes;
	uint32_t generation;
	/* By number of section, the child of root; 0: none. */
	uint16_t columns[REGISTRY_MAX];
};

/* The columns are those of the sections that NAMES has now. -ENOMEM; table_fini() in any case. */
int table_init(struct table *t, const struct input_names *names);
/* Accepts a zeroed one. */
void table_fini(struct table *t);

/* CLOCK_OFFSET: to UTC; NULL: it is not known. -ENOMEM; -ENOSPC. */
int table_put_event(struct table *t, const struct input_names *names, const int64_t *clock_offset,
		    const struct retis_event *event);
bool table_is_full(const struct table *t);
/* The rows; without any, *OUT is zeroed. -ENOMEM. */
int table_take_batch(struct table *t, struct ArrowArray *out);

#endif
