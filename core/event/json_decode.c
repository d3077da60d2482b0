/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A payload grows as values are put into it, zeros in between. In the end it is
 * made as long as its table says a whole one is: printers ask for whole structs.
 */
#include "core/event/json_decode.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>

#include "core/event/registry.h"

struct decode {
	struct decoded *out;
	/* Where the nearest field ends that must not come into being. */
	uint32_t absent_end;
};

static int extend(struct decode *d, uint32_t end)
{
	struct decoded *out = d->out;

	if (end > out->capacity)
		return -ENOSPC;
	if (end > out->length) {
		memset(out->data + out->length, 0, end - out->length);
		out->length = end;
	}
	return 0;
}

static int put_uint(uint8_t *to, uint32_t size, uint64_t v)
{
	if (size < 8 && v >> (8 * size))
		return -ERANGE;
	/* The host's byte order, whichever it is. */
	switch (size) {
	case 1:
		*to = (uint8_t)v;
		break;
	case 2:
		memcpy(to, &(uint16_t){ (uint16_t)v }, 2);
		break;
	case 4:
		memcpy(to, &(uint32_t){ (uint32_t)v }, 4);
		break;
	default:
		memcpy(to, &v, 8);
	}
	return 0;
}

static int put_int(uint8_t *to, uint32_t size, int64_t v)
{
	uint64_t mask = ~0ull >> (64 - 8 * size);

	if (size < 8 && (v < -(int64_t)(mask / 2) - 1 || v > (int64_t)(mask / 2)))
		return -ERANGE;
	return put_uint(to, size, (uint64_t)v & mask);
}

static int decode_number(const struct retis_field *f, struct json value, uint8_t *to)
{
	uint64_t u;
	int64_t i;
	int err;

	if (f->kind == RETIS_INT) {
		err = json_int(value, &i);
		return err ? err : put_int(to, f->size, i);
	}
	err = json_uint(value, &u);
	return err ? err : put_uint(to, f->size, u);
}

static int decode_bool(struct json value, uint8_t *to)
{
	if (json_kind(value) != JSON_BOOL)
		return -EINVAL;
	*to = *value.text == 't';
	return 0;
}

/* Longest enum name or address that is understood. */
#define WORD_MAX 256

static int put_enum(const struct retis_field *f, int64_t v, uint8_t *to)
{
	uint64_t mask = ~0ull >> (64 - 8 * f->size);

	/* A table may spell the same bits signed or unsigned. */
	if (v > 0 && (uint64_t)v <= mask)
		return put_uint(to, f->size, (uint64_t)v);
	return put_int(to, f->size, v);
}

/* Numbers looked at for a text. */
#define VALUE_TRIES 64

/* A text that no table knows, of a table that its file filled: any number will do that
 * nobody else has. */
static int make_value(const struct retis_field *f, const char *text, struct name_tables *made,
		      int64_t *value)
{
	const int64_t top = 1LL << (8 * f->size - 2);
	struct retis_file_name entry = {
		.table = f->names_from, .key = value, .key_size = sizeof(*value), .text = text
	};
	int64_t hash = 5381;
	const char *taken;
	int added, tries = 0;

	if (f->size < 2 || f->size > 4)
		return -EINVAL;
	for (const char *c = text; *c; c++)
		hash = (hash * 33 + (unsigned char)*c) & (top - 1);
	do {
		/* So many that meet are no accident. */
		if (tries++ == VALUE_TRIES)
			return -ERANGE;
		*value = top | hash;
		hash = (hash + 1) & (top - 1);
		taken = name_tables_find(made, f->names_from, value, sizeof(*value), 0);
	} while (taken && strcmp(taken, text));
	added = taken ? 0 : name_tables_add(made, &entry);
	return added < 0 ? added : 0;
}

static int decode_enum(const struct retis_field *f, struct json value, struct name_tables *made,
		       uint8_t *to)
{
	char word[WORD_MAX];
	int64_t number;
	int err, n;

	if (json_kind(value) == JSON_NUMBER) {
		err = json_int(value, &number);
		return err ? err : put_enum(f, number, to);
	}
	n = json_text(value, word, sizeof(word));
	if (n < 0)
		return -EINVAL;
	for (uint32_t i = 0; i < f->n_names; i++) {
		if (!strcmp(f->names[i].name, word))
			return put_enum(f, f->names[i].value, to);
	}
	err = n ? json_int((struct json){ word, (size_t)n }, &number) : -EINVAL;
	if (err && n && f->names_from && made)
		err = make_value(f, word, made, &number);
	return err ? err : put_enum(f, number, to);
}

