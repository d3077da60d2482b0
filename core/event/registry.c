/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Numbers for section types, and their orders. */
#include "core/event/registry.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Keys of an event's object that the program itself writes. */
static const char *const reserved[] = {
	"common", "kernel", "userspace", "startup", "loss", "missing", "unknown", "repeated",
};

static bool section_name_valid(const char *name)
{
	size_t n = name ? strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") : 0;

	return n && n <= REGISTRY_NAME_MAX && !name[n];
}

static bool name_taken(const struct registry *r, const char *name)
{
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		if (!strcmp(reserved[i], name))
			return true;
	}
	return registry_find(r, name) != REGISTRY_NONE;
}

uint16_t registry_find(const struct registry *r, const char *name)
{
	for (uint16_t i = 0; i < r->n; i++) {
		if (!strcmp(r->entries[i].type->name, name))
			return i;
	}
	return REGISTRY_NONE;
}

/* Either side may come first; both get to know each other here. */
static void resolve_joins(struct registry *r)
{
	for (uint16_t i = 0; i < r->n; i++) {
		const char *joins = r->entries[i].type->joins;

		r->entries[i].joins = joins ? registry_find(r, joins) : REGISTRY_NONE;
	}
}

static uint32_t rank_of(const struct registry *r, uint16_t number)
{
	return r->entries[number].type->rank;
}

static uint32_t line_of(const struct registry *r, uint16_t number)
{
	return r->entries[number].type->line;
}

/* Puts the last entry where it belongs. */
static void order_insert(const struct registry *r, uint16_t *order,
			 uint32_t (*key)(const struct registry *, uint16_t))
{
	uint16_t number = r->n - 1;
	uint16_t i = number;

	for (; i && key(r, order[i - 1]) > key(r, number); i--)
		order[i] = order[i - 1];
	order[i] = number;
}

static int type_check(struct registry *r, const struct retis_section_type *type)
{
	if (!section_name_valid(type->name)) {
		snprintf(r->reason, sizeof(r->reason),
			 "a section name is made of 1 to %d of a-z, 0-9 and '-'",
			 REGISTRY_NAME_MAX);
		return -EINVAL;
	}
	if (type->place != RETIS_OWN_LINE && type->place != RETIS_FIRST_LINE) {
		snprintf(r->reason, sizeof(r->reason), "unknown place %u", (unsigned)type->place);
		return -EINVAL;
	}
	return registry_check_fields(type->fields, type->n_fields, r->reason, sizeof(r->reason));
}

static bool has_id(const struct retis_field *fields, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (fields[i].role == RETIS_ROLE_ID_HEAD ||
		    (fields[i].kind == RETIS_OBJECT &&
		     has_id(fields[i].fields, fields[i].n_fields)))
			return true;
	}
	return false;
}

int registry_add(struct registry *r, const struct retis_section_type *type, const char *plugin)
{
	struct registry_entry *e = &r->entries[r->n];
	int err;

	r->reason[0] = '\0';
	err = type_check(r, type);
	if (err)
		return err;
	if (name_taken(r, type->name))
		return -EEXIST;
	if (r->n == REGISTRY_MAX)
		return -ENOSPC;
	*e = (struct registry_entry){ .type = type, .plugin = plugin, .plugin_version = "" };
	e->key_length = (uint8_t)snprintf(e->key, sizeof(e->key), ",\"%s\":", type->name);
	e->identifies = has_id(type->fields, type->n_fields);
	r->n++;
	resolve_joins(r);
	order_insert(r, r->by_rank, rank_of);
	order_insert(r, r->by_line, line_of);
	for (uint16_t i = 0; i < r->n; i++)
		r->line_at[r->by_line[i]] = i;
	return r->n - 1;
}
