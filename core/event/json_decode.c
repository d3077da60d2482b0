/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A payload grows as values are put into it, zeros in between. In the end it is
 * made as long as its table says a whole one is: printers ask for whole structs.
 */
#include "core/event/json_decode.h"

#include <errno.h>
#include <stdlib.h>

#include "core/event/json_value.h"
#include "core/event/registry.h"
#include "core/json/expect.h"

struct decode_node {
	const struct retis_field *field;
	struct json_name name;
	/* Where it ends. */
	uint32_t end;
	/* A single number that is never negative. */
	bool is_uint;
	/* It does not come out of JSON. */
	bool is_derived;
	/* RETIS_OBJECT: its fields, of which there are field->n_fields. */
	const struct decode_node *nodes;
};

struct decode_table {
	/* Of a payload in which nothing is missing. */
	uint32_t end;
	uint32_t align;
	/* The last field goes on to the end of the payload. */
	bool open;
	uint32_t n;
	uint32_t used;
	struct decode_node nodes[];
};

/* Names in one section that are kept. */
#define NAMES_MAX 8

struct decode {
	struct decoded *out;
	/* Where the nearest field ends that must not come into being. */
	uint32_t absent_end;
	/* Before that there is nothing that was not put there. */
	uint32_t cleared;
	/* Members that name what others say. */
	struct {
		const struct retis_field *field;
		struct json text;
	} names[NAMES_MAX];
	uint32_t n_names;
};

static int extend_section(struct decode *d, uint32_t end)
{
	struct decoded *out = d->out;

	if (end > out->capacity)
		return -ENOSPC;
	if (end > d->cleared) {
		memset(out->data + d->cleared, 0, end - d->cleared);
		d->cleared = end;
	}
	if (end > out->length)
		out->length = end;
	return 0;
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
	n = json_decode_rest(f, value, to, room);
	if (n < 0)
		return n;
	if (f->offset > d->cleared)
		memset(out->data + d->cleared, 0, f->offset - d->cleared);
	if (f->offset + (uint32_t)n > d->cleared)
		d->cleared = f->offset + (uint32_t)n;
	return extend_section(d, f->offset + (uint32_t)n);
}

static int decode_array(struct decode *d, const struct retis_field *f, struct json_cursor *c,
			uint8_t *to)
{
	uint32_t i = 0;
	int err = json_open(c, JSON_ARRAY) ? 0 : -EINVAL;

	for (; !err && json_element(c); i++)
		err = i == f->count ? -ERANGE
				    : json_decode_value(f, d->out->made, c, to + i * f->size);
	return err ? err : i == f->count ? 0 : -ERANGE;
}

static int decode_object(struct decode *d, const struct decode_node *nodes, uint32_t n,
			 struct json_cursor *c);

static bool is_empty_object(struct json_cursor c)
{
	struct json key;

	return json_open(&c, JSON_OBJECT) && !json_key(&c, &key);
}

/* A group of which something is there is all there: printers ask for whole ones. */
static int decode_group(struct decode *d, const struct decode_node *node, struct json_cursor *c)
{
	uint32_t absent_end = d->absent_end;
	bool whole = node->field->present && !is_empty_object(*c);
	int err = decode_object(d, node->nodes, node->field->n_fields, c);

	if (whole)
		d->absent_end = absent_end;
	return err;
}

static int decode_field(struct decode *d, const struct decode_node *node, struct json_cursor *c)
{
	const struct retis_field *f = node->field;
	uint8_t *to = d->out->data + f->offset;
	uint64_t v;
	int err;

	if (node->is_uint && json_digits(c, &v)) {
		err = extend_section(d, node->end);
		return err ? err : json_put_uint(to, f->size, v);
	}
	if (f->kind == RETIS_OBJECT)
		return decode_group(d, node, c);
	if (!f->size)
		return decode_rest(d, f, json_take(c));
	err = extend_section(d, node->end);
	if (err)
		return err;
	return f->count ? decode_array(d, f, c, to) : json_decode_value(f, d->out->made, c, to);
}

/* The text itself: nothing describes what is in it. */
static int keep_text(struct decode *d, const struct retis_field *f, struct json object)
{
	int err = extend_section(d, f->offset + (uint32_t)object.length);

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

/* The field of that key; *AT is where to look first. */
static const struct decode_node *find_node(const struct decode_node *nodes, uint32_t n,
					   struct json key, uint32_t *at)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t number = *at + i < n ? *at + i : *at + i - n;

		if (json_key_is(key, nodes[number].field->name)) {
			*at = number + 1;
			return &nodes[number];
		}
	}
	return NULL;
}

/* To the next member; false: there is none. *NODE: its field, NULL for none. */
static bool next_member(const struct decode_node *nodes, uint32_t n, struct json_cursor *c,
			uint32_t *at, const struct decode_node **node)
{
	struct json key;

	if (*at < n && json_key_if(c, &nodes[*at].name)) {
		*node = &nodes[(*at)++];
		return true;
	}
	if (!json_key(c, &key))
		return false;
	*node = find_node(nodes, n, key, at);
	return true;
}

static void note_name(struct decode *d, const struct retis_field *f, struct json text)
{
	if (!d->out->made || d->n_names == NAMES_MAX || json_kind(text) != JSON_STRING)
		return;
	d->names[d->n_names].field = f;
	d->names[d->n_names++].text = text;
}

