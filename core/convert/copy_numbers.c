/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of sections and probes: given when something is seen first, so only that gets
 * into the file. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/convert/copy_private.h"
#include "core/file/dictionary.h"
#include "core/util/hash.h"

int copy_forget_numbers(struct copy_source *source, const struct input_names *names)
{
	size_t n = names->n_probes ? names->n_probes : 1;
	uint16_t *map;

	if (source->generation == names->generation)
		return 0;
	map = realloc(source->probe_map, n * sizeof(*map));
	if (!map)
		return -ENOMEM;
	source->probe_map = map;
	source->n_probe_map = names->n_probes;
	memset(map, 0, n * sizeof(*map));
	memset(source->section_map, 0, sizeof(source->section_map));
	source->generation = names->generation;
	/* Readers skip those that come again. */
	source->n_names = 0;
	copy_find_times(source, names->registry);
	return 0;
}

static void hash_copied_string(uint64_t *hash, const char *text)
{
	*hash = hash_bytes(*hash, text ? text : "", text ? strlen(text) + 1 : 1);
}

/* What values are read by: not what is said about them. */
static void hash_fields(uint64_t *hash, const struct retis_field *fields, uint32_t n)
{
	*hash = hash_bytes(*hash, &n, sizeof(n));
	for (uint32_t i = 0; i < n; i++) {
		const struct retis_field *f = &fields[i];
		const uint32_t numbers[] = { (uint32_t)f->kind, f->offset,  f->size,
					     f->count,		f->present, (uint32_t)f->role };
		bool group = f->kind == RETIS_OBJECT;

		*hash = hash_bytes(*hash, numbers, sizeof(numbers));
		hash_copied_string(hash, f->name);
		hash_copied_string(hash, f->names_from);
		for (uint32_t j = 0; f->kind == RETIS_ENUM && j < f->n_names; j++) {
			*hash = hash_bytes(*hash, &f->names[j].value, sizeof(f->names[j].value));
			hash_copied_string(hash, f->names[j].name);
		}
		hash_fields(hash, f->fields, group ? f->n_fields : 0);
	}
}

static uint64_t hash_section(const struct retis_section_type *type)
{
	uint64_t hash = HASH_START;

	hash = hash_bytes(hash, &type->version, sizeof(type->version));
	hash_fields(&hash, type->fields, type->n_fields);
	return hash;
}

static uint16_t add_copied_section(struct copy *c, const struct input_names *names, uint16_t number)
{
	const struct registry_entry *entry = &names->registry->entries[number];
	const struct retis_section_type *type = entry->type;
	struct retis_file_section section = {
		.plugin = entry->plugin,
		.plugin_version = entry->plugin_version,
		.type = *type,
	};
	int n = intern_get(&c->sections, type->name, strlen(type->name), REGISTRY_MAX);
	uint64_t layout = hash_section(type);

	if (n < 0)
		return COPY_LEFT_OUT;
	if (n < c->n_sections)
		return c->layouts[n] == layout ? (uint16_t)n : COPY_LEFT_OUT;
	dictionary_put_section(&c->records, (uint16_t)n, &section);
	c->layouts[n] = layout;
	c->n_sections++;
	return (uint16_t)n;
}

uint16_t copy_map_section(struct copy *c, struct copy_source *source,
			  const struct input_names *names, uint16_t number)
{
	uint16_t *map;

	if (number >= names->registry->n)
		return COPY_LEFT_OUT;
	map = &source->section_map[number];
	if (!*map) {
		uint16_t n = add_copied_section(c, names, number);

		*map = n == COPY_LEFT_OUT ? n : n + 1;
	}
	return *map == COPY_LEFT_OUT ? COPY_LEFT_OUT : *map - 1;
}

uint16_t copy_map_probe(struct copy *c, struct copy_source *source, const struct input_names *names,
			uint16_t number)
{
	if (number >= source->n_probe_map)
		return number == RETIS_NO_PROBE ? RETIS_NO_PROBE : RETIS_NO_PROBE - 1;
	if (!source->probe_map[number]) {
		uint32_t known = c->names.n_probes;
		int n = names_add_probe(&c->names, names->probes[number], RETIS_NO_PROBE - 1);

		if (n < 0)
			return RETIS_NO_PROBE - 1;
		if (c->names.n_probes > known)
			dictionary_put_probe(&c->records, (uint16_t)n, c->names.probes[n]);
		source->probe_map[number] = (uint16_t)(n + 1);
	}
	return source->probe_map[number] - 1;
}
