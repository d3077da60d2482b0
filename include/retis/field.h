/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What one field of a section is: its place in the bytes, and what these mean. */
#ifndef RETIS_FIELD_H
#define RETIS_FIELD_H

#include <stddef.h>
#include <stdint.h>

#include <retis/role.h>

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
	/* Bytes of the member that it is, which `size` and `count` must make up; 0: not known.
	 * Macros say it. */
	uint32_t member_size;
	/* Zero. */
	uint64_t reserved[4];
};

/* The field NAME at MEMBER (which may be nested, a.b) of TYPE, a struct. More
 * members of struct retis_field may follow. */
#define RETIS_FIELD_AS(NAME, TYPE, MEMBER, KIND, ...)                                            \
	{                                                                                        \
		.name = (NAME), .kind = (KIND), .offset = offsetof(TYPE, MEMBER),                \
		.size = sizeof(((TYPE *)0)->MEMBER), .member_size = sizeof(((TYPE *)0)->MEMBER), \
		__VA_ARGS__                                                                      \
	}

/* The same, called like the member. */
#define RETIS_FIELD(TYPE, MEMBER, KIND, ...) \
	RETIS_FIELD_AS(#MEMBER, TYPE, MEMBER, KIND, __VA_ARGS__)

/* The same of a member that is an array, of elements of KIND. */
#define RETIS_FIELD_ARRAY_AS(NAME, TYPE, MEMBER, KIND, ...)                            \
	{                                                                              \
		.name = (NAME), .kind = (KIND), .offset = offsetof(TYPE, MEMBER),      \
		.size = sizeof(((TYPE *)0)->MEMBER[0]),                                \
		.count = sizeof(((TYPE *)0)->MEMBER) / sizeof(((TYPE *)0)->MEMBER[0]), \
		.member_size = sizeof(((TYPE *)0)->MEMBER), __VA_ARGS__                \
	}
#define RETIS_FIELD_ARRAY(TYPE, MEMBER, KIND, ...) \
	RETIS_FIELD_ARRAY_AS(#MEMBER, TYPE, MEMBER, KIND, __VA_ARGS__)

/*
 * The table of a RETIS_NAME of 8 bytes that is an address in the kernel's code: "tcp_v4_rcv+0x1c",
 * or the number. The host fills it while events are collected.
 */
#define RETIS_SYMBOLS "symbol"

#endif
