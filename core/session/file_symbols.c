/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/session/file_symbols.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/event/buffer.h"
#include "core/file/dictionary.h"
#include "core/file/writer.h"
#include "core/session/session.h"
#include "core/session/stack.h"

/* Symbols in a file reach to the next one; code is no larger than that. */
#define SYMBOL_SIZE (1u << 24)

void file_symbols_fini(struct file_symbols *seen)
{
	free(seen->slots);
}

/* The slot of ADDRESS, or the free one where it belongs; 0 is no address. */
static uint64_t *find_slot(const struct file_symbols *seen, uint64_t address)
{
	size_t i = (size_t)((address * 0x9e3779b97f4a7c15ULL) >> 32);

	while (seen->slots[i & (seen->room - 1)] && seen->slots[i & (seen->room - 1)] != address)
		i++;
	return &seen->slots[i & (seen->room - 1)];
}

static int grow(struct file_symbols *seen)
{
	struct file_symbols bigger = { .n = seen->n, .room = seen->room ? seen->room * 2 : 1024 };

	bigger.slots = calloc(bigger.room, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < seen->room; i++)
		if (seen->slots[i])
			*find_slot(&bigger, seen->slots[i]) = seen->slots[i];
	free(seen->slots);
	*seen = bigger;
	return 0;
}

/* 1: it was not seen before, 0: it was. */
static int note(struct file_symbols *seen, uint64_t address)
{
	uint64_t *slot;
	int err = 2 * seen->n >= seen->room ? grow(seen) : 0;

	if (err)
		return err;
	slot = find_slot(seen, address);
	if (*slot || !address)
		return 0;
	*slot = address;
	seen->n++;
	return 1;
}

static int add_frames(struct file_symbols *seen, const struct session *s,
		      const struct retis_section *section, struct retis_text *records)
{
	const uint64_t *frames = (const void *)(section + 1);

	for (uint32_t i = 0; i < section->size / sizeof(*frames); i++) {
		char room[FRAME_SYMBOL_SIZE];
		const char *symbol;
		uint64_t offset;
		int is_new = note(seen, frames[i]);

		if (is_new < 0)
			return is_new;
		if (!is_new)
			continue;
		symbol = stack_symbol(s, frames[i], &offset, room);
		if (symbol)
			dictionary_put_symbol(records, frames[i] - offset, SYMBOL_SIZE, symbol);
	}
	return records->failed ? -ENOMEM : 0;
}

int file_symbols_add(struct file_symbols *seen, const struct session *s, struct writer *w,
		     const struct retis_event *event)
{
	const struct retis_section *section = NULL;
	struct retis_text records;
	int err;

	while ((section = retis_section_next(event, section)))
		if (section->type == s->stack_section)
			break;
	if (!section)
		return 0;
	err = text_init(&records, 1024);
	if (err)
		return err;
	err = add_frames(seen, s, section, &records);
	if (!err && records.length)
		err = writer_add(w, &records);
	text_fini(&records);
	return err;
}
