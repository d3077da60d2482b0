/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What a file says about itself, from records that nobody has checked to structs
 * that can be relied on.
 */
#ifndef READER_DICTIONARY_H
#define READER_DICTIONARY_H

#include <retis/reader.h>

#include "core/event/registry.h"
#include "core/names/tables.h"
#include "core/reader/arena.h"

#define DICTIONARY_SYMBOLS_MAX (128u << 10)

/* With a checksum of its record: an equal one that comes again is skipped. */
struct dictionary_section {
	const struct retis_file_section *section;
	uint32_t checksum;
};

struct dictionary_probe {
	const struct retis_file_probe *probe;
	uint32_t checksum;
};

struct dictionary_symbol {
	uint64_t start;
	uint64_t size;
	const char *name;
};

/* All zero: empty. */
struct dictionary {
	struct arena arena;
	struct retis_start *start;
	/* By number less one; `start` refers to it. */
	const struct retis_start *hosts[RETIS_HOSTS_MAX];
	struct dictionary_section sections[REGISTRY_MAX];
	uint32_t n_sections;
	struct dictionary_probe *probes;
	uint32_t n_probes;
	size_t room_probes;
	/* The first `n_sorted` by address, the others as they came. */
	struct dictionary_symbol *symbols;
	size_t n_symbols;
	size_t n_sorted;
	size_t room_symbols;
	struct name_tables names;
};

struct dictionary_change {
	/* There is a start where there was none. */
	bool started;
	bool grown;
	/* Something was wrong, and left out; a few words, or NULL. */
	const char *bad;
};

/* Takes a block of records. */
void dictionary_read(struct dictionary *d, const void *records, size_t size,
		     struct dictionary_change *change);
/* Forgets everything. */
void dictionary_fini(struct dictionary *d);

/* By address, each once. */
void dictionary_sort_symbols(struct dictionary *d);
const struct dictionary_symbol *dictionary_symbol(const struct dictionary *d, uint64_t address);

#endif
