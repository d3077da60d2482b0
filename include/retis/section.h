/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * How a section describes itself. From a section's field table come its JSON,
 * its generic text form and its description in event files, so a plugin only
 * writes by hand what a table can't say: its one-line text.
 */
#ifndef RETIS_SECTION_H
#define RETIS_SECTION_H

#include <stddef.h>
#include <stdint.h>

#include <retis/event.h>
#include <retis/role.h>
#include <retis/text.h>

enum retis_kind {
	/* Integers of 1, 2, 4 or 8 bytes in host byte order. JSON: a number. */
	RETIS_UINT = 1,
	RETIS_INT,
	/* As RETIS_UINT; generic text prints it in hexadecimal. */
	RETIS_HEX,
	/* 1 byte, 0 or not. JSON: true or false. */
	RETIS_BOOL,
	/* Characters up to the first NUL or the end of the field, or of the
	 * payload, which may cut it. Whatever bytes they are: they come from the
	 * kernel and get escaped. */
	RETIS_STRING,
	/* Raw bytes. JSON: base64 (RFC 4648, section 4). */
	RETIS_BYTES,
	/* RETIS_INT with names; JSON: the name, or the number as a string
	 * when there is none. */
	RETIS_ENUM,
	/* Addresses in network byte order: 4, 16, 6 bytes. JSON: a string (RFC 5952). */
	RETIS_IP4,
	RETIS_IP6,
	RETIS_MAC,
	/* A group of fields. JSON: an object. */
	RETIS_OBJECT,
	/* The text of a JSON object, up to the end of the payload. JSON: its
	 * members, in place of the field. For sections that come as JSON and
	 * that no table describes. */
	RETIS_JSON,
	/* What a name table says of the field's bytes; see `names_from`. JSON: a
	 * string, or nothing where the table has no such key. */
	RETIS_NAME,
	/* 16 bytes: an IPv6 address, or an IPv4 address mapped into one
	 * (::ffff:0:0/96), which is shown as such. JSON: a string. */
	RETIS_IP,
	/* As RETIS_STRING, lines with '\n' between them; no array. JSON: an array of strings. */
	RETIS_LINES,
};

struct retis_enum_name {
	int64_t value;
	const char *name;
};

struct retis_field {
	/* The key in JSON, snake_case. */
	const char *name;
	/* One line on what it means, with its unit; goes into the schema. */
	const char *about;
	enum retis_kind kind;
	/* Where the field starts in the payload of its section; for fields in
	 * a RETIS_OBJECT too. */
	uint32_t offset;
	/* Bytes of one element. 0 for RETIS_STRING, RETIS_LINES and RETIS_BYTES: up to the end of
	 * the payload, which RETIS_JSON always is. Ignored for RETIS_OBJECT. */
	uint32_t size;
	/* 0: a scalar. N: an array of N elements, one after the other. */
	uint32_t count;
	/* 0: always there. N: there if bit N - 1 of the section's `present` is
	 * set. A field that lies beyond the payload's end is never there. */
	uint32_t present;
	/* RETIS_OBJECT: its fields. */
	const struct retis_field *fields;
	uint32_t n_fields;
	/* RETIS_ENUM: its names. */
	uint32_t n_names;
	const struct retis_enum_name *names;
	/*
	 * RETIS_NAME, RETIS_ENUM: the table of names made at run time (see
	 * retis_host.add_name) that has the text of this value; for RETIS_ENUM
	 * besides `names`. The key are the field's bytes; for a RETIS_ENUM, its
	 * value as an int64_t. NULL: none.
	 */
	const char *names_from;
	enum retis_role role;
	uint32_t reserved_0;
	/* Zero. */
	uint64_t reserved[4];
};

/* The field NAME at MEMBER (which may be nested, a.b) of TYPE, a struct. More
 * members of struct retis_field may follow. */
#define RETIS_FIELD_AS(NAME, TYPE, MEMBER, KIND, ...)                             \
	{                                                                         \
		.name = (NAME), .kind = (KIND), .offset = offsetof(TYPE, MEMBER), \
		.size = sizeof(((TYPE *)0)->MEMBER), __VA_ARGS__                  \
	}

/* The same, called like the member. */
#define RETIS_FIELD(TYPE, MEMBER, KIND, ...) \
	RETIS_FIELD_AS(#MEMBER, TYPE, MEMBER, KIND, __VA_ARGS__)

/*
 * The table of a RETIS_NAME of 8 bytes that is an address in the kernel's code: "tcp_v4_rcv+0x1c",
 * or the number. The host fills it while events are collected.
 */
#define RETIS_SYMBOLS "symbol"

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
