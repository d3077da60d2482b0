/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* retis_value_get(), inline for where most of the time goes. */
#ifndef EVENT_VALUE_H
#define EVENT_VALUE_H

#include <retis/value.h>

#include "core/event/field.h"

/* Those that need more than a look at the bytes. */
void value_read_name(const struct retis_field *f, const struct retis_view *view,
		     const uint8_t *data, uint32_t size, struct retis_value *v);

static inline void value_set_bytes(struct retis_value *v, enum retis_value_kind kind,
				   const uint8_t *data, size_t length)
{
	v->kind = kind;
	v->as.text = (const char *)data;
	v->length = (uint32_t)length;
}

static inline void value_read(const struct retis_field *f, const struct retis_view *view,
			      uint32_t index, struct retis_value *v)
{
	uint32_t size = field_size(f, view);
	const uint8_t *data = field_data(f, view) + (size_t)index * size;

	switch (f->kind) {
	case RETIS_UINT:
	case RETIS_HEX:
		v->kind = RETIS_VALUE_UINT;
		v->as.u = field_uint(data, size);
		return;
	case RETIS_INT:
		v->kind = RETIS_VALUE_INT;
		v->as.i = field_int(data, size);
		return;
	case RETIS_BOOL:
		v->kind = RETIS_VALUE_BOOL;
		v->as.b = *data;
		return;
	case RETIS_STRING:
	case RETIS_LINES:
		value_set_bytes(v, RETIS_VALUE_TEXT, data, strnlen((const char *)data, size));
		return;
	case RETIS_BYTES:
		value_set_bytes(v, RETIS_VALUE_BYTES, data, size);
		return;
	case RETIS_JSON:
		value_set_bytes(v, RETIS_VALUE_JSON, data, size);
		return;
	case RETIS_ENUM:
	case RETIS_IP4:
	case RETIS_IP6:
	case RETIS_IP:
	case RETIS_MAC:
	case RETIS_NAME:
	case RETIS_OBJECT:
		break;
	}
	value_read_name(f, view, data, size, v);
}

#endif