/* Once what they name is there. What is no name, or too long for one, is left out. */
static int keep_names(const struct decode *d)
{
	char text[NAME_TEXT_MAX + 1], table[NAME_TABLE_SIZE];
	int err = 0;

	for (uint32_t i = 0; i < d->n_names && err != -ENOMEM; i++) {
		const struct retis_field *f = d->names[i].field;
		const struct retis_file_name name = { .since = d->out->since,
						      .table = table,
						      .key = d->out->data + f->offset,
						      .key_size = f->size,
						      .text = text };

		if (f->offset + f->size <= d->out->length && !f->count &&
		    json_text(d->names[i].text, text, sizeof(text)) > 0 &&
		    name_table_of_host(table, f->names_from, d->out->host))
			err = name_tables_say(d->out->made, &name);
		d->out->unnamed |= err == -ENOSPC;
	}
	return err == -ENOMEM ? err : 0;
}

/* Of two members of one name the first counts. */
static int decode_members(struct decode *d, const struct decode_node *nodes, uint32_t n,
			  struct json_cursor *c, uint64_t *seen)
{
	const struct decode_node *node;
	uint32_t at = 0;

	while (next_member(nodes, n, c, &at, &node)) {
		uint32_t number = node ? (uint32_t)(node - nodes) : 0;
		uint64_t bit = 1ull << (number % 64);
		int err;

		if (node && node->field->kind == RETIS_NAME) {
			note_name(d, node->field, json_take(c));
			continue;
		}
		if (!node || node->is_derived || seen[number / 64] & bit ||
		    json_peek_char(c) == 'n') {
			json_take(c);
			continue;
		}
		err = decode_field(d, node, c);
		if (err) {
			d->out->failed = d->out->failed ? d->out->failed : node->field;
			return err;
		}
		seen[number / 64] |= bit;
		if (node->field->present)
			d->out->present |= 1u << (node->field->present - 1);
	}
	return c->bad ? -EINVAL : 0;
}

static int decode_object(struct decode *d, const struct decode_node *nodes, uint32_t n,
			 struct json_cursor *c)
{
	uint64_t seen[REGISTRY_FIELDS_MAX / 64] = { 0 };
	const char *start;
	int err;

	if (!json_open(c, JSON_OBJECT))
		return -EINVAL;
	start = c->at - 1;
	err = decode_members(d, nodes, n, c, seen);
	for (uint32_t i = 0; i < n && !err; i++) {
		if (nodes[i].field->kind == RETIS_JSON)
			err = keep_text(d, nodes[i].field,
					(struct json){ start, (size_t)(c->at - start) });
		else if (!(seen[i / 64] >> (i % 64) & 1))
			note_absent(d, nodes[i].field);
	}
	return err;
}

static uint32_t round_up_to(uint32_t v, uint32_t to)
{
	return (v + to - 1) / to * to;
}

static int pad_section(struct decode *d, const struct decode_table *t)
{
	uint32_t end;

	if (t->open)
		return 0;
	end = round_up_to(d->absent_end == UINT32_MAX ? t->end : d->out->length, t->align);
	if (end >= d->absent_end)
		end = d->absent_end - 1;
	return end > d->out->length ? extend_section(d, end) : 0;
}

int json_decode(const struct decode_table *t, struct json_cursor *c, struct decoded *out)
{
	struct decode d = { .out = out, .absent_end = UINT32_MAX };
	struct json_cursor start = *c;
	int err;

	out->length = 0;
	out->present = 0;
	out->missing = NULL;
	out->named = false;
	out->unnamed = false;
	out->failed = NULL;
	d.cleared = t->end < out->capacity ? t->end : out->capacity;
	memset(out->data, 0, d.cleared);
	err = decode_object(&d, t->nodes, t->n, c);
	out->named = d.n_names;
	if (!err)
		err = keep_names(&d);
	if (!err)
		return pad_section(&d, t);
	/* To behind the object, from wherever it failed. */
	if (!c->bad) {
		*c = start;
		json_take(c);
	}
	return err;
}

static uint32_t count_fields(const struct retis_field *fields, uint32_t n)
{
	uint32_t all = n;

	for (uint32_t i = 0; i < n; i++)
		if (fields[i].kind == RETIS_OBJECT)
			all += count_fields(fields[i].fields, fields[i].n_fields);
	return all;
}

static void measure_node(struct decode_table *t, const struct decode_node *node)
{
	const struct retis_field *f = node->field;

	t->open |= !f->size;
	if (node->end > t->end)
		t->end = node->end;
	if ((f->kind <= RETIS_HEX || f->kind == RETIS_ENUM) && f->size > t->align)
		t->align = f->size;
}

static const struct decode_node *fill_table(struct decode_table *t,
					    const struct retis_field *fields, uint32_t n)
{
	struct decode_node *nodes = &t->nodes[t->used];

	t->used += n;
	for (uint32_t i = 0; i < n; i++) {
		const struct retis_field *f = &fields[i];

		nodes[i].field = f;
		nodes[i].is_derived = f->kind == RETIS_JSON || f->kind == RETIS_NAME;
		nodes[i].is_uint = (f->kind == RETIS_UINT || f->kind == RETIS_HEX) && !f->count;
		nodes[i].end = f->offset + f->size * (f->count ? f->count : 1);
		json_name_init(&nodes[i].name, f->name);
		if (f->kind == RETIS_OBJECT)
			nodes[i].nodes = fill_table(t, f->fields, f->n_fields);
		else
			measure_node(t, &nodes[i]);
	}
	return nodes;
}

struct decode_table *decode_table_new(const struct retis_field *fields, uint32_t n)
{
	struct decode_table *t;

	t = calloc(1, sizeof(*t) + count_fields(fields, n) * sizeof(t->nodes[0]));
	if (!t)
		return NULL;
	t->n = n;
	t->align = 1;
	fill_table(t, fields, n);
	return t;
}