static int decode_mac(const char *text, uint8_t *to)
{
	for (int i = 0; i < 6; i++, text += 3) {
		char *end;

		if (!strchr("0123456789abcdefABCDEF", text[0]) || !text[0])
			return -EINVAL;
		to[i] = (uint8_t)strtoul(text, &end, 16);
		if (end != text + 2 || *end != (i == 5 ? '\0' : ':'))
			return -EINVAL;
	}
	return 0;
}

static int decode_address(const struct retis_field *f, struct json value, uint8_t *to)
{
	char word[WORD_MAX];

	if (json_text(value, word, sizeof(word)) < 0)
		return -EINVAL;
	if (f->kind == RETIS_MAC)
		return decode_mac(word, to);
	return inet_pton(f->kind == RETIS_IP4 ? AF_INET : AF_INET6, word, to) == 1 ? 0 : -EINVAL;
}

/* Of up to SIZE bytes; how many there are. */
static int decode_bytes(struct json value, uint8_t *to, uint32_t size)
{
	char text[RETIS_EVENT_MAX * 2];
	int n;

	if (json_kind(value) != JSON_STRING)
		return -EINVAL;
	/* Some writers escape the slash. */
	if (!memchr(value.text, '\\', value.length))
		return base64_decode(value.text + 1, value.length - 2, to, size);
	n = json_text(value, text, sizeof(text));
	return n < 0 ? n : base64_decode(text, (size_t)n, to, size);
}

static int decode_string(struct json value, uint8_t *to, uint32_t size)
{
	char text[RETIS_EVENT_MAX];
	int n = json_text(value, text, sizeof(text));

	if (n > 0 && (uint32_t)n > size)
		return -ENOSPC;
	if (n > 0)
		memcpy(to, text, (size_t)n);
	return n;
}

/* One value of a fixed size, of which there are zeros at TO. */
static int decode_value(struct decode *d, const struct retis_field *f, struct json value,
			uint8_t *to)
{
	int n;

	switch (f->kind) {
	case RETIS_UINT:
	case RETIS_HEX:
	case RETIS_INT:
		return decode_number(f, value, to);
	case RETIS_BOOL:
		return decode_bool(value, to);
	case RETIS_ENUM:
		return decode_enum(f, value, d->out->made, to);
	case RETIS_IP4:
	case RETIS_IP6:
	case RETIS_MAC:
		return decode_address(f, value, to);
	case RETIS_STRING:
		n = decode_string(value, to, f->size);
		break;
	default:
		n = decode_bytes(value, to, f->size);
		if (n >= 0 && (uint32_t)n < f->size)
			return -ERANGE;
	}
	return n == -ENOSPC ? -ERANGE : n < 0 ? n : 0;
}

/* A value that goes on to the end of the payload. */
static int decode_rest(struct decode *d, const struct retis_field *f, struct json value)
{
	struct decoded *out = d->out;
	uint8_t *to = out->data + f->offset;
	uint32_t room;
	int n;

	if (f->offset > out->capacity)
		return -ENOSPC;
	room = out->capacity - f->offset;
	n = f->kind == RETIS_STRING ? decode_string(value, to, room)
				    : decode_bytes(value, to, room);
	if (n < 0)
		return n;
	if (f->offset > out->length)
		memset(out->data + out->length, 0, f->offset - out->length);
	if (f->offset + (uint32_t)n > out->length)
		out->length = f->offset + (uint32_t)n;
	return 0;
}

static int decode_array(struct decode *d, const struct retis_field *f, struct json value,
			uint8_t *to)
{
	struct json_iter iter = json_iter(value);
	struct json element;
	uint32_t i = 0;
	int err = json_kind(value) == JSON_ARRAY ? 0 : -EINVAL;

	for (; !err && json_next_element(&iter, &element); i++)
		err = i == f->count ? -ERANGE : decode_value(d, f, element, to + i * f->size);
	return err ? err : i == f->count ? 0 : -ERANGE;
}

static int decode_object(struct decode *d, const struct retis_field *fields, uint32_t n,
			 struct json object);

static bool is_empty_object(struct json value)
{
	struct json_iter iter = json_iter(value);
	struct json key, member;

	return json_kind(value) == JSON_OBJECT && !json_next_member(&iter, &key, &member);
}

/* A group of which something is there is all there: printers ask for whole ones. */
static int decode_group(struct decode *d, const struct retis_field *f, struct json value)
{
	uint32_t absent_end = d->absent_end;
	int err = decode_object(d, f->fields, f->n_fields, value);

	if (f->present && !is_empty_object(value))
		d->absent_end = absent_end;
	return err;
}

