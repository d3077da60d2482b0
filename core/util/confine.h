/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Gives up what a thread may do, for good: capabilities, and system calls that
 * nothing here has a use for. Threads it starts from then on begin with what is
 * left; others keep what they have.
 */
#ifndef UTIL_CONFINE_H
#define UTIL_CONFINE_H

#include <stdbool.h>
#include <stdint.h>

struct confinement {
	/* Bits 1 << CAP_...: stay if they were there. */
	uint64_t capabilities;
	/* Files may be opened for writing, renamed and removed. */
	bool writes;
};

/* As much of it as can be done is done. 0, or the first errno, negative. */
int confine_thread(const struct confinement *c);

/* Would a thread without capabilities have ACCESS (R_OK, W_OK, X_OK) to PATH? */
bool confine_leaves_access(const char *path, int access);

/* Permitted ones, as bits; 0 if that can't be told. */
uint64_t confine_permitted(void);

/* Of the thread's own; below are the parts of confine_thread(). */
int confine_capabilities(uint64_t keep);
int confine_calls(bool writes);

#endif
