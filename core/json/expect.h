/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Keys by name. They nearly always come in the same order and written the same way, so the
 * one that is expected is compared first, in two words.
 */
#ifndef JSON_EXPECT_H
#define JSON_EXPECT_H

#include "core/json/parse.h"

#define JSON_NAME_SIZE 16

struct json_name {
	/* "NAME": and zeros. */
	char text[JSON_NAME_SIZE];
	/* Of that; 0: it is too long for this, and no key is it. */
	size_t length;
};

/* Nothing in a name may need escaping. */
#define JSON_NAME(NAME)                                                         \
	{                                                                       \
		.text = "\"" NAME "\":", .length = sizeof("\"" NAME "\":") - 1, \
	}

void json_name_init(struct json_name *n, const char *name);

/* So many bytes of 0xff, and as many of 0. */
extern const unsigned char json_mask[2 * JSON_NAME_SIZE];

/* To the next member if its key is NAME. False: maybe it is another one, json_key() tells;
 * nothing was done. */
static inline bool json_key_if(struct json_cursor *c, const struct json_name *name)
{
	const char *at = c->at + !c->fresh;
	uint64_t is[2], want[2], mask[2];

	if (!name->length || c->end - at < JSON_NAME_SIZE || (!c->fresh && *c->at != ','))
		return false;
	memcpy(is, at, sizeof(is));
	memcpy(want, name->text, sizeof(want));
	memcpy(mask, json_mask + JSON_NAME_SIZE - name->length, sizeof(mask));
	if (((is[0] ^ want[0]) & mask[0]) | ((is[1] ^ want[1]) & mask[1]))
		return false;
	c->at = at + name->length;
	c->fresh = false;
	return true;
}

/* json_key() as its place in NAMES, of which there are N; N: another one; -1: there is
 * none. *EXPECTED, 0 at first, is where the next one should be. */
int json_key_of(struct json_cursor *c, const struct json_name *names, int n, int *expected);

#endif
