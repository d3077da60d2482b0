/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What events refer to: probes by number, symbols by address, texts by table and key. One set is
 * filled by a session, by a reader, out of JSON or for a new file; another thread may read it
 * meanwhile. What is in it stays as it is, and where it is.
 */
#ifndef NAMES_NAMES_H
#define NAMES_NAMES_H

#include <stdatomic.h>

#include "core/names/arena.h"
#include "core/names/tables.h"

#define NAMES_SYMBOLS_MAX (128u << 10)

struct names_symbol {
	uint64_t start;
	uint64_t size;
	const char *name;
};

/* All zero: empty. */
struct names {
	/* Of probes and symbols; others may keep more there. */
	struct arena arena;
	/* By number, those that nothing is known of included. */
	const struct retis_file_probe **probes;
	atomic_uint n_probes;
	/* Those that were added without a number. */
	struct slots by_probe;
	struct name_tables tables;
	/* The first `n_sorted` by address, the others as they came. */
	struct names_symbol *symbols;
	size_t n_symbols;
	size_t n_sorted;
	size_t room_symbols;
};

void names_fini(struct names *names);

/* The probe that stands for those that nothing is known of. */
extern const struct retis_file_probe names_unknown;

/* Copies PROBE. 1: it is new; 0: known; -EEXIST: the number is another one's; -EINVAL: it is
 * none; -ENOSPC: no room in the arena; -ENOMEM. */
int names_put_probe(struct names *names, uint32_t number, const struct retis_file_probe *probe);
/* The number of an equal one, or a new one below MAX, or as above. */
int names_add_probe(struct names *names, const struct retis_file_probe *probe, uint32_t max);

/* Copies NAME, which covers SIZE bytes from START; it is found once names_sort_symbols() was
 * called, and must be before another thread looks. As names_put_probe(), but for -EEXIST. */
int names_put_symbol(struct names *names, uint64_t start, uint64_t size, const char *name);
/* By address, each once. */
void names_sort_symbols(struct names *names);
/* The symbol an address is in, and how far; NULL: not known. */
const char *names_symbol(const struct names *names, uint64_t address, uint64_t *offset);

#endif
