/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * How a section describes itself. From a section's field table come its JSON,
 * its generic text form and its description in event files, so a plugin only
 * writes by hand what a table can't say: its one-line text.
 */
#ifndef RETIS_SECTION_H
#define RETIS_SECTION_H

#include <stdbool.h>
#include <stdint.h>

#include <retis/event.h>
#include <retis/field.h>
#include <retis/text.h>

/* How and what to print; the same for all sections of an event. */
struct retis_print {
	/* sizeof(struct retis_print) of the host. */
	uint32_t size;
	/* Link-layer details are wanted (-e). */
	uint8_t link_layer;
};

/*
 * Names that were made at run time: of a live collection, or a file's. The text
 * that table TABLE has of the SIZE bytes at KEY, as it was at time AT
 * (CLOCK_MONOTONIC, ns), or NULL; valid during the call that got it.
 */
struct retis_names {
	/* sizeof(struct retis_names) of the host. */
	uint32_t size;
	const char *(*find)(const struct retis_names *names, const char *table, const void *key,
			    uint32_t size, uint64_t at);
};

/* One section of one event. Borrowed: valid during the call that got it. */
struct retis_view {
	/* sizeof(struct retis_view) of the host. */
	uint32_t size;
	/* Bytes at `data`, never more than the section really has. */
	uint32_t length;
	const void *data;
	/* As in struct retis_section. */
	uint32_t present;
	/* The event it is part of. */
	const struct retis_event *event;
	/* May be NULL; see retis_view_name(). */
	const struct retis_names *names;
};

/* Where a section's text goes. */
enum retis_place {
	/* On lines of its own, below the event's first line. */
	RETIS_OWN_LINE = 0,
	/* At the end of the event's first line. */
	RETIS_FIRST_LINE,
};

struct retis_section_type {
	/* The key in an event's JSON object, kebab-case, unique among all plugins. */
	const char *name;
	/* One line on what it says. */
	const char *about;
	/* Raised when fields change their meaning; appending fields is not. */
	uint32_t version;
	enum retis_place place;
	/* Sections print in ascending order of `line`, and appear in JSON in ascending order of
	 * `rank`; upstream's order is a multiple of 10 of the row in its documentation: packet 70,
	 * skb 80, netns 90, dev 100, ovs 110, nft 130, ct 140. Third parties: above 1000. */
	uint32_t rank;
	uint32_t line;
	/* Name of a section whose line this one continues, one space apart, if that one
	 * printed just before it. NULL: none. */
	const char *joins;
	const struct retis_field *fields;
	uint32_t n_fields;
	/* 1: all that print() looks at is `data`, `length` and `present` of its view, and HOW:
	 * what it said may be used again where these are the same. */
	uint32_t repeats;
	/* Appends the section's text to `out`, nothing if there is nothing to say. Called from
	 * any thread; must not keep `view`. NULL: the generic text made of the fields. */
	void (*print)(const struct retis_view *view, const struct retis_print *how,
		      struct retis_text *out);
};

/* The payload as a `TYPE *` if it is at least that long, else NULL. */
#define RETIS_VIEW_AS(TYPE, view) \
	((view)->length >= sizeof(TYPE) ? (const TYPE *)(view)->data : (const TYPE *)0)

/* What table TABLE says of the SIZE bytes at KEY, or NULL. */
static inline const char *retis_view_name(const struct retis_view *view, const char *table,
					  const void *key, uint32_t size)
{
	return view->names
		       ? view->names->find(view->names, table, key, size, view->event->timestamp)
		       : (const char *)0;
}

/* Fields whose `present` is that number are there. */
static inline bool retis_view_has(const struct retis_view *view, uint32_t present)
{
	return view->present >> (present - 1) & 1;
}

#endif
