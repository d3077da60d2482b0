/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Strings that come again and again, numbered. */
#ifndef INPUT_INTERN_H
#define INPUT_INTERN_H

#include <stddef.h>
#include <stdint.h>

/* All zero: empty. */
struct intern {
	/* By number; they stay where they are. */
	char **texts;
	size_t n;
	size_t room;
	/* Hash table of numbers plus one, a power of two. */
	uint32_t *slots;
	size_t n_slots;
};

/* The number of the string; a new one if there are less than MAX. -ENOSPC,
 * -ENOMEM. The string may hold any bytes; a NUL is added. */
int intern_get(struct intern *in, const char *text, size_t length, size_t max);
/* Accepts an empty one. */
void intern_fini(struct intern *in);

#endif
