/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Text for JSON that nothing describes. */
#include "core/event/generic.h"
#include "core/json/parse.h"

static void put_value_text(struct json value, struct retis_text *out);

static void put_string_text(struct json value, struct retis_text *out)
{
	char text[RETIS_EVENT_MAX];
	int n = json_text(value, text, sizeof(text));

	if (n > 0)
		retis_text_escaped(out, text, (size_t)n);
	else
		retis_text_str(out, n ? "..." : "\"\"");
}

static void put_members(struct json object, struct retis_text *out)
{
	struct json_cursor c = json_within(object);
	struct json key, value;
	bool first = true;

	while (json_next_member(&c, &key, &value)) {
		if (!first)
			retis_text_char(out, ' ');
		first = false;
		retis_text_escaped(out, key.text, key.length);
		retis_text_char(out, ' ');
		put_value_text(value, out);
	}
}

static void put_array_text(struct json array, struct retis_text *out)
{
	struct json_cursor c = json_within(array);
	struct json value;
	bool first = true;

	while (json_next_element(&c, &value)) {
		if (!first)
			retis_text_char(out, ',');
		first = false;
		put_value_text(value, out);
	}
	if (first)
		retis_text_str(out, "[]");
}

/* As deep as json_check() lets it be. */
static void put_value_text(struct json value, struct retis_text *out)
{
	switch (json_kind(value)) {
	case JSON_OBJECT:
		retis_text_char(out, '[');
		put_members(value, out);
		retis_text_char(out, ']');
		break;
	case JSON_ARRAY:
		put_array_text(value, out);
		break;
	case JSON_STRING:
		put_string_text(value, out);
		break;
	default:
		retis_text_escaped(out, value.text, value.length);
	}
}

bool generic_json(const char *text, size_t length, struct retis_text *out)
{
	size_t mark = out->length;
	struct json object;

	if (json_check(text, length, &object, NULL) || json_kind(object) != JSON_OBJECT) {
		retis_text_escaped(out, text, length);
		return length > 0;
	}
	put_members(object, out);
	return out->length > mark;
}
