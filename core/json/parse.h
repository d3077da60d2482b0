/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * JSON (RFC 8259) read in place. A text is gone through once, from value to value,
 * and what is gone over is checked: a reader takes values while it finds out whether
 * they are JSON at all. Nothing is allocated, nothing recurses, and integers keep all
 * their 64 bits.
 */
#ifndef JSON_PARSE_H
#define JSON_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Objects and arrays in each other. */
#define JSON_DEPTH_MAX 64

/* A value within a checked text, borrowed from it; a key: what is between its
 * quotes, escapes and all. */
struct json {
	const char *text;
	size_t length;
};

enum json_kind {
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

static inline enum json_kind json_kind_of(char first)
{
	switch (first) {
	case '{':
		return JSON_OBJECT;
	case '[':
		return JSON_ARRAY;
	case '"':
		return JSON_STRING;
	case 't':
	case 'f':
		return JSON_BOOL;
	case '-':
	case '0' ... '9':
		return JSON_NUMBER;
	default:
		return JSON_NULL;
	}
}

static inline enum json_kind json_kind(struct json value)
{
	return json_kind_of(value.length ? *value.text : '\0');
}

static inline bool json_key_is(struct json key, const char *name)
{
	return key.length == strlen(name) && !memcmp(key.text, name, key.length);
}

/* --- going through a text --------------------------------------------------- */

/* A place in a text that holds one value. */
struct json_cursor {
	const char *at;
	const char *end;
	/* Containers that are open. */
	unsigned int depth;
	/* Nothing of the innermost was read yet. */
	bool fresh;
	/* From `at` on it is not JSON, or too deep: nothing comes any more. */
	bool bad;
};

static inline struct json_cursor json_cursor(const char *text, size_t length)
{
	return (struct json_cursor){ .at = text, .end = text + length };
}

/* The next character that counts; 0: there is none. */
static inline char json_peek_char(struct json_cursor *c)
{
	const char *at = c->at;

	while (at < c->end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
		at++;
	c->at = at;
	return at < c->end ? *at : '\0';
}

/* What the value at hand is, if it is one. */
static inline enum json_kind json_peek(struct json_cursor *c)
{
	return json_kind_of(json_peek_char(c));
}

/* Goes over the value at hand; empty if it is bad. */
struct json json_take(struct json_cursor *c);

/* Into the object or array at hand, which then has to be read to its end. False: the
 * value is no such KIND, or bad. */
bool json_open(struct json_cursor *c, enum json_kind kind);
/* To the next member or element, whose value is then at hand and has to be taken. False
 * at the end, which is gone over, and where it is bad. */
bool json_key(struct json_cursor *c, struct json *key);
bool json_element(struct json_cursor *c);

/* Takes digits without a sign, few enough to fit, inside of a container: nearly all numbers.
 * False: it is something else, json_take() tells; nothing was done. */
static inline bool json_digits(struct json_cursor *c, uint64_t *out)
{
	const char *start = c->at, *at = start;
	const char *stop = c->end - start > 20 ? start + 20 : c->end;
	uint64_t v = 0;

	for (; at < stop && (unsigned char)(*at - '0') < 10; at++)
		v = v * 10 + (unsigned char)(*at - '0');
	if (at == start || at == stop || (*at != ',' && *at != '}' && *at != ']') ||
	    (*start == '0' && at - start > 1) || !c->depth)
		return false;
	c->at = at;
	*out = v;
	return true;
}

/* json_take(), and what it is: as the functions below. */
int json_take_uint(struct json_cursor *c, uint64_t *out);
int json_take_int(struct json_cursor *c, int64_t *out);
int json_take_text(struct json_cursor *c, char *to, size_t size);

/* --- checked values --------------------------------------------------------- */

/*
 * The one value in TEXT, white space around it left out. -EBADMSG: not JSON, or
 * too deep; *WHERE is then the offset that is to blame (NULL: don't care).
 */
int json_check(const char *text, size_t length, struct json *value, size_t *where);

/* In an object or array; in other values there is nothing. */
struct json_cursor json_within(struct json container);
/* Moves on; false at the end. */
bool json_next_member(struct json_cursor *c, struct json *key, struct json *value);
bool json_next_element(struct json_cursor *c, struct json *value);

/* The member of that name. */
bool json_find(struct json object, const char *name, struct json *value);

/* -EINVAL: no integer; -ERANGE: does not fit. */
int json_uint(struct json value, uint64_t *out);
int json_int(struct json value, int64_t *out);

/*
 * The string as UTF-8 and a NUL into SIZE bytes; its length without the NUL. A
 * NUL in it and half a surrogate pair become U+FFFD, other bytes are as they
 * were. -EINVAL: no string; -ENOSPC: too long.
 */
int json_text(struct json value, char *to, size_t size);

#endif
