/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Texts of sections that are nothing but their payload in other words: a packet passes
 * several probes, and is the same at most of them. Who comes to a place that is taken
 * gets it, so memory is bounded and nothing is ever looked for.
 */
#ifndef EVENT_TEXT_CACHE_H
#define EVENT_TEXT_CACHE_H

#include <stdbool.h>

#include <retis/section.h>

struct text_cache;

/* Of whose texts it is; types may be those of a file that is gone. */
typedef void text_printer(const struct retis_view *view, const struct retis_print *how,
			  struct retis_text *out);

/* All that a text depends on. */
struct text_key {
	text_printer *print;
	const struct retis_view *view;
	/* Bits: lines may be broken, link-layer details are wanted. */
	uint32_t layout;
	/* Of lines that are broken. */
	uint32_t indent;
	/* Where its place is. */
	uint64_t hash;
};

/* NULL: no memory. */
struct text_cache *text_cache_new(void);
void text_cache_free(struct text_cache *c);

void text_key_init(struct text_key *key, const struct retis_section_type *type,
		   const struct retis_view *view, bool link_layer, const struct retis_text *out);

/* Appends the text; false: it is not there. */
bool text_cache_get(const struct text_cache *c, const struct text_key *key, struct retis_text *out);
/* Keeps the text, if it is short enough. */
void text_cache_put(struct text_cache *c, const struct text_key *key, const char *text,
		    size_t length);

#endif
