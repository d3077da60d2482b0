/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What is not said to be optional is required, a member that nobody knows is
 * allowed: third parties add sections, newer versions add fields.
 */
#include "core/event/schema.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/event/pretty.h"

/* All sections by name. */
struct list {
	const struct retis_section_type *types[REGISTRY_MAX + 8];
	size_t n;
};

static int by_section_name(const void *a, const void *b)
{
	const struct retis_section_type *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static void list_section_types(struct list *list, const struct registry *registry)
{
	for (const struct retis_section_type *t = schema_own; t->name; t++)
		list->types[list->n++] = t;
	for (uint16_t i = 0; i < registry->n; i++) {
		const struct retis_section_type *type = registry->entries[i].type;
		bool own = false;

		for (const struct retis_section_type *t = schema_own; t->name; t++)
			own |= !strcmp(t->name, type->name);
		if (!own)
			list->types[list->n++] = type;
	}
	qsort(list->types, list->n, sizeof(list->types[0]), by_section_name);
}

/* "skb-drop" to "SkbDropEvent". */
static const char *definition_name(const char *name, char *to, size_t size)
{
	bool start = true;
	size_t n = 0;

	for (; *name && n + 1 < size; name++) {
		if (*name != '-')
			to[n++] = (char)(start ? toupper((unsigned char)*name) : *name);
		start = *name == '-';
	}
	snprintf(to + n, size - n, "Event");
	return to;
}

static void put_type(struct pretty *p, const char *type, bool optional)
{
	if (!optional) {
		pretty_string(p, "type", type);
		return;
	}
	pretty_open(p, "type", '[');
	pretty_string(p, NULL, type);
	pretty_string(p, NULL, "null");
	pretty_close(p, ']');
}

static void put_integer(struct pretty *p, const struct retis_field *f, bool optional)
{
	bool is_signed = f->kind == RETIS_INT;
	uint64_t max = ~0ull >> (64 - 8 * f->size);
	char format[16];

	put_type(p, "integer", optional);
	snprintf(format, sizeof(format), "%sint%u", is_signed ? "" : "u", 8 * f->size);
	pretty_string(p, "format", format);
	if (is_signed)
		pretty_int(p, "minimum", -(int64_t)(max / 2) - 1);
	else
		pretty_uint(p, "minimum", 0);
	pretty_uint(p, "maximum", is_signed ? max / 2 : max);
}

static void put_string_schema(struct pretty *p, const char *key, const char *value, bool optional)
{
	put_type(p, "string", optional);
	if (key)
		pretty_string(p, key, value);
}

/* Values without a name are numbers in a string. */
static void put_enum_schema(struct pretty *p, const struct retis_field *f, bool optional)
{
	if (f->names_from) {
		/* Names come while collecting. */
		put_string_schema(p, NULL, NULL, optional);
		return;
	}
	pretty_open(p, "anyOf", '[');
	if (f->n_names) {
		pretty_open(p, NULL, '{');
		pretty_string(p, "type", "string");
		pretty_open(p, "enum", '[');
		for (uint32_t i = 0; i < f->n_names; i++)
			pretty_string(p, NULL, f->names[i].name);
		pretty_close(p, ']');
		pretty_close(p, '}');
	}
	pretty_open(p, NULL, '{');
	put_string_schema(p, "pattern", "^-?[0-9]+$", optional);
	pretty_close(p, '}');
	pretty_close(p, ']');
}

static void put_object(struct pretty *p, const struct retis_field *fields, uint32_t n,
		       bool optional);

static void put_value_schema(struct pretty *p, const struct retis_field *f, bool optional)
{
	switch (f->kind) {
	case RETIS_UINT:
	case RETIS_HEX:
	case RETIS_INT:
		put_integer(p, f, optional);
		break;
	case RETIS_BOOL:
		put_type(p, "boolean", optional);
		break;
	case RETIS_STRING:
	case RETIS_NAME:
	case RETIS_IP:
		put_string_schema(p, NULL, NULL, optional);
		break;
	case RETIS_BYTES:
		put_string_schema(p, "contentEncoding", "base64", optional);
		break;
	case RETIS_ENUM:
		put_enum_schema(p, f, optional);
		break;
	case RETIS_IP4:
		put_string_schema(p, "format", "ipv4", optional);
		break;
	case RETIS_IP6:
		put_string_schema(p, "format", "ipv6", optional);
		break;
	case RETIS_MAC:
		put_string_schema(p, "pattern", "^([0-9a-f]{2}:){5}[0-9a-f]{2}$", optional);
		break;
	case RETIS_OBJECT:
		put_object(p, f->fields, f->n_fields, optional);
		break;
	case RETIS_LINES:
		put_type(p, "array", optional);
		pretty_open(p, "items", '{');
		put_type(p, "string", false);
		pretty_close(p, '}');
		break;
	case RETIS_JSON:
		break;
	}
}

static void put_array_schema(struct pretty *p, const struct retis_field *f)
{
	put_type(p, "array", f->present);
	pretty_open(p, "items", '{');
	put_value_schema(p, f, false);
	pretty_close(p, '}');
	if (f->count == SCHEMA_ANY_COUNT)
		return;
	pretty_uint(p, "minItems", f->count);
	pretty_uint(p, "maxItems", f->count);
}

static void put_field_schema(struct pretty *p, const struct retis_field *f)
{
	pretty_open(p, f->name, '{');
	if (f->about)
		pretty_string(p, "description", f->about);
	if (f->count)
		put_array_schema(p, f);
	else
		put_value_schema(p, f, f->present);
	pretty_close(p, '}');
}

/* Always there? A group is left out when nothing in it is there. */
static bool is_required(const struct retis_field *f)
{
	if (f->present || f->kind == RETIS_JSON || f->kind == RETIS_NAME)
		return false;
	if (f->kind != RETIS_OBJECT)
		return true;
	for (uint32_t i = 0; i < f->n_fields; i++) {
		if (is_required(&f->fields[i]))
			return true;
	}
	return false;
}

static void put_required(struct pretty *p, const struct retis_field *fields, uint32_t n)
{
	bool any = false;

	for (uint32_t i = 0; i < n; i++) {
		if (!is_required(&fields[i]))
			continue;
		if (!any)
			pretty_open(p, "required", '[');
		any = true;
		pretty_string(p, NULL, fields[i].name);
	}
	if (any)
		pretty_close(p, ']');
}

static void put_object(struct pretty *p, const struct retis_field *fields, uint32_t n,
		       bool optional)
{
	put_type(p, "object", optional);
	pretty_open(p, "properties", '{');
	for (uint32_t i = 0; i < n; i++) {
		if (fields[i].kind != RETIS_JSON)
			put_field_schema(p, &fields[i]);
	}
	pretty_close(p, '}');
	put_required(p, fields, n);
}

static void put_reference(struct pretty *p, const struct retis_section_type *type)
{
	char name[REGISTRY_NAME_MAX + 16], path[REGISTRY_NAME_MAX + 32];

	pretty_open(p, type->name, '{');
	if (type->about)
		pretty_string(p, "description", type->about);
	snprintf(path, sizeof(path), "#/$defs/%s", definition_name(type->name, name, sizeof(name)));
	pretty_open(p, "anyOf", '[');
	pretty_open(p, NULL, '{');
	pretty_string(p, "$ref", path);
	pretty_close(p, '}');
	pretty_open(p, NULL, '{');
	pretty_string(p, "type", "null");
	pretty_close(p, '}');
	pretty_close(p, ']');
	pretty_close(p, '}');
}

static void put_definition(struct pretty *p, const struct retis_section_type *type)
{
	char name[REGISTRY_NAME_MAX + 16];

	pretty_open(p, definition_name(type->name, name, sizeof(name)), '{');
	if (type->about)
		pretty_string(p, "description", type->about);
	put_object(p, type->fields, type->n_fields, false);
	pretty_close(p, '}');
}

void schema_print(const struct registry *registry, bool compact, struct retis_text *out)
{
	struct pretty p = { .out = out, .compact = compact };
	struct list list = { .n = 0 };

	list_section_types(&list, registry);
	pretty_open(&p, NULL, '{');
	pretty_string(&p, "$schema", "https://json-schema.org/draft/2020-12/schema");
	pretty_string(&p, "title", "Retis event");
	pretty_string(&p, "description",
		      "A line of what 'retis print --format json' and 'retis collect --format "
		      "json' write. Sections of plugins that are not installed are not described.");
	pretty_string(&p, "type", "object");
	pretty_open(&p, "properties", '{');
	for (size_t i = 0; i < list.n; i++)
		put_reference(&p, list.types[i]);
	pretty_close(&p, '}');
	pretty_open(&p, "required", '[');
	pretty_string(&p, NULL, "common");
	pretty_close(&p, ']');
	pretty_open(&p, "$defs", '{');
	for (size_t i = 0; i < list.n; i++)
		put_definition(&p, list.types[i]);
	pretty_close(&p, '}');
	pretty_close(&p, '}');
	if (!compact)
		retis_text_char(out, '\n');
}
