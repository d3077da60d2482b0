/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where further files of what is sorted start: told at their time. */
#ifndef SORT_STARTS_H
#define SORT_STARTS_H

#include "core/input/input.h"
#include "core/input/startup.h"

/* Most that are told. */
#define STARTS_MAX 4096

/* All zero: none. */
struct starts {
	struct startup **list;
	size_t n;
	/* The next one to be told. */
	size_t next;
};

void starts_fini(struct starts *s);
/* Copies it. -ENOMEM. */
int starts_add(struct starts *s, const struct input_item *item);
/* True: *ITEM is the next one that is not behind TIME. */
bool starts_next(struct starts *s, uint64_t time, struct input_item *item);

#endif
