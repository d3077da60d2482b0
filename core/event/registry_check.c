/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Is a field table sane? After this its names need no escaping, its groups end,
 * no shift or sum in the printers overflows, and one event can't be blown up
 * into more than a few times its size.
 */
#include "core/event/registry.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/names/tables.h"

/* Fields may overlap (unions), but together cover no more than this. */
#define EXTENT_MAX (16 * RETIS_EVENT_MAX)
#define ENUM_NAMES_MAX 65536

struct check {
	char *reason;
	size_t size;
	uint32_t n_fields;
	uint64_t extent;
};

__attribute__((format(printf, 3, 4))) static int
refuse_bad_field(struct check *c, const struct retis_field *f, const char *format, ...)
{
	int n = snprintf(c->reason, c->size, "field %s: ", f->name);
	va_list args;

	va_start(args, format);
	if (n >= 0 && (size_t)n < c->size)
		vsnprintf(c->reason + n, c->size - (size_t)n, format, args);
	va_end(args);
	return -EINVAL;
}

static int refuse_table(struct check *c, const char *why)
{
	snprintf(c->reason, c->size, "%s", why);
	return -EINVAL;
}

static bool field_name_valid(const char *name)
{
	size_t n = name ? strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") : 0;

	return n && n <= REGISTRY_NAME_MAX && !name[n];
}

static bool size_valid(const struct retis_field *f)
{
	switch (f->kind) {
	case RETIS_UINT:
	case RETIS_INT:
	case RETIS_HEX:
	case RETIS_ENUM:
		return f->size == 1 || f->size == 2 || f->size == 4 || f->size == 8;
	case RETIS_BOOL:
		return f->size == 1;
	case RETIS_STRING:
	case RETIS_BYTES:
		return f->size || !f->count;
	case RETIS_IP4:
		return f->size == 4;
	case RETIS_IP6:
	case RETIS_IP:
		return f->size == 16;
	case RETIS_MAC:
		return f->size == 6;
	case RETIS_OBJECT:
		return true;
	case RETIS_LINES:
		return !f->count;
	case RETIS_JSON:
		return !f->size && !f->count;
	case RETIS_NAME:
		return f->size && f->size <= NAME_KEY_MAX && f->names_from;
	}
	return false;
}

static int check_enum(struct check *c, const struct retis_field *f)
{
	if (f->n_names > ENUM_NAMES_MAX || (f->n_names && !f->names))
		return refuse_bad_field(c, f, "bad list of %u enum names", f->n_names);
	for (uint32_t i = 0; i < f->n_names; i++) {
		if (!f->names[i].name)
			return refuse_bad_field(c, f, "enum name %u is missing", i);
	}
	return 0;
}

static int check_extent(struct check *c, const struct retis_field *f)
{
	uint64_t bytes = (uint64_t)f->size * (f->count ? f->count : 1);

	/* Of two 32-bit numbers the product and the sum still fit. */
	if (bytes > RETIS_EVENT_MAX || f->offset + bytes > RETIS_EVENT_MAX)
		return refuse_bad_field(c, f, "lies beyond the largest event");
	c->extent += bytes ? bytes : RETIS_EVENT_MAX - f->offset;
	if (c->extent > EXTENT_MAX)
		return refuse_bad_field(c, f, "fields overlap too much");
	return 0;
}

static int check_table(struct check *c, const struct retis_field *fields, uint32_t n, int depth);

static int check_field(struct check *c, const struct retis_field *f, int depth)
{
	int err;

	if (!field_name_valid(f->name))
		return refuse_table(c, "a field's name is missing or not snake_case");
	if (f->kind < RETIS_UINT || f->kind > RETIS_LINES)
		return refuse_bad_field(c, f, "unknown kind %u", (unsigned)f->kind);
	if (f->present > 32)
		return refuse_bad_field(c, f, "presence bit %u does not exist", f->present);
	if (f->names_from && (!*f->names_from || strlen(f->names_from) > NAME_TABLE_MAX))
		return refuse_bad_field(c, f, "bad name of a table of names");
	if (f->reserved[0] || f->reserved[1] || f->reserved[2] || f->reserved[3])
		return refuse_bad_field(c, f, "it says something that this version does not know");
	if (f->kind == RETIS_OBJECT && f->count)
		return refuse_bad_field(c, f, "a group can't be an array");
	if (!size_valid(f))
		return refuse_bad_field(c, f, "its kind can't have %u bytes", f->size);
	if (f->member_size && f->member_size != (uint64_t)f->size * (f->count ? f->count : 1))
		return refuse_bad_field(c, f,
					"%u bytes times %u, but the member has %u: "
					"RETIS_FIELD_ARRAY() is for arrays",
					f->size, f->count, f->member_size);
	if (f->kind == RETIS_OBJECT)
		return check_table(c, f->fields, f->n_fields, depth + 1);
	err = check_extent(c, f);
	if (err || f->kind != RETIS_ENUM)
		return err;
	return check_enum(c, f);
}

static int check_unique(struct check *c, const struct retis_field *fields, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		for (uint32_t j = i + 1; j < n; j++) {
			if (!strcmp(fields[i].name, fields[j].name))
				return refuse_bad_field(c, &fields[j],
							"there are two of that name");
		}
	}
	return 0;
}

static int check_table(struct check *c, const struct retis_field *fields, uint32_t n, int depth)
{
	int err;

	/* Counting before descending also ends tables that contain themselves. */
	if (depth > REGISTRY_DEPTH_MAX)
		return refuse_table(c, "groups are nested too deeply");
	if (n > REGISTRY_FIELDS_MAX - c->n_fields)
		return refuse_table(c, "too many fields");
	if (n && !fields)
		return refuse_table(c, "fields are counted but not there");
	c->n_fields += n;
	for (uint32_t i = 0; i < n; i++) {
		err = check_field(c, &fields[i], depth);
		if (err)
			return err;
	}
	return check_unique(c, fields, n);
}

int registry_check_fields(const struct retis_field *fields, uint32_t n, char *reason, size_t size)
{
	struct check c = { .reason = reason, .size = size };

	return check_table(&c, fields, n, 1);
}
