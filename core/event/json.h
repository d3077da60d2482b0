/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * JSON, compact: values from a section's field table, and whole events. What is
 * written is valid UTF-8 and valid JSON whatever bytes go in, and safe to show
 * in a terminal.
 */
#ifndef EVENT_JSON_H
#define EVENT_JSON_H

#include <retis/section.h>

#include "core/event/record.h"

struct printer;

/* Up to `max` bytes of `s`, ending at a NUL, in quotes. Bytes that are no UTF-8
 * become U+FFFD; control characters, DEL and C1 a \u escape. */
void json_string(struct retis_text *out, const char *s, size_t max);

/* What is between the quotes of a string of JSON text, with escapes as they are
 * and bytes made safe as above. */
void json_string_copy(struct retis_text *out, const char *s, size_t n);

/* RFC 4648, section 4, in quotes. */
void json_base64(struct retis_text *out, const uint8_t *data, size_t n);

/* The object a section's (or a group's) fields make. The table must have passed
 * registry_check_fields(). */
void json_fields(const struct retis_field *fields, uint32_t n, const struct retis_view *view,
		 struct retis_text *out);

/* One event as one object, no line end. */
void json_event(const struct printer *p, const struct record *record, struct retis_text *out);

#endif
