/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/session/symbol_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/collect/consumer.h"
#include "core/event/field.h"
#include "core/event/frame.h"
#include "core/session/archive.h"
#include "core/session/stack.h"
#include "core/util/list.h"

static bool is_symbol(const struct retis_field *f)
{
	return f->kind == RETIS_NAME && f->size == sizeof(uint64_t) && !f->count &&
	       !strcmp(f->names_from, RETIS_SYMBOLS);
}

static int add_symbol_fields(struct symbol_names *names, const struct retis_section_type *type,
			     uint16_t number)
{
	int err = 0;

	for (uint32_t i = 0; i < type->n_fields && !err; i++) {
		if (!is_symbol(&type->fields[i]))
			continue;
		err = list_grow((void **)&names->fields, names->n_fields, &names->room,
				sizeof(*names->fields));
		if (!err)
			names->fields[names->n_fields++] =
				(struct symbol_field){ number, &type->fields[i] };
	}
	return err;
}

int symbol_names_init(struct symbol_names *names, const struct plan *plan,
		      const struct stack_names *stack, struct archive *archive)
{
	int err = 0;

	names->stack = stack;
	names->archive = archive;
	for (size_t i = 0; i < plan->n_collectors; i++) {
		const struct plugin *plugin = plan->collectors[i].plugin;

		for (uint32_t n = 0; n < plugin->desc.n_sections && !err; n++)
			err = add_symbol_fields(names, &plugin->desc.sections[n],
						(uint16_t)(plugin->section_base + n));
	}
	return err;
}

void symbol_names_fini(struct symbol_names *names)
{
	free(names->fields);
	intern_fini(&names->seen);
	*names = (struct symbol_names){};
}

static int add_symbol_name(const struct symbol_names *names, uint64_t address, uint64_t since)
{
	char room[FRAME_SYMBOL_SIZE], text[FRAME_SYMBOL_SIZE + 20];
	struct retis_text out = { .data = text, .capacity = sizeof(text) - 1 };
	struct retis_file_name name = { .since = since,
					.table = RETIS_SYMBOLS,
					.key = &address,
					.key_size = sizeof(address),
					.text = text };
	uint64_t offset = 0;
	const char *symbol = stack_symbol(names->stack, address, &offset, room);
	int err;

	frame_put(&out, symbol, offset, address);
	text[out.length] = '\0';
	err = archive_name(names->archive, &name);
	return err == -ENOSPC ? 0 : err;
}

static int name_field(struct symbol_names *names, const struct retis_event *event,
		      const struct retis_section *section, const struct retis_field *field)
{
	const struct retis_view view = { .length = section->size,
					 .data = section + 1,
					 .present = section->present };
	uint64_t address;
	int is_new;

	if (!field_present(field, &view))
		return 0;
	address = field_uint(field_data(field, &view), sizeof(address));
	is_new = intern_address(&names->seen, address);
	return is_new > 0 ? add_symbol_name(names, address, event->timestamp) : is_new;
}

static int name_symbols(void *arg, const struct retis_event *event)
{
	struct symbol_names *names = arg;
	const struct retis_section *section = NULL;
	int err = 0;

	while (!err && (section = retis_section_next(event, section)))
		for (size_t i = 0; i < names->n_fields && !err; i++)
			if (names->fields[i].section == section->type)
				err = name_field(names, event, section, names->fields[i].field);
	return err;
}

void symbol_names_sink(struct symbol_names *names, struct sink *sink)
{
	*sink = (struct sink){ .arg = names, .event = name_symbols };
}
