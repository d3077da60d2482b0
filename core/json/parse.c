/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks JSON, and finds its parts.
 *
 * Not a library's work, of those Debian has: jansson refuses integers of 2^63 and
 * more, which kernel addresses are; json-c builds a tree with an allocation for
 * each value, and takes three times as long; yajl had no release since 2014.
 */
#include "core/json/parse.h"

#include <errno.h>

struct check {
	const char *at;
	const char *end;
	/* Bit N: the container at depth N is an object. */
	uint64_t objects;
	unsigned int depth;
};

_Static_assert(JSON_DEPTH_MAX <= 64, "a bit for each level");

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *skip_space(const char *at, const char *end)
{
	while (at < end && is_space(*at))
		at++;
	return at;
}

/* The next character that counts, or 0. */
static char peek(struct check *c)
{
	c->at = skip_space(c->at, c->end);
	return c->at < c->end ? *c->at : '\0';
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* At the character behind a backslash. */
static bool check_escape(struct check *c)
{
	char kind = c->at < c->end ? *c->at++ : '\0';

	if (kind != 'u')
		return kind && strchr("\"\\/bfnrt", kind);
	for (int i = 0; i < 4; i++, c->at++) {
		if (c->at == c->end || hex_digit(*c->at) < 0)
			return false;
	}
	return true;
}

/* Over the bytes that are nothing special, eight at a time. */
static const char *skip_plain(const char *at, const char *end)
{
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
	return at;
}

static bool check_string(struct check *c)
{
	c->at = skip_plain(c->at + 1, c->end);
	while (c->at < c->end) {
		unsigned char ch = (unsigned char)*c->at;

		if (ch < 0x20)
			return false;
		c->at++;
		if (ch == '"')
			return true;
		if (ch == '\\' && !check_escape(c))
			return false;
	}
	return false;
}

static bool check_digits(struct check *c)
{
	const char *start = c->at;

	while (c->at < c->end && is_digit(*c->at))
		c->at++;
	return c->at > start;
}

static bool check_number(struct check *c)
{
	const char *start;

	if (*c->at == '-')
		c->at++;
	start = c->at;
	if (!check_digits(c) || (*start == '0' && c->at - start > 1))
		return false;
	if (c->at < c->end && *c->at == '.') {
		c->at++;
		if (!check_digits(c))
			return false;
	}
	if (c->at < c->end && (*c->at | 0x20) == 'e') {
		c->at++;
		if (c->at < c->end && (*c->at == '+' || *c->at == '-'))
			c->at++;
		return check_digits(c);
	}
	return true;
}

static bool check_word(struct check *c, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(c->end - c->at) < n || memcmp(c->at, word, n))
		return false;
	c->at += n;
	return true;
}

static bool check_scalar(struct check *c, char first)
{
	switch (first) {
	case '"':
		return check_string(c);
	case 't':
		return check_word(c, "true");
	case 'f':
		return check_word(c, "false");
	case 'n':
		return check_word(c, "null");
	default:
		return (first == '-' || is_digit(first)) && check_number(c);
	}
}

static bool in_object(const struct check *c)
{
	return c->objects >> (c->depth - 1) & 1;
}

static bool check_key(struct check *c)
{
	if (!in_object(c))
		return true;
	if (peek(c) != '"' || !check_string(c) || peek(c) != ':')
		return false;
	c->at++;
	return true;
}

/* Into the container at hand; *CLOSED if it is empty, and it is left again. */
static bool enter(struct check *c, char first, bool *closed)
{
	uint64_t bit;

	if (c->depth == JSON_DEPTH_MAX)
		return false;
	bit = 1ull << c->depth;
	c->objects = first == '{' ? c->objects | bit : c->objects & ~bit;
	c->depth++;
	c->at++;
	*closed = peek(c) == (first == '{' ? '}' : ']');
	if (!*closed)
		return check_key(c);
	c->at++;
	c->depth--;
	return true;
}

