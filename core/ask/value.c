/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ask/value.h"

#include "core/event/field.h"
#include "core/filter/meta_private.h"
#include "core/json/parse.h"

void ask_event_set(struct ask_event *e, const struct input_names *names,
		   const struct retis_event *event)
{
	e->names = names;
	e->event = event;
	e->parsed = e->bad = false;
}

const struct record *ask_event_record(struct ask_event *e)
{
	if (!e->parsed) {
		e->record.names = e->names->names;
		e->bad = record_parse(e->event, e->event->size, &e->record);
		e->parsed = true;
	}
	return e->bad ? NULL : &e->record;
}

static void set_asked_text(struct ask_value *out, const char *text, size_t length)
{
	out->kind = ASK_TEXT;
	out->text = text;
	out->length = length;
}

static void set_asked_name(const struct retis_field *f, const struct retis_view *view,
			   const uint8_t *data, uint32_t size, struct ask_value *out)
{
	const char *name = field_value_name(f, view, data, size);

	if (name)
		set_asked_text(out, name, strlen(name));
}

void ask_field_value(const struct retis_field *f, const struct retis_view *view, uint32_t index,
		     struct ask_value *out)
{
	uint32_t size = field_size(f, view);
	const uint8_t *data = field_data(f, view) + (size_t)index * f->size;

	*out = (struct ask_value){ 0 };
	if (index >= (f->count ? f->count : 1))
		return;
	switch (f->kind) {
	case RETIS_STRING:
	case RETIS_LINES:
		set_asked_text(out, (const char *)data, strnlen((const char *)data, size));
		return;
	case RETIS_NAME:
		set_asked_name(f, view, data, size, out);
		return;
	case RETIS_ENUM:
		set_asked_name(f, view, data, size, out);
		out->kind = ASK_ENUM;
		out->number = (uint64_t)field_int(data, size);
		out->is_signed = true;
		return;
	case RETIS_INT:
		out->kind = ASK_NUMBER;
		out->number = (uint64_t)field_int(data, size);
		out->is_signed = true;
		return;
	case RETIS_UINT:
	case RETIS_HEX:
	case RETIS_BOOL:
		out->kind = ASK_NUMBER;
		out->number = f->kind == RETIS_BOOL ? *data != 0 : field_uint(data, size);
		return;
	case RETIS_IP:
		out->kind = ASK_ADDRESS;
		out->bytes = retis_ip_is_mapped(data) ? data + 12 : data;
		out->length = retis_ip_is_mapped(data) ? 4 : 16;
		return;
	case RETIS_IP4:
	case RETIS_IP6:
	case RETIS_MAC:
		out->kind = ASK_ADDRESS;
		out->bytes = data;
		out->length = size;
		return;
	default:
		out->kind = ASK_THERE;
	}
}

/* --- JSON ------------------------------------------------------------------ */

static void set_json_number(struct json value, struct ask_value *out)
{
	int64_t number;

	out->kind = ASK_NUMBER;
	if (!json_uint(value, &out->number))
		return;
	out->is_signed = true;
	if (json_int(value, &number))
		out->kind = ASK_THERE;
	else
		out->number = (uint64_t)number;
}

static void set_json(struct ask_event *e, struct json value, struct ask_value *out)
{
	int n;

	switch (json_kind(value)) {
	case JSON_NULL:
		return;
	case JSON_BOOL:
		out->kind = ASK_NUMBER;
		out->number = *value.text == 't';
		out->text = out->number ? "true" : "false";
		out->length = value.length;
		return;
	case JSON_NUMBER:
		set_json_number(value, out);
		return;
	case JSON_STRING:
		n = json_text(value, e->text, sizeof(e->text));
		if (n < 0)
			out->kind = ASK_THERE;
		else
			set_asked_text(out, e->text, (size_t)n);
		return;
	default:
		out->kind = ASK_THERE;
	}
}

static bool find_step(struct json object, const struct meta_step *step, struct json *value)
{
	struct json_cursor c = json_within(object);
	struct json key;

	if (json_kind(object) != JSON_OBJECT)
		return false;
	while (json_next_member(&c, &key, value))
		if (key.length == step->length && !memcmp(key.text, step->name, key.length))
			return true;
	return false;
}

/* Of an array the element, of anything else itself. */
static bool find_element(struct json value, uint32_t index, struct json *element)
{
	struct json_cursor c = json_within(value);

	*element = value;
	if (json_kind(value) != JSON_ARRAY)
		return !index;
	while (json_next_element(&c, element))
		if (!index--)
			return true;
	return false;
}

void ask_json_value(struct ask_event *e, const struct retis_view *view, const struct retis_field *f,
		    const struct meta_step *steps, size_t n, uint32_t index, struct ask_value *out)
{
	struct json value;

	*out = (struct ask_value){ 0 };
	if (json_check((const char *)field_data(f, view), field_size(f, view), &value, NULL))
		return;
	for (size_t i = 0; i < n; i++)
		if (!find_step(value, &steps[i], &value))
			return;
	if (find_element(value, index, &value))
		set_json(e, value, out);
}
