/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Strings that come again and again, numbered. */
#ifndef UTIL_INTERN_H
#define UTIL_INTERN_H

#include "core/util/slots.h"

/* All zero: empty. */
struct intern {
	/* By number; they stay where they are. */
	char **texts;
	size_t n;
	size_t room;
	struct slots slots;
};

/* The number of the string; a new one if there are less than MAX. -ENOSPC,
 * -ENOMEM. The string may hold any bytes; a NUL is added. */
int intern_get(struct intern *in, const void *text, size_t length, size_t max);
/* 1: it is new, 0: it was there before; -ENOSPC, -ENOMEM. */
int intern_new(struct intern *in, const void *text, size_t length, size_t max);
/* The same for an address; 0 is none, and never new. */
static inline int intern_address(struct intern *in, uint64_t address)
{
	return address ? intern_new(in, &address, sizeof(address), INT32_MAX) : 0;
}
/* Accepts an empty one. */
void intern_fini(struct intern *in);

#endif
