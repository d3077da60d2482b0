/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Sections: by a plugin's field table, or, if there is none, as JSON text. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/event/buffer.h"
#include "core/event/json_copy.h"
#include "core/event/json_decode.h"
#include "core/input/build.h"
#include "core/util/log.h"

struct build_opaque {
	struct build_opaque *next;
	struct retis_section_type type;
	char name[REGISTRY_NAME_MAX + 1];
};

/* Their text comes behind that of all others. */
#define OPAQUE_LINE (1u << 24)

static const struct retis_field text_field = {
	.name = "json",
	.about = "The section as it came",
	.kind = RETIS_JSON,
};

uint8_t *build_section_room(struct build *b, uint32_t *room)
{
	const struct retis_event *event = (const struct retis_event *)b->event;

	if (event->size + sizeof(struct retis_section) >= sizeof(b->event))
		return NULL;
	*room = (uint32_t)(sizeof(b->event) - event->size - sizeof(struct retis_section));
	return b->event + event->size + sizeof(struct retis_section);
}

void build_section_end(struct build *b, uint16_t type, uint32_t size, uint32_t present)
{
	struct retis_event *event = (struct retis_event *)b->event;
	struct retis_section *s = (struct retis_section *)(b->event + event->size);

	*s = (struct retis_section){ .type = type, .size = (uint16_t)size, .present = present };
	if (size % RETIS_ALIGN)
		memset((uint8_t *)(s + 1) + size, 0, RETIS_ALIGNED(size) - size);
	event->size += (uint32_t)(sizeof(*s) + RETIS_ALIGNED(size));
}

/* The number of a new type without a table, that goes behind RANK. */
static int add_opaque(struct build *b, const char *name, uint32_t rank)
{
	struct build_opaque *o = calloc(1, sizeof(*o));
	int number;

	if (!o)
		return -ENOMEM;
	snprintf(o->name, sizeof(o->name), "%s", name);
	o->type = (struct retis_section_type){
		.name = o->name,
		.about = "Section of a plugin that is not installed",
		.rank = rank,
		.line = OPAQUE_LINE + rank,
		.fields = &text_field,
		.n_fields = 1,
	};
	number = registry_add(&b->registry, &o->type, "");
	if (number < 0) {
		free(o);
		return number;
	}
	o->next = b->opaque;
	b->opaque = o;
	b->names.generation++;
	return number;
}

static int section_number(struct build *b, struct json key)
{
	char name[REGISTRY_NAME_MAX + 1];
	uint32_t rank =
		b->previous < b->registry.n ? b->registry.entries[b->previous].type->rank : 0;
	uint16_t number;

	if (key.length >= sizeof(name))
		return -EINVAL;
	memcpy(name, key.text, key.length);
	name[key.length] = '\0';
	number = registry_find(&b->registry, name);
	return number != REGISTRY_NONE ? number : add_opaque(b, name, rank);
}

static void leave_out(struct build *b, const char *name, const char *why)
{
	build_note(b, "section '%s' left out: %s", name, why);
}

static void leave_out_full(struct build *b, const char *name, const char *what)
{
	struct retis_event *event = (struct retis_event *)b->event;
	char why[128];

	snprintf(why, sizeof(why), "%s is too much for an event", what);
	leave_out(b, name, why);
	event->missing += event->missing < UINT8_MAX;
}

static void decode_failed(struct build *b, const char *name, const struct decoded *d, int err)
{
	const char *what = d->failed ? d->failed->name : "it";
	char why[128];

	if (err == -ENOSPC) {
		leave_out_full(b, name, what);
		return;
	}
	snprintf(why, sizeof(why), "%s is %s", what,
		 err == -ERANGE ? "out of range" : "of the wrong kind");
	leave_out(b, name, why);
}

static void tell_missing_field(struct build *b, const struct retis_section_type *type, int number,
			       const char *missing)
{
	uint64_t bit = 1ull << (number % 64);

	if (b->told[number / 64] & bit)
		return;
	b->told[number / 64] |= bit;
	log_debug("section %s lacks '%s' here: it counts as 0", type->name, missing);
}

static void put_new_fields(struct build *b, int number, struct json_cursor *c)
{
	const struct retis_section_type *type = b->registry.entries[number].type;
	const struct retis_event *event = (const struct retis_event *)b->event;
	struct decoded d = { .made = &b->made.tables,
			     .since = event->timestamp,
			     .host = event->host };
	const char *start = c->at;
	int err = -ENOSPC;

	d.data = build_section_room(b, &d.capacity);
	if (d.data)
		err = json_decode(b->tables[number], c, &d);
	else
		json_take(c);
	if (err) {
		decode_failed(b, type->name, &d, err);
		return;
	}
	if (d.unnamed)
		build_note(b, "a name in section '%s' is one too many", type->name);
	if (d.missing)
		tell_missing_field(b, type, number, d.missing);
	if (!c->bad && !d.named)
		memo_keep(b->memos[number], (struct json){ start, (size_t)(c->at - start) }, d.data,
			  d.length, d.present);
	build_section_end(b, (uint16_t)number, d.length, d.present);
}

