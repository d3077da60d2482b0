/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries in order, in a temporary file: written once, then read once. */
#ifndef SORT_RUN_H
#define SORT_RUN_H

#include "core/sort/entry.h"

struct run {
	int fd;
	uint8_t *buffer;
	/* In the buffer: what is next, and the end. */
	size_t at;
	size_t length;
};

/* A negative errno after logging why (but -ENOMEM), here and below; run_fini() may be
 * called all the same. */
int run_init(struct run *r);
/* Accepts what is all zero. */
void run_fini(struct run *r);

int run_write(struct run *r, const struct entry *e);
/* All is written: on to reading. */
int run_rewind(struct run *r);

/* 1: *OUT is the next entry, until the next call; 0: there are no more. */
int run_next(struct run *r, const struct entry **out);

#endif
