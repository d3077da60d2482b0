/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Symbols of a dictionary, by address. */
#include <stdlib.h>
#include <string.h>

#include "core/reader/dictionary.h"

/* So many new ones are moved to their place one by one. */
#define FEW 16

static int by_start(const void *a, const void *b)
{
	const struct dictionary_symbol *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* How many of the sorted ones start at ADDRESS or before. */
static size_t up_to(const struct dictionary *d, uint64_t address)
{
	size_t low = 0, high = d->n_sorted;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (d->symbols[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void insert_symbol(struct dictionary *d)
{
	struct dictionary_symbol s = d->symbols[d->n_sorted];
	size_t at = up_to(d, s.start);

	memmove(d->symbols + at + 1, d->symbols + at, (d->n_sorted - at) * sizeof(s));
	d->symbols[at] = s;
	d->n_sorted++;
}

static void remove_repeated(struct dictionary *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n_symbols; i++)
		if (!n || d->symbols[i].start != d->symbols[n - 1].start)
			d->symbols[n++] = d->symbols[i];
	d->n_symbols = d->n_sorted = n;
}

void dictionary_sort_symbols(struct dictionary *d)
{
	if (d->n_sorted == d->n_symbols)
		return;
	if (d->n_symbols - d->n_sorted > FEW)
		qsort(d->symbols, d->n_symbols, sizeof(*d->symbols), by_start);
	else
		while (d->n_sorted < d->n_symbols)
			insert_symbol(d);
	remove_repeated(d);
}

const struct dictionary_symbol *dictionary_symbol(const struct dictionary *d, uint64_t address)
{
	size_t n = up_to(d, address);
	const struct dictionary_symbol *s = n ? &d->symbols[n - 1] : NULL;

	return s && (address == s->start || address - s->start < s->size) ? s : NULL;
}
