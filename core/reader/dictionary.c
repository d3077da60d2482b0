/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/reader/dictionary.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "core/event/probe_text.h"
#include "core/file/format.h"
#include "core/reader/cursor.h"
#include "core/util/list.h"

/* Bytes of a field, and of an enum's name, at the least: more than there can be
 * are not made room for. */
#define FIELD_BYTES 41
#define NAME_BYTES 11

/* NULL: it is damaged, or there is no memory. */
static struct retis_start *take_start(struct dictionary *d, struct cursor *c)
{
	struct retis_start *start = arena_get(&d->names.arena, sizeof(*start));

	if (!start)
		return NULL;
	*start = (struct retis_start){ .host_name = "", .host_id = "" };
	start->timestamp = cursor_u64(c);
	start->clock_offset = (int64_t)cursor_u64(c);
	start->collection = cursor_u64(c);
	start->split.kind = (enum retis_split_kind)cursor_u32(c);
	start->split.id = cursor_u32(c);
	start->split.limit = cursor_u64(c);
	start->version = cursor_string(c);
	start->command_line = cursor_string(c);
	start->kernel_release = cursor_string(c);
	start->kernel_version = cursor_string(c);
	start->machine = cursor_string(c);
	/* Older writers know no hosts. */
	if (c->left) {
		start->host_name = cursor_string(c);
		start->host_id = cursor_string(c);
		start->clock_error = cursor_u64(c);
		start->clock_error_max = cursor_u64(c);
	}
	return c->bad || start->split.kind > RETIS_SPLIT_TIME ? NULL : start;
}

static void name_stored_host(struct dictionary *d, uint8_t number, const struct retis_start *start)
{
	d->names.arena.no_memory |=
		name_tables_add_host(&d->names.tables, number, start->host_name) == -ENOMEM;
}

static bool read_start(struct dictionary *d, struct cursor *c, struct dictionary_change *change)
{
	/* The first one holds: others of the same file only repeat it. */
	if (d->start)
		return true;
	d->start = take_start(d, c);
	change->started = d->start != NULL;
	if (d->start)
		name_stored_host(d, 0, d->start);
	return d->start != NULL;
}

/* Behind the start it belongs to. */
static bool read_host(struct dictionary *d, struct cursor *c)
{
	uint16_t number = cursor_u16(c);

	if (!d->start || !number || number > RETIS_HOSTS_MAX)
		return false;
	d->start->hosts = d->hosts;
	if (d->hosts[number - 1])
		return true;
	d->hosts[number - 1] = take_start(d, c);
	if (!d->hosts[number - 1])
		return false;
	name_stored_host(d, (uint8_t)number, d->hosts[number - 1]);
	if (number > d->start->n_hosts)
		d->start->n_hosts = number;
	return true;
}

static void *get_array(struct cursor *c, uint32_t n, size_t size, size_t bytes)
{
	void *array = NULL;

	if (n && n <= c->left / bytes)
		array = arena_get(c->arena, n * size);
	if (n && !array)
		c->bad = true;
	return array;
}

static void read_enum_names(struct cursor *c, struct retis_field *f)
{
	struct retis_enum_name *names;

	f->n_names = cursor_u32(c);
	names = get_array(c, f->n_names, sizeof(*names), NAME_BYTES);
	for (uint32_t i = 0; i < f->n_names && !c->bad; i++) {
		names[i].value = (int64_t)cursor_u64(c);
		names[i].name = cursor_string(c);
	}
	f->names = names;
}

/* Newer writers may have appended more. */
static void read_field_more(struct cursor *c, struct retis_field *f)
{
	struct cursor more = { .at = c->at, .arena = c->arena };

	more.left = cursor_u16(c);
	if (!cursor_skip(c, more.left))
		return;
	more.at = c->at - more.left;
	f->role = (enum retis_role)cursor_u32(&more);
	f->names_from = cursor_string(&more);
	if (!*f->names_from)
		f->names_from = NULL;
	c->bad |= more.bad;
}

static const struct retis_field *read_fields(struct cursor *c, uint32_t *n, int depth)
{
	struct retis_field *fields;

	*n = cursor_u32(c);
	if (depth > REGISTRY_DEPTH_MAX)
		c->bad |= *n != 0;
	if (c->bad)
		return NULL;
	fields = get_array(c, *n, sizeof(*fields), FIELD_BYTES);
	for (uint32_t i = 0; i < *n && !c->bad; i++) {
		struct retis_field *f = &fields[i];

		f->kind = (enum retis_kind)cursor_u16(c);
		f->offset = cursor_u32(c);
		f->size = cursor_u32(c);
		f->count = cursor_u32(c);
		f->present = cursor_u32(c);
		f->name = cursor_string(c);
		f->about = cursor_string(c);
		read_enum_names(c, f);
		read_field_more(c, f);
		f->fields = read_fields(c, &f->n_fields, depth + 1);
	}
	return fields;
}

static bool stored_name_valid(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n && n <= REGISTRY_NAME_MAX && !name[n];
}

