/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/file/dictionary.h"

#include <string.h>

#include "core/file/format.h"

static void put_record_u16(struct retis_text *out, uint16_t v)
{
	retis_text_bytes(out, (const char *)&v, sizeof(v));
}

static void put_record_u32(struct retis_text *out, uint32_t v)
{
	retis_text_bytes(out, (const char *)&v, sizeof(v));
}

static void put_record_u64(struct retis_text *out, uint64_t v)
{
	retis_text_bytes(out, (const char *)&v, sizeof(v));
}

/* Its length, the bytes, and a zero so that a reader can use it in place. */
static void put_record_string(struct retis_text *out, const char *s)
{
	size_t n = s ? strlen(s) : 0;

	if (n > UINT16_MAX - 1)
		n = UINT16_MAX - 1;
	put_record_u16(out, (uint16_t)n);
	retis_text_bytes(out, s ? s : "", n);
	retis_text_char(out, '\0');
}

/* Returns where the record starts, for end_record(). */
static size_t begin_record(struct retis_text *out, enum record_kind kind)
{
	struct record_header h = { .kind = kind };
	size_t at = out->length;

	retis_text_bytes(out, (const char *)&h, sizeof(h));
	return at;
}

static void end_record(struct retis_text *out, size_t at)
{
	uint32_t size = (uint32_t)(out->length - at - sizeof(struct record_header));

	if (!out->failed)
		memcpy(out->data + at + offsetof(struct record_header, size), &size, sizeof(size));
}

static void put_start(struct retis_text *out, const struct retis_start *start)
{
	put_record_u64(out, start->timestamp);
	put_record_u64(out, (uint64_t)start->clock_offset);
	put_record_u64(out, start->collection);
	put_record_u32(out, (uint32_t)start->split.kind);
	put_record_u32(out, start->split.id);
	put_record_u64(out, start->split.limit);
	put_record_string(out, start->version);
	put_record_string(out, start->command_line);
	put_record_string(out, start->kernel_release);
	put_record_string(out, start->kernel_version);
	put_record_string(out, start->machine);
	put_record_string(out, start->host_name);
	put_record_string(out, start->host_id);
	put_record_u64(out, start->clock_error);
	put_record_u64(out, start->clock_error_max);
}

void dictionary_put_start(struct retis_text *out, const struct retis_start *start)
{
	size_t at = begin_record(out, RECORD_START);

	put_start(out, start);
	end_record(out, at);
}

void dictionary_put_host(struct retis_text *out, uint16_t number, const struct retis_start *start)
{
	size_t at = begin_record(out, RECORD_HOST);

	put_record_u16(out, number);
	put_start(out, start);
	end_record(out, at);
}

/* What readers of the first files do not know: its size comes first. */
static void put_field_more(struct retis_text *out, const struct retis_field *f)
{
	const char *from = f->names_from ? f->names_from : "";

	put_record_u16(out, (uint16_t)(sizeof(uint32_t) + sizeof(uint16_t) + strlen(from) + 1));
	put_record_u32(out, (uint32_t)f->role);
	put_record_string(out, from);
}

static void put_record_fields(struct retis_text *out, const struct retis_field *fields, uint32_t n)
{
	put_record_u32(out, n);
	for (uint32_t i = 0; i < n; i++) {
		const struct retis_field *f = &fields[i];
		uint32_t names = f->kind == RETIS_ENUM ? f->n_names : 0;

		put_record_u16(out, (uint16_t)f->kind);
		put_record_u32(out, f->offset);
		put_record_u32(out, f->size);
		put_record_u32(out, f->count);
		put_record_u32(out, f->present);
		put_record_string(out, f->name);
		put_record_string(out, f->about);
		put_record_u32(out, names);
		for (uint32_t j = 0; j < names; j++) {
			put_record_u64(out, (uint64_t)f->names[j].value);
			put_record_string(out, f->names[j].name);
		}
		put_field_more(out, f);
		/* Tables were checked: groups end. */
		put_record_fields(out, f->fields, f->kind == RETIS_OBJECT ? f->n_fields : 0);
	}
}

void dictionary_put_section(struct retis_text *out, uint16_t number,
			    const struct retis_file_section *section)
{
	const struct retis_section_type *type = &section->type;
	size_t at = begin_record(out, RECORD_SECTION);

	put_record_u16(out, number);
	put_record_u16(out, (uint16_t)type->place);
	put_record_u32(out, type->version);
	put_record_u32(out, type->rank);
	put_record_u32(out, type->line);
	put_record_string(out, section->plugin);
	put_record_string(out, section->plugin_version);
	put_record_string(out, type->name);
	put_record_string(out, type->about);
	put_record_string(out, type->joins);
	put_record_fields(out, type->fields, type->n_fields);
	end_record(out, at);
}

void dictionary_put_probe(struct retis_text *out, uint16_t number,
			  const struct retis_file_probe *probe)
{
	size_t at = begin_record(out, RECORD_PROBE);

	put_record_u16(out, number);
	put_record_u16(out, (probe->path ? 1 : 0) | (probe->backend ? 2 : 0));
	put_record_u64(out, probe->ip);
	put_record_string(out, probe->symbol);
	put_record_string(out, probe->type);
	put_record_string(out, probe->tag);
	put_record_string(out, probe->path);
	if (probe->backend)
		put_record_string(out, probe->backend);
	end_record(out, at);
}

void dictionary_put_symbol(struct retis_text *out, uint64_t start, uint64_t size, const char *name)
{
	size_t at = begin_record(out, RECORD_SYMBOL);

	put_record_u64(out, start);
	put_record_u64(out, size);
	put_record_string(out, name);
	end_record(out, at);
}

void dictionary_put_name(struct retis_text *out, const struct retis_file_name *name)
{
	size_t at = begin_record(out, RECORD_NAME);

	put_record_u64(out, name->since);
	put_record_string(out, name->table);
	put_record_u16(out, (uint16_t)name->key_size);
	retis_text_bytes(out, name->key, name->key_size);
	put_record_string(out, name->text);
	end_record(out, at);
}
