/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JSON of a section, from its field table. */
#include "core/event/json.h"

#include "core/event/field.h"
#include "core/event/json_copy.h"

static void put_enum(const struct retis_field *f, const struct retis_view *view,
		     const uint8_t *data, struct retis_text *out)
{
	const char *name = field_value_name(f, view, data, f->size);

	if (name) {
		json_string(out, name, strlen(name));
		return;
	}
	retis_text_char(out, '"');
	retis_text_int(out, field_int(data, f->size));
	retis_text_char(out, '"');
}

static void put_address(const struct retis_field *f, const uint8_t *data, struct retis_text *out)
{
	retis_text_char(out, '"');
	if (f->kind == RETIS_IP4)
		retis_text_ip4(out, data);
	else if (f->kind == RETIS_IP6)
		retis_text_ip6(out, data);
	else if (f->kind == RETIS_IP)
		retis_text_ip(out, data);
	else
		retis_text_mac(out, data);
	retis_text_char(out, '"');
}

static void put_name(const struct retis_field *f, const struct retis_view *view,
		     const uint8_t *data, struct retis_text *out)
{
	const char *name = field_value_name(f, view, data, field_size(f, view));

	if (name)
		json_string(out, name, strlen(name));
	else
		retis_text_str(out, "null");
}

static void put_value(const struct retis_field *f, const struct retis_view *view,
		      const uint8_t *data, struct retis_text *out)
{
	uint32_t size = field_size(f, view);

	switch (f->kind) {
	case RETIS_UINT:
	case RETIS_HEX:
		retis_text_dec(out, field_uint(data, size));
		break;
	case RETIS_INT:
		retis_text_int(out, field_int(data, size));
		break;
	case RETIS_BOOL:
		retis_text_str(out, *data ? "true" : "false");
		break;
	case RETIS_STRING:
		json_string(out, (const char *)data, size);
		break;
	case RETIS_BYTES:
		json_base64(out, data, size);
		break;
	case RETIS_ENUM:
		put_enum(f, view, data, out);
		break;
	case RETIS_IP4:
	case RETIS_IP6:
	case RETIS_IP:
	case RETIS_MAC:
		put_address(f, data, out);
		break;
	case RETIS_NAME:
		put_name(f, view, data, out);
		break;
	case RETIS_OBJECT:
	case RETIS_JSON:
		break;
	}
}

static void put_array(const struct retis_field *f, const struct retis_view *view,
		      struct retis_text *out)
{
	const uint8_t *data = field_data(f, view);

	for (uint32_t i = 0; i < f->count; i++) {
		retis_text_char(out, i ? ',' : '[');
		put_value(f, view, data + (size_t)i * f->size, out);
	}
	retis_text_char(out, ']');
}

static void put_key(const char *name, struct retis_text *out)
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
static bool put_member(const struct retis_field *f, const struct retis_view *view,
		       struct retis_text *out)
{
	size_t start;

	put_key(f->name, out);
	start = out->length;
	if (f->kind == RETIS_OBJECT) {
		json_fields(f->fields, f->n_fields, view, out);
		/* An empty group that nothing declares present is not there. */
		return f->present || out->length - start > strlen("{}");
	}
	if (f->count)
		put_array(f, view, out);
	else
		put_value(f, view, field_data(f, view), out);
	return true;
}

/* What is in no table is not there. */
static bool is_unnamed(const struct retis_field *f, const struct retis_view *view)
{
	return f->kind == RETIS_NAME && !f->count &&
	       !field_value_name(f, view, field_data(f, view), f->size);
}

static bool put_text(const struct retis_field *f, const struct retis_view *view,
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
		if (fields[i].kind == RETIS_JSON ? put_text(&fields[i], view, out)
						 : put_member(&fields[i], view, out))
			first = false;
		else
			out->length = mark;
	}
	retis_text_char(out, '}');
}