static int decode_field(struct decode *d, const struct retis_field *f, struct json value)
{
	uint8_t *to = d->out->data + f->offset;
	int err;

	if (f->kind == RETIS_OBJECT)
		return decode_group(d, f, value);
	if (!f->size)
		return decode_rest(d, f, value);
	err = extend(d, f->offset + f->size * (f->count ? f->count : 1));
	if (err)
		return err;
	return f->count ? decode_array(d, f, value, to) : decode_value(d, f, value, to);
}

/* The text itself: nothing describes what is in it. */
static int keep_text(struct decode *d, const struct retis_field *f, struct json object)
{
	int err = extend(d, f->offset + (uint32_t)object.length);

	if (!err)
		memcpy(d->out->data + f->offset, object.text, object.length);
	return err;
}

static void note_absent(struct decode *d, const struct retis_field *f)
{
	uint32_t end = f->offset + f->size * (f->count ? f->count : 1);

	if (f->present)
		return;
	for (uint32_t i = 0; i < f->n_fields && f->kind == RETIS_OBJECT; i++)
		note_absent(d, &f->fields[i]);
	if (f->kind == RETIS_OBJECT || f->kind == RETIS_JSON || f->kind == RETIS_NAME)
		return;
	if (!d->out->missing)
		d->out->missing = f->name;
	if (end < d->absent_end)
		d->absent_end = end;
}

/* The field of that key; *AT is where to look first: keys come in order. */
static const struct retis_field *find(const struct retis_field *fields, uint32_t n, struct json key,
				      uint32_t *at)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t number = *at + i < n ? *at + i : *at + i - n;

		if (json_key_is(key, fields[number].name)) {
			*at = number + 1;
			return &fields[number];
		}
	}
	return NULL;
}

/* Of two members of one name the first counts. */
static int decode_members(struct decode *d, const struct retis_field *fields, uint32_t n,
			  struct json object, uint64_t *seen)
{
	struct json_iter iter = json_iter(object);
	struct json key, value;
	uint32_t at = 0;

	while (json_next_member(&iter, &key, &value)) {
		const struct retis_field *f = find(fields, n, key, &at);
		uint32_t number = f ? (uint32_t)(f - fields) : 0;
		int err;

		if (!f || f->kind == RETIS_JSON || f->kind == RETIS_NAME ||
		    json_kind(value) == JSON_NULL || seen[number / 64] >> (number % 64) & 1)
			continue;
		err = decode_field(d, f, value);
		if (err) {
			d->out->failed = d->out->failed ? d->out->failed : f;
			return err;
		}
		seen[number / 64] |= 1ull << (number % 64);
		if (f->present)
			d->out->present |= 1u << (f->present - 1);
	}
	return 0;
}

static int decode_object(struct decode *d, const struct retis_field *fields, uint32_t n,
			 struct json object)
{
	uint64_t seen[REGISTRY_FIELDS_MAX / 64] = { 0 };
	int err;

	if (json_kind(object) != JSON_OBJECT)
		return -EINVAL;
	err = decode_members(d, fields, n, object, seen);
	for (uint32_t i = 0; i < n && !err; i++) {
		if (fields[i].kind == RETIS_JSON)
			err = keep_text(d, &fields[i], object);
		else if (!(seen[i / 64] >> (i % 64) & 1))
			note_absent(d, &fields[i]);
	}
	return err;
}

struct extent {
	uint32_t end;
	uint32_t align;
	bool open;
};

static void measure(const struct retis_field *fields, uint32_t n, struct extent *e)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct retis_field *f = &fields[i];
		uint32_t end = f->offset + f->size * (f->count ? f->count : 1);

		if (f->kind == RETIS_OBJECT) {
			measure(f->fields, f->n_fields, e);
			continue;
		}
		e->open |= !f->size;
		if (end > e->end)
			e->end = end;
		if (f->kind <= RETIS_HEX || f->kind == RETIS_ENUM)
			e->align = f->size > e->align ? f->size : e->align;
	}
}

static uint32_t round_up(uint32_t v, uint32_t to)
{
	return (v + to - 1) / to * to;
}

static int complete(struct decode *d, const struct retis_field *fields, uint32_t n)
{
	struct extent e = { .align = 1 };
	uint32_t end;

	measure(fields, n, &e);
	if (e.open)
		return 0;
	end = round_up(d->absent_end == UINT32_MAX ? e.end : d->out->length, e.align);
	if (end >= d->absent_end)
		end = d->absent_end - 1;
	return end > d->out->length ? extend(d, end) : 0;
}

int json_decode(const struct retis_field *fields, uint32_t n, struct json object,
		struct decoded *out)
{
	struct decode d = { .out = out, .absent_end = UINT32_MAX };
	int err;

	out->length = 0;
	out->present = 0;
	out->missing = NULL;
	out->failed = NULL;
	err = decode_object(&d, fields, n, object);
	return err ? err : complete(&d, fields, n);
}
