/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/event/text_cache.h"

#include <stdlib.h>

/* Packets that are on their way at one time. */
#define PLACES 4096
/* Headers fit, and the bytes that are collected of payload by default. */
#define PAYLOAD_MAX 192
#define TEXT_MAX 288

struct cached_text {
	/* NULL: nothing is here. */
	text_printer *print;
	uint32_t present;
	uint32_t layout;
	/* Of a text of more than one line; else it does not matter. */
	uint32_t indent;
	bool is_broken;
	uint16_t payload_length;
	uint16_t text_length;
	char text[TEXT_MAX];
	uint8_t payload[PAYLOAD_MAX];
};

struct text_cache {
	struct cached_text places[PLACES];
};

struct text_cache *text_cache_new(void)
{
	return calloc(1, sizeof(struct text_cache));
}

void text_cache_free(struct text_cache *c)
{
	free(c);
}

/* Eight bytes a step: it only has to scatter, and payload may be long. */
static uint64_t hash_payload(const struct retis_view *view)
{
	const uint8_t *at = view->data;
	uint64_t hash = view->length | (uint64_t)view->present << 32, word;
	uint32_t left = view->length;

	for (; left >= sizeof(word); left -= sizeof(word), at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		hash = (hash ^ word) * 0x9e3779b97f4a7c15;
		hash ^= hash >> 32;
	}
	for (; left; left--)
		hash = (hash ^ *at++) * 0x9e3779b97f4a7c15;
	return hash ^ hash >> 32;
}

void text_key_init(struct text_key *key, const struct retis_section_type *type,
		   const struct retis_view *view, bool link_layer, const struct retis_text *out)
{
	*key = (struct text_key){
		.print = type->print,
		.view = view,
		.layout = (uint32_t)out->multi_line << 1 | link_layer,
		.indent = out->indent,
		.hash = view->length <= PAYLOAD_MAX ? hash_payload(view) : 0,
	};
}

bool text_cache_get(const struct text_cache *c, const struct text_key *key, struct retis_text *out)
{
	const struct cached_text *t = &c->places[key->hash % PLACES];
	const struct retis_view *view = key->view;

	if (t->print != key->print || t->layout != key->layout || t->present != view->present ||
	    (t->is_broken && t->indent != key->indent) || t->payload_length != view->length ||
	    memcmp(t->payload, view->data, view->length))
		return false;
	retis_text_bytes(out, t->text, t->text_length);
	return true;
}

void text_cache_put(struct text_cache *c, const struct text_key *key, const char *text,
		    size_t length)
{
	struct cached_text *t = &c->places[key->hash % PLACES];
	const struct retis_view *view = key->view;

	if (view->length > PAYLOAD_MAX || length > TEXT_MAX)
		return;
	t->print = key->print;
	t->present = view->present;
	t->layout = key->layout;
	t->indent = key->indent;
	t->is_broken = memchr(text, '\n', length);
	t->payload_length = (uint16_t)view->length;
	t->text_length = (uint16_t)length;
	memcpy(t->payload, view->data, view->length);
	memcpy(t->text, text, length);
}
