/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/session/file_symbols.h"

#include <errno.h>

#include "core/event/buffer.h"
#include "core/file/dictionary.h"
#include "core/file/writer.h"
#include "core/session/archive.h"

/* Symbols in a file reach to the next one; code is no larger than that. */
#define SYMBOL_SIZE (1u << 24)

static int add_frames(struct archive *archive, const struct retis_section *section,
		      struct retis_text *records)
{
	const uint64_t *frames = (const void *)(section + 1);

	for (uint32_t i = 0; i < section->size / sizeof(*frames); i++) {
		char room[FRAME_SYMBOL_SIZE];
		const char *symbol;
		uint64_t offset;
		int is_new = intern_address(&archive->symbols, frames[i]);

		if (is_new < 0)
			return is_new;
		if (!is_new)
			continue;
		symbol = stack_symbol(archive->stack, frames[i], &offset, room);
		if (symbol)
			dictionary_put_symbol(records, frames[i] - offset, SYMBOL_SIZE, symbol);
	}
	return records->failed ? -ENOMEM : 0;
}

int file_symbols_add(struct archive *archive, const struct retis_event *event)
{
	const struct retis_section *section = NULL;
	struct retis_text records;
	int err;

	while ((section = retis_section_next(event, section)))
		if (section->type == archive->stack_section)
			break;
	if (!section)
		return 0;
	err = text_init(&records, 1024);
	if (err)
		return err;
	err = add_frames(archive, section, &records);
	if (!err && records.length)
		err = writer_add(archive->writer, &records);
	text_fini(&records);
	return err;
}
