/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Goes through JSON, and checks it on the way.
 *
 * Not a library's work, of those Debian has: jansson refuses integers of 2^63 and
 * more, which kernel addresses are; json-c builds a tree with an allocation for
 * each value, and takes three times as long; yajl had no release since 2014; simdjson
 * wants all of a text twice, and a C++ program around it.
 */
#include "core/json/parse.h"

#include <errno.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool blame_at(struct json_cursor *c, const char *at)
{
	c->at = c->end = at;
	c->bad = true;
	return false;
}

static bool is_hex_digit(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* AT is behind a backslash. */
static bool skip_escape(struct json_cursor *c, const char *at)
{
	char kind = at < c->end ? *at++ : '\0';

	if (kind == 'u') {
		for (int i = 0; i < 4; i++, at++) {
			if (at == c->end || !is_hex_digit(*at))
				return blame_at(c, at);
		}
	} else if (!kind || !strchr("\"\\/bfnrt", kind)) {
		return blame_at(c, at);
	}
	c->at = at;
	return true;
}

/* Over bytes that are nothing special, as many at a time as the processor can; the rest is
 * for the caller. */
static const char *skip_plain(const char *at, const char *end)
{
#ifdef __SSE2__
	for (; end - at >= 16; at += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)at);
		__m128i low = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);
		__m128i quote = _mm_cmpeq_epi8(v, _mm_set1_epi8('"'));
		__m128i slash = _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'));
		int special = _mm_movemask_epi8(_mm_or_si128(low, _mm_or_si128(quote, slash)));

		if (special)
			return at + __builtin_ctz((unsigned int)special);
	}
#else
	const uint64_t ones = ~0ull / 255, high = ones << 7;

	for (; end - at >= 8; at += 8) {
		uint64_t word, quote, slash;

		memcpy(&word, at, sizeof(word));
		quote = word ^ ones * '"';
		slash = word ^ ones * '\\';
		/* A byte that is 0, or below 0x20, has its high bit set here. */
		if (((quote - ones) & ~quote & high) | ((slash - ones) & ~slash & high) |
		    ((word - ones * 0x20) & ~word & high))
			break;
	}
#endif
	return at;
}

/* At its opening quote. */
static bool skip_string(struct json_cursor *c)
{
	c->at++;
	for (;;) {
		const char *at = skip_plain(c->at, c->end);

		while (at < c->end && (unsigned char)*at >= 0x20 && *at != '"' && *at != '\\')
			at++;
		if (at == c->end || (unsigned char)*at < 0x20)
			return blame_at(c, at);
		c->at = at + 1;
		if (*at == '"')
			return true;
		if (!skip_escape(c, at + 1))
			return false;
	}
}

/* Behind the digits at AT; there must be one. NULL: there is none. */
static const char *skip_digits(struct json_cursor *c, const char *at)
{
	if (at == c->end || !is_digit(*at)) {
		blame_at(c, at);
		return NULL;
	}
	while (at < c->end && is_digit(*at))
		at++;
	return at;
}

static bool skip_number(struct json_cursor *c)
{
	const char *start = c->at + (*c->at == '-'), *at = skip_digits(c, start);

	if (at && *start == '0' && at - start > 1)
		return blame_at(c, at);
	if (at && at < c->end && *at == '.')
		at = skip_digits(c, at + 1);
	if (at && at < c->end && (*at | 0x20) == 'e') {
		at++;
		at = skip_digits(c, at + (at < c->end && (*at == '+' || *at == '-')));
	}
	if (at)
		c->at = at;
	return at;
}

static bool skip_word(struct json_cursor *c, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(c->end - c->at) < n || memcmp(c->at, word, n))
		return blame_at(c, c->at);
	c->at += n;
	return true;
}

static bool skip_scalar(struct json_cursor *c, char first)
{
	switch (first) {
	case '"':
		return skip_string(c);
	case 't':
		return skip_word(c, "true");
	case 'f':
		return skip_word(c, "false");
	case 'n':
		return skip_word(c, "null");
	default:
		return first == '-' || is_digit(first) ? skip_number(c) : blame_at(c, c->at);
	}
}

