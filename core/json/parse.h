/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON (RFC 8259) read in place: a text is checked once as a whole, then looked
 * at through slices of it. Nothing is allocated, nothing recurses, and integers
 * keep all their 64 bits.
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

/*
 * The one value in TEXT, white space around it left out. -EBADMSG: not JSON, or
 * too deep; *WHERE is then the offset that is to blame (NULL: don't care).
 */
int json_check(const char *text, size_t length, struct json *value, size_t *where);

/* What follows takes values that come from json_check(), or from within them. */

enum json_kind json_kind(struct json value);

/* A place in an object or array; for other values there is nothing in it. */
struct json_iter {
	const char *at;
	const char *end;
};

struct json_iter json_iter(struct json container);
/* Moves on; false at the end. */
bool json_next_member(struct json_iter *iter, struct json *key, struct json *value);
bool json_next_element(struct json_iter *iter, struct json *value);

static inline bool json_key_is(struct json key, const char *name)
{
	return key.length == strlen(name) && !memcmp(key.text, name, key.length);
}

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
