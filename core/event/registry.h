/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The section types of this run (or of a file) by their number, and the orders
 * they appear in. Types come from strangers, as code or out of a file: nothing
 * gets in here unchecked, and the printers rely on that.
 */
#ifndef EVENT_REGISTRY_H
#define EVENT_REGISTRY_H

#include <stddef.h>
#include <stdint.h>

#include <retis/section.h>

#define REGISTRY_MAX 256
#define REGISTRY_NAME_MAX 63
/* Of one section, groups included. */
#define REGISTRY_FIELDS_MAX 512
#define REGISTRY_DEPTH_MAX 8

/* No such section. */
#define REGISTRY_NONE 0xffff

struct registry_entry {
	/* Borrowed; as long as the registry. */
	const struct retis_section_type *type;
	/* Who has it, and in which version; "": nobody, or not known. Who adds it may set the
	 * version, borrowed as well. */
	const char *plugin;
	const char *plugin_version;
	/* Number of the type whose line it continues, or REGISTRY_NONE. */
	uint16_t joins;
	/* It says which packet the event is about. */
	uint8_t identifies;
	/* ,"NAME": */
	uint8_t key_length;
	char key[REGISTRY_NAME_MAX + 5];
};

/* All zero: empty. */
struct registry {
	struct registry_entry entries[REGISTRY_MAX];
	uint16_t n;
	/* Numbers in the order of JSON and of text: equal ones as added. */
	uint16_t by_rank[REGISTRY_MAX];
	uint16_t by_line[REGISTRY_MAX];
	/* The place of a number in `by_line`. */
	uint16_t line_at[REGISTRY_MAX];
	/* Why the last registry_add() said -EINVAL. */
	char reason[160];
};

/*
 * The type's number, or -EEXIST: there is one of that name, -ENOSPC: no number
 * left, -EINVAL: not a valid type, see `reason`.
 */
int registry_add(struct registry *r, const struct retis_section_type *type, const char *plugin);

/* NULL if there is none. */
static inline const struct registry_entry *registry_get(const struct registry *r, uint32_t number)
{
	return number < r->n ? &r->entries[number] : NULL;
}

/* The number of a name, or REGISTRY_NONE. */
uint16_t registry_find(const struct registry *r, const char *name);

/* 0, or -EINVAL and why in `reason`, escaped. */
int registry_check_fields(const struct retis_field *fields, uint32_t n, char *reason, size_t size);

#endif
