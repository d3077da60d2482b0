/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The records of a dictionary, and an event read by them.
 *
 * Input: a block of records, taken until the hosts ahead of their start are known, too:
 * then nothing may change.
 */
#include <stdlib.h>
#include <string.h>

#include "core/file/format.h"
#include "core/reader/dictionary.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dictionary d;
	struct dictionary_change change;
	size_t used;

	dictionary_read(&d, data, size, &change);
	for (uint32_t i = 0; i < d.n_sections; i++) {
		const struct retis_file_section *s = d.sections[i].section;
		char reason[160];

		if (s &&
		    registry_check_fields(s->type.fields, s->type.n_fields, reason, sizeof(reason)))
			abort();
	}
	for (size_t i = 1; i < d.names.n_symbols; i++)
		if (d.names.symbols[i - 1].start >= d.names.symbols[i].start)
			abort();
	dictionary_read(&d, data, size, &change);
	used = d.names.arena.used;
	dictionary_read(&d, data, size, &change);
	if (change.started || change.grown || d.names.arena.used != used)
		abort();
	dictionary_fini(&d);
	return 0;
}