static void put_section_fields(struct build *b, int number, struct json_cursor *c)
{
	const struct memo_entry *known = memo_find(b->memos[number], c);
	uint8_t *to;
	uint32_t room;

	if (!known) {
		put_new_fields(b, number, c);
		return;
	}
	to = build_section_room(b, &room);
	if (!to || room < known->data_length) {
		leave_out_full(b, b->registry.entries[number].type->name, "it");
		return;
	}
	memcpy(to, known->data, known->data_length);
	build_section_end(b, (uint16_t)number, known->data_length, known->note);
}

static void put_opaque(struct build *b, int number, struct json value)
{
	const char *name = b->registry.entries[number].type->name;
	struct retis_text text = { 0 };
	uint32_t room;

	text.data = (char *)build_section_room(b, &room);
	text.capacity = text.data ? room : 0;
	if (json_kind(value) != JSON_OBJECT) {
		leave_out(b, name, "it is no object");
		return;
	}
	json_copy(value, &text);
	if (text.failed)
		leave_out_full(b, name, "it");
	else
		build_section_end(b, (uint16_t)number, (uint32_t)text.length, 0);
}

/* It comes for the first time. */
static int learn_section(struct build *b, int number)
{
	const struct retis_section_type *type = b->registry.entries[number].type;

	b->tables[number] = decode_table_new(type->fields, type->n_fields);
	b->memos[number] = calloc(1, sizeof(*b->memos[number]));
	json_name_init(&b->keys[number], type->name);
	return b->tables[number] && b->memos[number] ? 0 : -ENOMEM;
}

static void put_numbered_section(struct build *b, int number, struct json_cursor *c)
{
	b->behind[b->previous] = (uint16_t)number;
	b->previous = (uint16_t)number;
	if (b->registry.entries[number].type->fields == &text_field)
		put_opaque(b, number, json_take(c));
	else
		put_section_fields(b, number, c);
}

static int put_named_section(struct build *b, struct json key, struct json_cursor *c)
{
	int number = section_number(b, key);
	char name[REGISTRY_NAME_MAX + 1];

	if (number >= 0 && !b->tables[number])
		number = learn_section(b, number) ? -ENOMEM : number;
	if (number == -ENOMEM)
		return number;
	if (number >= 0) {
		put_numbered_section(b, number, c);
		return 0;
	}
	json_take(c);
	snprintf(name, sizeof(name), "%.*s",
		 (int)(key.length < sizeof(name) ? key.length : sizeof(name) - 1), key.text);
	leave_out(b, name, number == -ENOSPC ? "there are too many" : "bad name for a section");
	return 0;
}

bool build_same_section(struct build *b, struct json_cursor *c)
{
	uint16_t number = b->behind[b->previous];

	if (b->level != FIXUP_NONE || !json_key_if(c, &b->keys[number]))
		return false;
	if (json_peek(c) == JSON_NULL)
		json_take(c);
	else
		put_numbered_section(b, number, c);
	return true;
}

/* Appends to b->fixed, and returns what was appended. */
static struct json fix_value(struct build *b, const char *path, struct json value)
{
	size_t mark = b->fixed.length;

	fixup_section(b->level, path, value, &b->fixed);
	if (b->fixed.failed)
		return value;
	return (struct json){ b->fixed.data + mark, b->fixed.length - mark };
}

/* The same of a value apart. */
static int put_section_value(struct build *b, struct json key, struct json value)
{
	struct json_cursor c = json_cursor(value.text, value.length);

	return put_named_section(b, key, &c);
}

static int put_hoisted(struct build *b, const char *path, struct json section)
{
	struct json_cursor c = json_within(section);
	struct json key, value;
	int err = 0;

	while (!err && json_next_member(&c, &key, &value)) {
		const char *to = fixup_hoist(b->level, path, key);
		char from[2 * REGISTRY_NAME_MAX + 4];

		if (!to || json_kind(value) != JSON_OBJECT)
			continue;
		snprintf(from, sizeof(from), "%s/%.*s", path,
			 (int)(key.length < REGISTRY_NAME_MAX ? key.length : REGISTRY_NAME_MAX),
			 key.text);
		text_clear(&b->fixed);
		value = fix_value(b, from, value);
		err = b->fixed.failed
			      ? -ENOMEM
			      : put_section_value(b, (struct json){ to, strlen(to) }, value);
	}
	return err;
}

int build_section(struct build *b, struct json key, struct json_cursor *c)
{
	char path[REGISTRY_NAME_MAX + 1];
	struct json value;
	int err;

	if (b->level == FIXUP_NONE || json_peek(c) != JSON_OBJECT)
		return put_named_section(b, key, c);
	snprintf(path, sizeof(path), "%.*s", (int)(key.length < sizeof(path) ? key.length : 0),
		 key.text);
	if (!fixup_wanted(b->level, path))
		return put_named_section(b, key, c);
	value = json_take(c);
	err = put_hoisted(b, path, value);
	if (err)
		return err;
	text_clear(&b->fixed);
	value = fix_value(b, path, value);
	return b->fixed.failed ? -ENOMEM : put_section_value(b, key, value);
}

void build_opaque_free(struct build *b)
{
	while (b->opaque) {
		struct build_opaque *next = b->opaque->next;

		free(b->opaque);
		b->opaque = next;
	}
}
