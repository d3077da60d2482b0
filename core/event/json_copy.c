/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Copies checked JSON without the white space. */
#include "core/event/json_copy.h"

#include "core/event/json.h"

/* At the opening quote; returns the closing one. */
static const char *copy_string(const char *at, const char *end, struct retis_text *out)
{
	const char *start = ++at;

	while (at < end && *at != '"')
		at += *at == '\\' ? 2 : 1;
	if (at > end)
		at = end;
	json_string_copy(out, start, (size_t)(at - start));
	return at;
}

static void copy_compact(const char *at, const char *end, struct retis_text *out)
{
	for (; at < end; at++) {
		if (*at == '"')
			at = copy_string(at, end, out);
		else if (*at > ' ')
			retis_text_char(out, *at);
	}
}

void json_copy(struct json value, struct retis_text *out)
{
	copy_compact(value.text, value.text + value.length, out);
}

bool json_copy_members(struct json object, struct retis_text *out)
{
	size_t mark = out->length;

	if (object.length >= 2)
		copy_compact(object.text + 1, object.text + object.length - 1, out);
	return out->length > mark;
}
