/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Single values out of JSON. */
#include "core/event/json_value.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>

#include "core/event/json_decode.h"

static int put_int(uint8_t *to, uint32_t size, int64_t v)
{
	uint64_t mask = ~0ull >> (64 - 8 * size);

	if (size < 8 && (v < -(int64_t)(mask / 2) - 1 || v > (int64_t)(mask / 2)))
		return -ERANGE;
	return json_put_uint(to, size, (uint64_t)v & mask);
}

static int decode_number(const struct retis_field *f, struct json_cursor *c, uint8_t *to)
{
	uint64_t u;
	int64_t i;
	int err;

	if (f->kind == RETIS_INT) {
		err = json_take_int(c, &i);
		return err ? err : put_int(to, f->size, i);
	}
	err = json_take_uint(c, &u);
	return err ? err : json_put_uint(to, f->size, u);
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

static int put_enum_value(const struct retis_field *f, int64_t v, uint8_t *to)
{
	uint64_t mask = ~0ull >> (64 - 8 * f->size);

	/* A table may spell the same bits signed or unsigned. */
	if (v > 0 && (uint64_t)v <= mask)
		return json_put_uint(to, f->size, (uint64_t)v);
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
		return err ? err : put_enum_value(f, number, to);
	}
	n = json_text(value, word, sizeof(word));
	if (n < 0)
		return -EINVAL;
	for (uint32_t i = 0; i < f->n_names; i++) {
		if (!strcmp(f->names[i].name, word))
			return put_enum_value(f, f->names[i].value, to);
	}
	err = n ? json_int((struct json){ word, (size_t)n }, &number) : -EINVAL;
	if (err && n && f->names_from && made)
		err = make_value(f, word, made, &number);
	return err ? err : put_enum_value(f, number, to);
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
	char mapped[sizeof("::ffff:") + WORD_MAX] = "::ffff:", *word = strchr(mapped, '\0');
	bool v4;

	if (json_text(value, word, WORD_MAX) < 0)
		return -EINVAL;
	if (f->kind == RETIS_MAC)
		return decode_mac(word, to);
	v4 = f->kind == RETIS_IP4;
	if (f->kind == RETIS_IP && !strchr(word, ':'))
		word = mapped;
	return inet_pton(v4 ? AF_INET : AF_INET6, word, to) == 1 ? 0 : -EINVAL;
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

/* Of up to SIZE bytes: the array's strings, with '\n' between them. How many there are. */
static int decode_lines(struct json value, uint8_t *to, uint32_t size)
{
	struct json_cursor c = json_within(value);
	struct json line;
	uint32_t used = 0;

	if (json_kind(value) != JSON_ARRAY)
		return -EINVAL;
	for (bool first = true; json_next_element(&c, &line); first = false) {
		int n;

		if (!first && used == size)
			return -ENOSPC;
		if (!first)
			to[used++] = '\n';
		n = decode_string(line, to + used, size - used);
		if (n < 0)
			return n;
		used += (uint32_t)n;
	}
	return (int)used;
}

int json_decode_value(const struct retis_field *f, struct name_tables *made, struct json_cursor *c,
		      uint8_t *to)
{
	int n;

	switch (f->kind) {
	case RETIS_UINT:
	case RETIS_HEX:
	case RETIS_INT:
		return decode_number(f, c, to);
	case RETIS_BOOL:
		return decode_bool(json_take(c), to);
	case RETIS_ENUM:
		return decode_enum(f, json_take(c), made, to);
	case RETIS_IP4:
	case RETIS_IP6:
	case RETIS_IP:
	case RETIS_MAC:
		return decode_address(f, json_take(c), to);
	case RETIS_STRING:
		n = decode_string(json_take(c), to, f->size);
		break;
	case RETIS_LINES:
		n = decode_lines(json_take(c), to, f->size);
		break;
	default:
		n = decode_bytes(json_take(c), to, f->size);
		if (n >= 0 && (uint32_t)n < f->size)
			return -ERANGE;
	}
	return n == -ENOSPC ? -ERANGE : n < 0 ? n : 0;
}

int json_decode_rest(const struct retis_field *f, struct json value, uint8_t *to, uint32_t room)
{
	if (f->kind == RETIS_LINES)
		return decode_lines(value, to, room);
	return f->kind == RETIS_STRING ? decode_string(value, to, room)
				       : decode_bytes(value, to, room);
}
