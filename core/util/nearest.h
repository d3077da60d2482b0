/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Did you mean ...?": the names closest to one that does not exist. */
#ifndef UTIL_NEAREST_H
#define UTIL_NEAREST_H

#include <stddef.h>

#define NEAREST_MAX 3

struct nearest {
	/* What is looked for; borrowed. */
	const char *wanted;
	/* The best candidates so far, borrowed, best first. */
	const char *names[NEAREST_MAX];
	unsigned int distances[NEAREST_MAX];
	size_t n;
};

/* Considers CANDIDATE; too distant ones are not kept, and none twice. */
void nearest_consider(struct nearest *nearest, const char *candidate);

/* Writes "a, b or c" to TEXT, or an empty string if nothing was near. */
void nearest_text(const struct nearest *nearest, char *text, size_t size);

#endif
