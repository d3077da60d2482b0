/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Levenshtein distance, and the names with the smallest. */
#include "core/util/nearest.h"

#include <stdio.h>
#include <string.h>

#define NAME_MAX_LEN 64

static unsigned int least_of_three(unsigned int a, unsigned int b, unsigned int c)
{
	unsigned int m = a < b ? a : b;

	return m < c ? m : c;
}

/* Of names longer than NAME_MAX_LEN, only the start counts. */
static unsigned int measure_distance(const char *a, const char *b)
{
	unsigned int row[NAME_MAX_LEN + 1];
	size_t la = strnlen(a, NAME_MAX_LEN), lb = strnlen(b, NAME_MAX_LEN);

	for (size_t j = 0; j <= lb; j++)
		row[j] = (unsigned int)j;
	for (size_t i = 1; i <= la; i++) {
		unsigned int diagonal = row[0];

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= lb; j++) {
			unsigned int above = row[j];

			row[j] = least_of_three(above + 1, row[j - 1] + 1,
						diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[lb];
}

void nearest_consider(struct nearest *nearest, const char *candidate)
{
	unsigned int d = measure_distance(nearest->wanted, candidate);
	size_t at;

	for (size_t i = 0; i < nearest->n; i++)
		if (!strcmp(nearest->names[i], candidate))
			return;
	/* More than half of the name being wrong is no typing error. */
	if (d > (strlen(nearest->wanted) + 1) / 2)
		return;
	for (at = nearest->n; at > 0 && nearest->distances[at - 1] > d; at--) {
		if (at < NEAREST_MAX) {
			nearest->names[at] = nearest->names[at - 1];
			nearest->distances[at] = nearest->distances[at - 1];
		}
	}
	if (at >= NEAREST_MAX)
		return;
	nearest->names[at] = candidate;
	nearest->distances[at] = d;
	if (nearest->n < NEAREST_MAX)
		nearest->n++;
}

void nearest_text(const struct nearest *nearest, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < nearest->n && used < size; i++) {
		const char *between = !i ? "" : i + 1 == nearest->n ? " or " : ", ";
		int n = snprintf(text + used, size - used, "%s%s", between, nearest->names[i]);

		if (n < 0)
			return;
		used += (size_t)n;
	}
}
