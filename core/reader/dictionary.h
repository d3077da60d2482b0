/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What a file says about itself, from records that nobody has checked to structs
 * that can be relied on.
 */
#ifndef READER_DICTIONARY_H
#define READER_DICTIONARY_H

#include <retis/reader.h>

#include "core/event/registry.h"
#include "core/names/names.h"

/* With a checksum of its record: an equal one that comes again is skipped. */
struct dictionary_section {
	const struct retis_file_section *section;
	uint32_t checksum;
};

/* All zero: empty. */
struct dictionary {
	/* Its arena is for the rest, too. */
	struct names names;
	struct retis_start *start;
	/* By number less one; `start` refers to it. */
	const struct retis_start *hosts[RETIS_HOSTS_MAX];
	struct dictionary_section sections[REGISTRY_MAX];
	uint32_t n_sections;
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

#endif