/* Behind a value: if it is the whole one, nothing may follow. */
static inline bool end_value(struct json_cursor *c)
{
	const char *at = c->at;

	if (c->depth)
		return true;
	while (at < c->end && is_space(*at))
		at++;
	return at == c->end || blame_at(c, at);
}

static inline bool enter_container(struct json_cursor *c)
{
	if (c->depth == JSON_DEPTH_MAX)
		return blame_at(c, c->at);
	c->at++;
	c->depth++;
	c->fresh = true;
	return true;
}

/* To where the next of a container begins. False: it ends with CLOSE, or it is bad. */
static inline bool next_in_container(struct json_cursor *c, char close)
{
	char first = json_peek_char(c);

	if (first == close) {
		c->at++;
		c->depth--;
		c->fresh = false;
		end_value(c);
		return false;
	}
	if (c->fresh) {
		c->fresh = false;
		return first || blame_at(c, c->at);
	}
	if (first != ',')
		return blame_at(c, c->at);
	c->at++;
	return true;
}

bool json_key(struct json_cursor *c, struct json *key)
{
	const char *start;

	if (!next_in_container(c, '}'))
		return false;
	if (json_peek_char(c) != '"')
		return blame_at(c, c->at);
	start = c->at + 1;
	if (!skip_string(c))
		return false;
	*key = (struct json){ start, (size_t)(c->at - 1 - start) };
	if (json_peek_char(c) != ':')
		return blame_at(c, c->at);
	c->at++;
	return true;
}

bool json_element(struct json_cursor *c)
{
	return next_in_container(c, ']');
}

static bool skip_container(struct json_cursor *c)
{
	const unsigned int base = c->depth;
	/* Bit N: the container at depth N is an object. */
	uint64_t objects = 0;
	struct json key;

	_Static_assert(JSON_DEPTH_MAX <= 64, "a bit for each level");
	do {
		char first = json_peek_char(c);

		if (first == '{' || first == '[') {
			if (!enter_container(c))
				return false;
			objects &= ~(1ull << (c->depth - 1));
			objects |= (uint64_t)(first == '{') << (c->depth - 1);
		} else if (!skip_scalar(c, first)) {
			return false;
		}
		while (c->depth > base) {
			bool object = objects >> (c->depth - 1) & 1;

			if (object ? json_key(c, &key) : json_element(c))
				break;
			if (c->bad)
				return false;
		}
	} while (c->depth > base);
	return true;
}

struct json json_take(struct json_cursor *c)
{
	char first = json_peek_char(c);
	const char *start = c->at;
	bool good = first == '{' || first == '[' ? skip_container(c)
						 : skip_scalar(c, first) && end_value(c);

	return (struct json){ start, good ? (size_t)(c->at - start) : 0 };
}

bool json_open(struct json_cursor *c, enum json_kind kind)
{
	return json_peek(c) == kind && enter_container(c);
}

int json_check(const char *text, size_t length, struct json *value, size_t *where)
{
	struct json_cursor c = json_cursor(text, length);

	*value = json_take(&c);
	if (!c.bad)
		return 0;
	if (where)
		*where = (size_t)(c.at - text);
	return -EBADMSG;
}

struct json_cursor json_within(struct json container)
{
	struct json_cursor c = json_cursor(container.text, container.length);

	if (!container.length || (*container.text != '{' && *container.text != '[') ||
	    !enter_container(&c))
		blame_at(&c, c.at);
	return c;
}

bool json_next_member(struct json_cursor *c, struct json *key, struct json *value)
{
	if (!json_key(c, key))
		return false;
	*value = json_take(c);
	return !c->bad;
}

bool json_next_element(struct json_cursor *c, struct json *value)
{
	if (!json_element(c))
		return false;
	*value = json_take(c);
	return !c->bad;
}

bool json_find(struct json object, const char *name, struct json *value)
{
	struct json_cursor c = json_within(object);
	struct json key;

	if (json_kind(object) != JSON_OBJECT)
		return false;
	while (json_next_member(&c, &key, value)) {
		if (json_key_is(key, name))
			return true;
	}
	return false;
}
