/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Symbols, by address. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/names/names.h"
#include "core/util/list.h"

/* So many new ones are moved to their place one by one. */
#define FEW 16

static int by_start(const void *a, const void *b)
{
	const struct names_symbol *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* How many of the sorted ones start at ADDRESS or before. */
static size_t up_to(const struct names *names, uint64_t address)
{
	size_t low = 0, high = names->n_sorted;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (names->symbols[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void insert_symbol(struct names *names)
{
	struct names_symbol s = names->symbols[names->n_sorted];
	size_t at = up_to(names, s.start);

	memmove(names->symbols + at + 1, names->symbols + at, (names->n_sorted - at) * sizeof(s));
	names->symbols[at] = s;
	names->n_sorted++;
}

static void remove_repeated(struct names *names)
{
	size_t n = 0;

	for (size_t i = 0; i < names->n_symbols; i++)
		if (!n || names->symbols[i].start != names->symbols[n - 1].start)
			names->symbols[n++] = names->symbols[i];
	names->n_symbols = names->n_sorted = n;
}

void names_sort_symbols(struct names *names)
{
	if (names->n_sorted == names->n_symbols)
		return;
	if (names->n_symbols - names->n_sorted > FEW)
		qsort(names->symbols, names->n_symbols, sizeof(*names->symbols), by_start);
	else
		while (names->n_sorted < names->n_symbols)
			insert_symbol(names);
	remove_repeated(names);
}

static const struct names_symbol *find_symbol_at(const struct names *names, uint64_t address)
{
	size_t n = up_to(names, address);
	const struct names_symbol *s = n ? &names->symbols[n - 1] : NULL;

	return s && (address == s->start || address - s->start < s->size) ? s : NULL;
}

int names_put_symbol(struct names *names, uint64_t start, uint64_t size, const char *name)
{
	const struct names_symbol *known = find_symbol_at(names, start);
	struct names_symbol s = { .start = start, .size = size };

	if (known && known->start == start)
		return 0;
	if (names->n_symbols >= NAMES_SYMBOLS_MAX)
		return -ENOSPC;
	if (list_grow((void **)&names->symbols, names->n_symbols, &names->room_symbols, sizeof(s)))
		return -ENOMEM;
	s.name = arena_string(&names->arena, name);
	if (!s.name)
		return names->arena.no_memory ? -ENOMEM : -ENOSPC;
	names->symbols[names->n_symbols++] = s;
	return 1;
}

const char *names_symbol(const struct names *names, uint64_t address, uint64_t *offset)
{
	const struct names_symbol *s = find_symbol_at(names, address);

	if (!s)
		return NULL;
	*offset = address - s->start;
	return s->name;
}
