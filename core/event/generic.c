/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Text for sections that bring none of their own. */
#include "core/event/generic.h"

#include "core/event/field.h"

static void put_bytes(const uint8_t *data, uint32_t n, struct retis_text *out)
{
	for (uint32_t i = 0; i < n; i++)
		retis_text_hex(out, data[i], 2);
}

/* A value is never empty, so one can tell it from a field's name. */
static void put_generic_string(const char *s, uint32_t max, struct retis_text *out)
{
	if (max && *s)
		retis_text_escaped(out, s, max);
	else
		retis_text_bytes(out, "\"\"", 2);
}

static void put_line_list(const char *s, uint32_t max, struct retis_text *out)
{
	const char *end = s + strnlen(s, max);

	if (s == end)
		put_generic_string("", 0, out);
	while (s < end) {
		const char *next = memchr(s, '\n', (size_t)(end - s));

		if (next)
			put_generic_string(s, (uint32_t)(next - s), out);
		else
			put_generic_string(s, (uint32_t)(end - s), out);
		if (next)
			retis_text_char(out, ',');
		s = next ? next + 1 : end;
	}
}

static void put_generic_enum(const struct retis_field *f, const struct retis_view *view,
			     const uint8_t *data, struct retis_text *out)
{
	const char *name = field_value_name(f, view, data, f->size);

	if (name)
		put_generic_string(name, (uint32_t)strlen(name), out);
	else
		retis_text_int(out, field_int(data, f->size));
}

static void put_generic_name(const struct retis_field *f, const struct retis_view *view,
			     const uint8_t *data, struct retis_text *out)
{
	const char *name = field_value_name(f, view, data, field_size(f, view));

	if (name)
		put_generic_string(name, (uint32_t)strlen(name), out);
	else
		retis_text_char(out, '?');
}

static void put_generic_value(const struct retis_field *f, const struct retis_view *view,
			      const uint8_t *data, struct retis_text *out)
{
	uint32_t size = field_size(f, view);

	switch (f->kind) {
	case RETIS_UINT:
		retis_text_dec(out, field_uint(data, size));
		break;
	case RETIS_INT:
		retis_text_int(out, field_int(data, size));
		break;
	case RETIS_HEX:
		retis_text_bytes(out, "0x", 2);
		retis_text_hex(out, field_uint(data, size), 1);
		break;
	case RETIS_BOOL:
		retis_text_str(out, *data ? "true" : "false");
		break;
	case RETIS_STRING:
		put_generic_string((const char *)data, size, out);
		break;
	case RETIS_LINES:
		put_line_list((const char *)data, size, out);
		break;
	case RETIS_BYTES:
		if (size)
			put_bytes(data, size, out);
		else
			put_generic_string("", 0, out);
		break;
	case RETIS_ENUM:
		put_generic_enum(f, view, data, out);
		break;
	case RETIS_IP4:
		retis_text_ip4(out, data);
		break;
	case RETIS_IP6:
		retis_text_ip6(out, data);
		break;
	case RETIS_IP:
		retis_text_ip(out, data);
		break;
	case RETIS_MAC:
		retis_text_mac(out, data);
		break;
	case RETIS_NAME:
		put_generic_name(f, view, data, out);
		break;
	case RETIS_OBJECT:
	case RETIS_JSON:
		break;
	}
}

static void put_values(const struct retis_field *f, const struct retis_view *view,
		       struct retis_text *out)
{
	const uint8_t *data = field_data(f, view);
	uint32_t size = field_size(f, view);

	put_generic_value(f, view, data, out);
	for (uint32_t i = 1; i < f->count; i++) {
		retis_text_char(out, ',');
		put_generic_value(f, view, data + (size_t)i * size, out);
	}
}

static bool put_group(const char *name, const struct retis_field *fields, uint32_t n,
		      const struct retis_view *view, struct retis_text *out);

/* Whether there was something to put. */
static bool put_generic_field(const struct retis_field *f, const struct retis_view *view,
			      struct retis_text *out)
{
	if (f->kind == RETIS_OBJECT)
		return put_group(f->name, f->fields, f->n_fields, view, out) || f->present;
	if (f->kind == RETIS_JSON)
		return generic_json((const char *)field_data(f, view), field_size(f, view), out);
	retis_text_str(out, f->name);
	retis_text_char(out, ' ');
	put_values(f, view, out);
	return true;
}

/* Whether there was more to put than the name. */
static bool put_group(const char *name, const struct retis_field *fields, uint32_t n,
		      const struct retis_view *view, struct retis_text *out)
{
	bool any = false;

	retis_text_str(out, name);
	for (uint32_t i = 0; i < n; i++) {
		size_t mark = out->length;

		if (!field_present(&fields[i], view))
			continue;
		retis_text_str(out, any ? " " : " [");
		if (put_generic_field(&fields[i], view, out))
			any = true;
		else
			out->length = mark;
	}
	if (any)
		retis_text_char(out, ']');
	return any;
}

void generic_section(const struct retis_section_type *type, const struct retis_view *view,
		     struct retis_text *out)
{
	put_group(type->name, type->fields, type->n_fields, view, out);
}
