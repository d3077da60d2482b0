/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The values of a section's fields, by its table: what JSON has, without the text.
 * Only for tables that were checked: those that a reader handed out.
 */
#ifndef RETIS_VALUE_H
#define RETIS_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <retis/section.h>

#ifdef __cplusplus
extern "C" {
#endif

enum retis_value_kind {
	/* There is none, as a name table does not have it. */
	RETIS_VALUE_NONE = 0,
	RETIS_VALUE_UINT,
	RETIS_VALUE_INT,
	RETIS_VALUE_BOOL,
	/* Any bytes but NUL: of strings, lines with '\n' between them, names of enum values (the
	 * number where there is none), addresses. */
	RETIS_VALUE_TEXT,
	RETIS_VALUE_BYTES,
	/* The text of a JSON object, unchecked. */
	RETIS_VALUE_JSON,
};

/* Room for the longest address or number as text. */
#define RETIS_VALUE_ROOM 48

struct retis_value {
	enum retis_value_kind kind;
	/* TEXT, BYTES, JSON: bytes at `text`. */
	uint32_t length;
	union {
		uint64_t u;
		int64_t i;
		bool b;
		/* In the section, a table or `room`; not terminated. */
		const char *text;
	} as;
	char room[RETIS_VALUE_ROOM];
};

/* Does this section hold the field, and all of it? */
bool retis_value_present(const struct retis_field *field, const struct retis_view *view);

/*
 * Element INDEX (0 for a scalar) of a field that is present and no group; INDEX is below
 * `count`. Don't copy *VALUE: `text` may point into it.
 */
void retis_value_get(const struct retis_field *field, const struct retis_view *view, uint32_t index,
		     struct retis_value *value);

#ifdef __cplusplus
}
#endif

#endif
