/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * From JSON back to the wire: the payload of a section out of its object, by the
 * section's field table. What json_fields() wrote comes back as it was.
 */
#ifndef EVENT_JSON_DECODE_H
#define EVENT_JSON_DECODE_H

#include <retis/section.h>

#include "core/json/parse.h"
#include "core/names/tables.h"

/* A field table, made ready. */
struct decode_table;

/* FIELDS (borrowed) must have passed registry_check_fields(). To be freed with free(); NULL:
 * no memory. */
struct decode_table *decode_table_new(const struct retis_field *fields, uint32_t n);

struct decoded {
	/* The payload, on a multiple of RETIS_ALIGN, and the room there is. */
	uint8_t *data;
	uint32_t capacity;
	/* Where texts get numbers that no table of the field knows; NULL: they are
	 * errors. */
	struct name_tables *made;
	/* When names are said, and on which host; 0: where there is but one. */
	uint64_t since;
	uint8_t host;
	/* Results. */
	uint32_t length;
	uint32_t present;
	/* A key the table says is always there and the object lacks; its value
	 * is zero if other fields lie behind it. NULL: none. */
	const char *missing;
	/* It told names, which may be others next time. */
	bool named;
	/* A name found no room: it has another one, or none. */
	bool unnamed;
	/* What failed. */
	const struct retis_field *failed;
};

/*
 * The object that is at hand at C, which is gone over whatever comes of it (look at
 * c->bad). Keys that the table doesn't have, and null, are as if they were not there.
 * -EINVAL: a value is not of its field's kind; -ERANGE: or does not fit the field;
 * -ENOSPC: no room.
 */
int json_decode(const struct decode_table *t, struct json_cursor *c, struct decoded *out);

/* Standard base64 with padding; the bytes it stands for. -EINVAL, -ENOSPC. */
int base64_decode(const char *text, size_t length, uint8_t *to, size_t size);

#endif
