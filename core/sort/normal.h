/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is to be sorted as one event file of ours that can be read again: the input
 * itself, or a copy of it. */
#ifndef SORT_NORMAL_H
#define SORT_NORMAL_H

#include "core/sort/sort.h"
#include "core/sort/starts.h"

struct normal {
	const struct sort_options *options;
	/* Borrowed. */
	struct input *in;
	/* The file, or a copy; negative: it can be read once only. */
	int fd;
	/* A copy has a start in any case: is it one of the input's, and does that say
	 * how to get to UTC? */
	bool copied;
	bool has_start;
	bool has_offset;
	/* Of the files behind the first one, which a copy has not. */
	struct starts starts;
};

void normal_init(struct normal *n, const struct sort_options *options, struct input *in);
void normal_fini(struct normal *n);

static inline bool normal_can_reopen(const struct normal *n)
{
	return n->fd >= 0;
}

/*
 * Makes it a copy. IN has just said NEXT, of a file behind the first one, or nothing yet:
 * NULL. 0 or a negative errno after logging why, but -ENOMEM; here and below.
 */
int normal_copy(struct normal *n, const struct input_item *next);

/* From its start; one at a time. */
int normal_open(const struct normal *n, struct input **out);

#endif