/* Behind a value: leaves what ends here; *MORE if another value follows. */
static bool leave(struct check *c, bool *more)
{
	*more = false;
	while (c->depth) {
		char next = peek(c);

		if (next == ',') {
			c->at++;
			*more = true;
			return check_key(c);
		}
		if (next != (in_object(c) ? '}' : ']'))
			return false;
		c->at++;
		c->depth--;
	}
	return true;
}

static bool check_value(struct check *c)
{
	bool more = true;

	while (more) {
		char first = peek(c);
		bool closed = true;

		if (first == '{' || first == '[') {
			if (!enter(c, first, &closed))
				return false;
		} else if (!check_scalar(c, first)) {
			return false;
		}
		if (closed && !leave(c, &more))
			return false;
	}
	return true;
}

int json_check(const char *text, size_t length, struct json *value, size_t *where)
{
	struct check c = { .at = text, .end = text + length };
	const char *start = skip_space(text, c.end);

	if (check_value(&c)) {
		*value = (struct json){ start, (size_t)(c.at - start) };
		if (!peek(&c) && c.at == c.end)
			return 0;
	}
	if (where)
		*where = (size_t)(c.at - text);
	return -EBADMSG;
}

enum json_kind json_kind(struct json value)
{
	switch (value.length ? *value.text : 'n') {
	case '{':
		return JSON_OBJECT;
	case '[':
		return JSON_ARRAY;
	case '"':
		return JSON_STRING;
	case 't':
	case 'f':
		return JSON_BOOL;
	case 'n':
		return JSON_NULL;
	default:
		return JSON_NUMBER;
	}
}

/* Behind the string that starts at AT. */
static const char *skip_string(const char *at, const char *end)
{
	at = skip_plain(at + 1, end);
	for (; at < end && *at != '"'; at++)
		at += *at == '\\' && at + 1 < end;
	return at < end ? at + 1 : end;
}

static const char *skip_container(const char *at, const char *end)
{
	unsigned int depth = 0;

	while (at < end) {
		char c = *at;

		if (c == '"') {
			at = skip_string(at, end);
			continue;
		}
		at++;
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && !--depth)
			break;
	}
	return at;
}

static const char *skip_value(const char *at, const char *end)
{
	if (at == end)
		return at;
	if (*at == '"')
		return skip_string(at, end);
	if (*at == '{' || *at == '[')
		return skip_container(at, end);
	while (at < end && !is_space(*at) && *at != ',' && *at != '}' && *at != ']')
		at++;
	return at;
}

struct json_iter json_iter(struct json container)
{
	struct json_iter iter = { 0 };

	if (container.length >= 2 && (*container.text == '{' || *container.text == '[')) {
		iter.at = container.text + 1;
		iter.end = container.text + container.length - 1;
	}
	return iter;
}

bool json_next_element(struct json_iter *iter, struct json *value)
{
	const char *start = iter->at;

	while (start < iter->end && (is_space(*start) || *start == ','))
		start++;
	if (start == iter->end)
		return false;
	iter->at = skip_value(start, iter->end);
	*value = (struct json){ start, (size_t)(iter->at - start) };
	return iter->at > start;
}

bool json_next_member(struct json_iter *iter, struct json *key, struct json *value)
{
	const char *colon;

	if (!json_next_element(iter, key) || key->length < 2)
		return false;
	key->text++;
	key->length -= 2;
	colon = skip_space(iter->at, iter->end);
	if (colon == iter->end || *colon != ':')
		return false;
	iter->at = skip_space(colon + 1, iter->end);
	return json_next_element(iter, value);
}

bool json_find(struct json object, const char *name, struct json *value)
{
	struct json_iter iter = json_iter(object);
	struct json key;

	if (json_kind(object) != JSON_OBJECT)
		return false;
	while (json_next_member(&iter, &key, value)) {
		if (json_key_is(key, name))
			return true;
	}
	return false;
}
