/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Names of enum values. */
#include "core/event/field.h"

static const char *find_listed_name(const struct retis_field *f, int64_t value)
{
	uint64_t guess;

	if (!f->n_names)
		return NULL;
	/* Most enums count up without gaps. */
	guess = (uint64_t)value - (uint64_t)f->names[0].value;
	if (guess < f->n_names && f->names[guess].value == value)
		return f->names[guess].name;
	for (uint32_t i = 0; i < f->n_names; i++) {
		if (f->names[i].value == value)
			return f->names[i].name;
	}
	return NULL;
}

static const char *find_made_name(const struct retis_field *f, const struct retis_view *view,
				  int64_t value)
{
	return f->names_from ? retis_view_name(view, f->names_from, &value, sizeof(value)) : NULL;
}

/* A table may spell the same bits signed (-1) or unsigned (0xffffffff). */
static const char *find_enum_name(const struct retis_field *f, const struct retis_view *view,
				  const void *data)
{
	int64_t value = field_int(data, f->size);
	const char *name = find_listed_name(f, value);

	if (!name && value < 0)
		name = find_listed_name(f, (int64_t)field_uint(data, f->size));
	return name ? name : find_made_name(f, view, value);
}

const char *field_value_name(const struct retis_field *f, const struct retis_view *view,
			     const void *data, uint32_t size)
{
	if (f->kind == RETIS_ENUM)
		return find_enum_name(f, view, data);
	return f->names_from ? retis_view_name(view, f->names_from, data, size) : NULL;
}
