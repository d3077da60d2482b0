/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What the dictionaries say, for users of the library. */
#include <string.h>

#include "core/reader/loss_text.h"
#include "core/reader/names.h"
#include "core/reader/private.h"

#define API __attribute__((visibility("default")))

API const struct retis_start *retis_reader_start(const struct retis_reader *r)
{
	return r->dictionary.start;
}

API const struct retis_file_section *retis_reader_section(const struct retis_reader *r,
							  uint32_t number)
{
	return number < r->dictionary.n_sections ? r->dictionary.sections[number].section : NULL;
}

API uint32_t retis_reader_n_sections(const struct retis_reader *r)
{
	return r->dictionary.n_sections;
}

API const struct retis_file_probe *retis_reader_probe(const struct retis_reader *r, uint32_t number)
{
	const struct names *names = &r->dictionary.names;
	bool known = number < names->n_probes && names->probes[number] != &names_unknown;

	return known ? names->probes[number] : NULL;
}

API uint32_t retis_reader_n_probes(const struct retis_reader *r)
{
	return r->dictionary.names.n_probes;
}

API const char *retis_reader_symbol(const struct retis_reader *r, uint64_t address,
				    uint64_t *offset)
{
	return names_symbol(&r->dictionary.names, address, offset);
}

API bool retis_reader_name_at(struct retis_reader *r, size_t index, struct retis_file_name *name)
{
	return name_tables_get(&r->dictionary.names.tables, index, name);
}

API const struct retis_names *retis_reader_names(struct retis_reader *r)
{
	return name_tables_api(&r->dictionary.names.tables);
}

const struct names *reader_all_names(const struct retis_reader *r)
{
	return &r->dictionary.names;
}

API const char *retis_loss_text(uint16_t cause)
{
	static const char *const texts[] = {
		[RETIS_LOSS_RING_FULL] = LOSS_TEXT_RING_FULL,
		[RETIS_LOSS_NESTING] = LOSS_TEXT_NESTING,
		[RETIS_LOSS_SECTION] = LOSS_TEXT_SECTION,
		[RETIS_LOSS_SKIPPED] = LOSS_TEXT_SKIPPED,
		[RETIS_LOSS_MAP_FULL] = LOSS_TEXT_MAP_FULL,
		[RETIS_LOSS_UNPAIRED] = LOSS_TEXT_UNPAIRED,
		[RETIS_LOSS_UNTRACKED] = LOSS_TEXT_UNTRACKED,
		[RETIS_LOSS_UNREAD] = LOSS_TEXT_UNREAD,
	};

	return cause < sizeof(texts) / sizeof(texts[0]) && texts[cause] ? texts[cause]
									: "unknown cause";
}
