/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* JSON of a section, from its field table. */
#include "core/event/json.h"

#include "core/event/value.h"
#include "core/event/json_copy.h"

static void put_json_value(const struct retis_field *f, const struct retis_view *view,
			   uint32_t index, struct retis_text *out)
{
	struct retis_value v;

	value_read(f, view, index, &v);
	switch (v.kind) {
	case RETIS_VALUE_UINT:
		retis_text_dec(out, v.as.u);
		break;
	case RETIS_VALUE_INT:
		retis_text_int(out, v.as.i);
		break;
	case RETIS_VALUE_BOOL:
		retis_text_str(out, v.as.b ? "true" : "false");
		break;
	case RETIS_VALUE_TEXT:
		json_string(out, v.as.text, v.length);
		break;
	case RETIS_VALUE_BYTES:
		json_base64(out, (const uint8_t *)v.as.text, v.length);
		break;
	case RETIS_VALUE_NONE:
		retis_text_str(out, "null");
		break;
	case RETIS_VALUE_JSON:
		break;
	}
}

static void put_json_array(const struct retis_field *f, const struct retis_view *view,
			   struct retis_text *out)
{
	for (uint32_t i = 0; i < f->count; i++) {
		retis_text_char(out, i ? ',' : '[');
		put_json_value(f, view, i, out);
	}
	retis_text_char(out, ']');
}

static void put_line_array(const struct retis_field *f, const struct retis_view *view,
			   struct retis_text *out)
{
	const char *line = (const char *)field_data(f, view);
	const char *end = line + strnlen(line, field_size(f, view));

	retis_text_char(out, '[');
	while (line < end) {
		const char *next = memchr(line, '\n', (size_t)(end - line));

		json_string(out, line, (size_t)((next ? next : end) - line));
		line = next ? next + 1 : end;
		if (next)
			retis_text_char(out, ',');
		/* Behind the last one's end there is another one. */
		if (next && line == end)
			json_string(out, "", 0);
	}
	retis_text_char(out, ']');
}

static void put_json_key(const char *name, struct retis_text *out)
{
	size_t n = strlen(name);
	char *to;

	/* The check of the table made sure that nothing in it needs escaping. */
	if (!retis_text_room(out, n + 3))
		return;
	to = out->data + out->length;
	to[0] = '"';
	memcpy(to + 1, name, n);
	to[n + 1] = '"';
	to[n + 2] = ':';
	out->length += n + 3;
}

/* Whether there was something to put. */
static bool put_json_member(const struct retis_field *f, const struct retis_view *view,
			    struct retis_text *out)
{
	size_t start;

	put_json_key(f->name, out);
	start = out->length;
	if (f->kind == RETIS_OBJECT) {
		json_fields(f->fields, f->n_fields, view, out);
		/* An empty group that nothing declares present is not there. */
		return f->present || out->length - start > strlen("{}");
	}
	if (f->count)
		put_json_array(f, view, out);
	else if (f->kind == RETIS_LINES)
		put_line_array(f, view, out);
	else
		put_json_value(f, view, 0, out);
	return true;
}

/* What is in no table is not there. */
static bool is_unnamed(const struct retis_field *f, const struct retis_view *view)
{
	return f->kind == RETIS_NAME && !f->count &&
	       !field_value_name(f, view, field_data(f, view), f->size);
}

static bool put_text_members(const struct retis_field *f, const struct retis_view *view,
			     struct retis_text *out)
{
	const char *text = (const char *)field_data(f, view);
	struct json object;

	if (json_check(text, field_size(f, view), &object, NULL) ||
	    json_kind(object) != JSON_OBJECT)
		return false;
	return json_copy_members(object, out);
}

void json_fields(const struct retis_field *fields, uint32_t n, const struct retis_view *view,
		 struct retis_text *out)
{
	bool first = true;

	retis_text_char(out, '{');
	for (uint32_t i = 0; i < n; i++) {
		size_t mark = out->length;

		if (!field_present(&fields[i], view) || is_unnamed(&fields[i], view))
			continue;
		if (!first)
			retis_text_char(out, ',');
		if (fields[i].kind == RETIS_JSON ? put_text_members(&fields[i], view, out)
						 : put_json_member(&fields[i], view, out))
			first = false;
		else
			out->length = mark;
	}
	retis_text_char(out, '}');
}
