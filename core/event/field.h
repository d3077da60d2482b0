/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Values of a section by its field table. Tables must have passed
 * registry_check_fields().
 */
#ifndef EVENT_FIELD_H
#define EVENT_FIELD_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <retis/section.h>

/* Does this section hold the field, and all of it, or the start of a text? */
static inline bool field_present(const struct retis_field *f, const struct retis_view *view)
{
	uint64_t bytes = (uint64_t)f->size * (f->count ? f->count : 1);

	if (f->present && !(view->present >> (f->present - 1) & 1))
		return false;
	if (f->kind == RETIS_OBJECT)
		bytes = 0;
	if (f->offset + bytes <= view->length)
		return true;
	return (f->kind == RETIS_STRING || f->kind == RETIS_LINES) && !f->count &&
	       f->offset < view->length && ((const char *)view->data)[f->offset];
}

/* The first element of a field that is present. */
static inline const uint8_t *field_data(const struct retis_field *f, const struct retis_view *view)
{
	return (const uint8_t *)view->data + f->offset;
}

/* Bytes of one element of a field that is present. */
static inline uint32_t field_size(const struct retis_field *f, const struct retis_view *view)
{
	uint32_t left = view->length - f->offset;

	return f->size && f->size < left ? f->size : left;
}

static inline uint64_t field_uint(const void *data, uint32_t size)
{
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;

	switch (size) {
	case 1:
		return *(const uint8_t *)data;
	case 2:
		memcpy(&u16, data, sizeof(u16));
		return u16;
	case 4:
		memcpy(&u32, data, sizeof(u32));
		return u32;
	default:
		memcpy(&u64, data, sizeof(u64));
		return u64;
	}
}

static inline int64_t field_int(const void *data, uint32_t size)
{
	unsigned int shift = 64 - 8 * size;

	return (int64_t)(field_uint(data, size) << shift) >> shift;
}

/* The name of the enum value at `data`, or what a name table says of the bytes there;
 * NULL: there is none. */
const char *field_value_name(const struct retis_field *f, const struct retis_view *view,
			     const void *data, uint32_t size);

#endif
