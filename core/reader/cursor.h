/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Numbers and strings of a record. Reading beyond its end gives zeros and empty
 * strings, and marks the cursor as bad.
 */
#ifndef READER_CURSOR_H
#define READER_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/names/arena.h"

struct cursor {
	const unsigned char *at;
	size_t left;
	bool bad;
	/* Strings are copied there; NULL: they are lent where they are. */
	struct arena *arena;
};

static inline bool cursor_copy(struct cursor *c, void *out, size_t size)
{
	if (size > c->left) {
		c->bad = true;
		c->left = 0;
		return false;
	}
	memcpy(out, c->at, size);
	c->at += size;
	c->left -= size;
	return true;
}

static inline bool cursor_skip(struct cursor *c, size_t size)
{
	if (size > c->left) {
		c->bad = true;
		c->left = 0;
		return false;
	}
	c->at += size;
	c->left -= size;
	return true;
}

static inline uint16_t cursor_u16(struct cursor *c)
{
	uint16_t v = 0;

	cursor_copy(c, &v, sizeof(v));
	return v;
}

static inline uint32_t cursor_u32(struct cursor *c)
{
	uint32_t v = 0;

	cursor_copy(c, &v, sizeof(v));
	return v;
}

static inline uint64_t cursor_u64(struct cursor *c)
{
	uint64_t v = 0;

	cursor_copy(c, &v, sizeof(v));
	return v;
}

/* Never NULL; has no zero bytes but the one at its end. */
static inline const char *cursor_string(struct cursor *c)
{
	size_t size = (size_t)cursor_u16(c) + 1;
	const char *lent = (const char *)c->at;
	char *s;

	if (size > c->left || memchr(c->at, '\0', size) != c->at + size - 1) {
		c->bad = true;
		c->left = 0;
		return "";
	}
	if (!c->arena)
		return cursor_skip(c, size) ? lent : "";
	s = arena_get(c->arena, size);
	if (!s) {
		c->bad = true;
		return "";
	}
	cursor_copy(c, s, size);
	return s;
}

#endif