static bool section_valid(const struct dictionary *d, const struct retis_file_section *s)
{
	char reason[160];

	if (!stored_name_valid(s->type.name) || s->type.place > RETIS_FIRST_LINE)
		return false;
	for (uint32_t i = 0; i < d->n_sections; i++)
		if (d->sections[i].section &&
		    !strcmp(d->sections[i].section->type.name, s->type.name))
			return false;
	return !registry_check_fields(s->type.fields, s->type.n_fields, reason, sizeof(reason));
}

static bool read_section_record(struct dictionary *d, struct cursor *c, uint32_t checksum,
				struct dictionary_change *change)
{
	uint16_t number = cursor_u16(c);
	struct retis_file_section *s;

	if (number >= REGISTRY_MAX)
		return false;
	if (d->sections[number].section)
		return d->sections[number].checksum == checksum;
	s = arena_get(&d->names.arena, sizeof(*s));
	if (!s)
		return false;
	s->type.place = (enum retis_place)cursor_u16(c);
	s->type.version = cursor_u32(c);
	s->type.rank = cursor_u32(c);
	s->type.line = cursor_u32(c);
	s->plugin = cursor_string(c);
	s->plugin_version = cursor_string(c);
	s->type.name = cursor_string(c);
	s->type.about = cursor_string(c);
	s->type.joins = cursor_string(c);
	if (!*s->type.joins)
		s->type.joins = NULL;
	s->type.fields = read_fields(c, &s->type.n_fields, 1);
	if (c->bad || !section_valid(d, s))
		return false;
	d->sections[number] = (struct dictionary_section){ s, checksum };
	if (number >= d->n_sections)
		d->n_sections = number + 1u;
	change->grown = true;
	return true;
}

static bool read_probe(struct dictionary *d, struct cursor *c, struct dictionary_change *change)
{
	uint16_t number = cursor_u16(c), flags = cursor_u16(c);
	struct retis_file_probe p = { .ip = cursor_u64(c) };
	int err;

	c->arena = NULL;
	p.symbol = cursor_string(c);
	p.type = cursor_string(c);
	p.tag = cursor_string(c);
	p.path = cursor_string(c);
	if (!(flags & 1))
		p.path = NULL;
	p.backend = flags & 2 ? cursor_string(c) : NULL;
	probe_name_renew(&p);
	err = c->bad ? -EINVAL : names_put_probe(&d->names, number, &p);
	d->names.arena.no_memory |= err == -ENOMEM;
	change->grown |= err > 0;
	return err >= 0;
}

static bool read_symbol(struct dictionary *d, struct cursor *c, struct dictionary_change *change)
{
	uint64_t start = cursor_u64(c), size = cursor_u64(c);
	const char *name;
	int err;

	c->arena = NULL;
	name = cursor_string(c);
	err = c->bad ? -EINVAL : names_put_symbol(&d->names, start, size, name);
	d->names.arena.no_memory |= err == -ENOMEM;
	change->grown |= err > 0;
	return err >= 0;
}

static bool read_name(struct dictionary *d, struct cursor *c, struct dictionary_change *change)
{
	struct retis_file_name name = { .since = cursor_u64(c) };
	int err;

	c->arena = NULL;
	name.table = cursor_string(c);
	name.key_size = cursor_u16(c);
	name.key = c->at;
	if (!cursor_skip(c, name.key_size))
		return false;
	name.text = cursor_string(c);
	err = c->bad ? -EINVAL : name_tables_add(&d->names.tables, &name);
	d->names.arena.no_memory |= err == -ENOMEM;
	if (err < 0)
		return false;
	change->grown |= err > 0;
	return true;
}

static bool read_record(struct dictionary *d, const struct record_header *h,
			const unsigned char *data, struct dictionary_change *change)
{
	struct cursor c = { .at = data, .left = h->size, .arena = &d->names.arena };

	switch (h->kind) {
	case RECORD_START:
		return read_start(d, &c, change);
	case RECORD_SECTION:
		return read_section_record(d, &c, (uint32_t)crc32_z(0, data, h->size), change);
	case RECORD_PROBE:
		return read_probe(d, &c, change);
	case RECORD_SYMBOL:
		return read_symbol(d, &c, change);
	case RECORD_NAME:
		return read_name(d, &c, change);
	case RECORD_HOST:
		return read_host(d, &c);
	default:
		return true;
	}
}

void dictionary_read(struct dictionary *d, const void *records, size_t size,
		     struct dictionary_change *change)
{
	const unsigned char *at = records;
	struct record_header h;

	*change = (struct dictionary_change){};
	for (; size; at += h.size, size -= h.size) {
		size_t mark = d->names.arena.used;

		if (size < sizeof(h)) {
			change->bad = "bad dictionary";
			break;
		}
		memcpy(&h, at, sizeof(h));
		at += sizeof(h);
		size -= sizeof(h);
		if (h.size > size) {
			change->bad = "bad dictionary";
			break;
		}
		if (!read_record(d, &h, at, change)) {
			arena_rewind(&d->names.arena, mark);
			change->bad = "bad record in a dictionary";
		}
	}
	names_sort_symbols(&d->names);
}

void dictionary_fini(struct dictionary *d)
{
	names_fini(&d->names);
	*d = (struct dictionary){};
}
