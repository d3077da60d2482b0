/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What a field's bytes stand for; JSON is made of it, too. */
#include "core/event/value.h"

#define API __attribute__((visibility("default")))

static void set_text(struct retis_value *v, const char *text, size_t length)
{
	v->kind = RETIS_VALUE_TEXT;
	v->as.text = text;
	v->length = (uint32_t)length;
}

static struct retis_text room_text(struct retis_value *v)
{
	return (struct retis_text){ .data = v->room, .capacity = sizeof(v->room) };
}

static void set_enum(const struct retis_field *f, const struct retis_view *view,
		     const uint8_t *data, struct retis_value *v)
{
	const char *name = field_value_name(f, view, data, f->size);
	struct retis_text number = room_text(v);

	if (name) {
		set_text(v, name, strlen(name));
		return;
	}
	retis_text_int(&number, field_int(data, f->size));
	set_text(v, number.data, number.length);
}

static void set_address(const struct retis_field *f, const uint8_t *data, struct retis_value *v)
{
	struct retis_text address = room_text(v);

	if (f->kind == RETIS_IP4)
		retis_text_ip4(&address, data);
	else if (f->kind == RETIS_IP6)
		retis_text_ip6(&address, data);
	else if (f->kind == RETIS_IP)
		retis_text_ip(&address, data);
	else
		retis_text_mac(&address, data);
	set_text(v, address.data, address.length);
}

static void set_name(const struct retis_field *f, const struct retis_view *view,
		     const uint8_t *data, uint32_t size, struct retis_value *v)
{
	const char *name = field_value_name(f, view, data, size);

	v->kind = RETIS_VALUE_NONE;
	if (name)
		set_text(v, name, strlen(name));
}

API bool retis_value_present(const struct retis_field *field, const struct retis_view *view)
{
	return field_present(field, view);
}

void value_read_name(const struct retis_field *f, const struct retis_view *view,
		     const uint8_t *data, uint32_t size, struct retis_value *v)
{
	if (f->kind == RETIS_ENUM)
		set_enum(f, view, data, v);
	else if (f->kind == RETIS_NAME)
		set_name(f, view, data, size, v);
	else if (f->kind == RETIS_OBJECT)
		v->kind = RETIS_VALUE_NONE;
	else
		set_address(f, data, v);
}

API void retis_value_get(const struct retis_field *f, const struct retis_view *view, uint32_t index,
			 struct retis_value *v)
{
	value_read(f, view, index, v);
}
