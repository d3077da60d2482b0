/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The value of one field, which is not a group. Errors are those of json_decode(). */
#ifndef EVENT_JSON_VALUE_H
#define EVENT_JSON_VALUE_H

#include <errno.h>

#include <retis/section.h>

#include "core/json/parse.h"
#include "core/names/tables.h"

/* Into SIZE bytes in the host's byte order. -ERANGE. */
static inline int json_put_uint(uint8_t *to, uint32_t size, uint64_t v)
{
	if (size < 8 && v >> (8 * size))
		return -ERANGE;
	switch (size) {
	case 1:
		*to = (uint8_t)v;
		break;
	case 2:
		memcpy(to, &(uint16_t){ (uint16_t)v }, 2);
		break;
	case 4:
		memcpy(to, &(uint32_t){ (uint32_t)v }, 4);
		break;
	default:
		memcpy(to, &v, 8);
	}
	return 0;
}

/* The value at hand, of F's size, of which there are zeros at TO. For MADE see struct
 * decoded. */
int json_decode_value(const struct retis_field *f, struct name_tables *made, struct json_cursor *c,
		      uint8_t *to);
/* One that goes on to the end of the payload, of at most ROOM bytes; their number. */
int json_decode_rest(const struct retis_field *f, struct json value, uint8_t *to, uint32_t room);

#endif
