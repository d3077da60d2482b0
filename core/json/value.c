/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Values of JSON as C has them. */
#include <errno.h>

#include "core/json/parse.h"

static int read_digits(const char *at, const char *end, uint64_t *out)
{
	uint64_t v = 0;

	if (at == end)
		return -EINVAL;
	for (; at < end; at++) {
		unsigned int digit = (unsigned int)(*at - '0');

		if (digit > 9)
			return -EINVAL;
		if (__builtin_mul_overflow(v, 10u, &v) || __builtin_add_overflow(v, digit, &v))
			return -ERANGE;
	}
	*out = v;
	return 0;
}

int json_uint(struct json value, uint64_t *out)
{
	uint64_t v;
	int err;

	if (json_kind(value) != JSON_NUMBER)
		return -EINVAL;
	if (*value.text != '-')
		return read_digits(value.text, value.text + value.length, out);
	err = read_digits(value.text + 1, value.text + value.length, &v);
	return err ? err : -ERANGE;
}

int json_int(struct json value, int64_t *out)
{
	bool negative = value.length && *value.text == '-';
	uint64_t v;
	int err;

	if (json_kind(value) != JSON_NUMBER)
		return -EINVAL;
	err = read_digits(value.text + negative, value.text + value.length, &v);
	if (err)
		return err;
	if (v > (uint64_t)INT64_MAX + negative)
		return -ERANGE;
	*out = (int64_t)(negative ? 0 - v : v);
	return 0;
}

int json_take_uint(struct json_cursor *c, uint64_t *out)
{
	return json_digits(c, out) ? 0 : json_uint(json_take(c), out);
}

int json_take_int(struct json_cursor *c, int64_t *out)
{
	uint64_t v;

	if (json_digits(c, &v)) {
		if (v > INT64_MAX)
			return -ERANGE;
		*out = (int64_t)v;
		return 0;
	}
	return json_int(json_take(c), out);
}

static unsigned int read_hex4(const char *at)
{
	unsigned int v = 0;

	for (int i = 0; i < 4; i++) {
		char c = at[i];

		v = v << 4 | (unsigned int)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return v;
}

/* U+XXXX at AT, behind "\u"; moves behind it, and behind a second half. */
static uint32_t code_point(const char **at, const char *end)
{
	uint32_t v, low;

	if (end - *at < 4) {
		*at = end;
		return 0xfffd;
	}
	v = read_hex4(*at);
	*at += 4;
	if (v - 0xd800 < 0x400 && end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u') {
		low = read_hex4(*at + 2);
		if (low - 0xdc00 < 0x400) {
			*at += 6;
			return 0x10000 + ((v - 0xd800) << 10) + (low - 0xdc00);
		}
	}
	return !v || v - 0xd800 < 0x800 ? 0xfffd : v;
}

static size_t encode_utf8(uint32_t c, char to[4])
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3f));
		to[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3f));
	to[2] = (char)(0x80 | (c >> 6 & 0x3f));
	to[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* What stands at AT, and moves behind it. */
static size_t take_char(const char **at, const char *end, char to[4])
{
	static const char from[] = "bfnrt", into[] = "\b\f\n\r\t";
	const char *known;
	char c = *(*at)++;

	if (c != '\\' || *at == end) {
		to[0] = c;
		return 1;
	}
	c = *(*at)++;
	if (c == 'u')
		return encode_utf8(code_point(at, end), to);
	known = strchr(from, c);
	to[0] = known && c ? into[known - from] : c;
	return 1;
}

int json_text(struct json value, char *to, size_t size)
{
	const char *at, *end;
	size_t used = 0;
	char piece[4];

	if (value.length < 2 || json_kind(value) != JSON_STRING)
		return -EINVAL;
	at = value.text + 1;
	end = value.text + value.length - 1;
	if (!memchr(at, '\\', (size_t)(end - at))) {
		used = (size_t)(end - at);
		if (used >= size)
			return -ENOSPC;
		memcpy(to, at, used);
		at = end;
	}
	while (at < end) {
		size_t n = take_char(&at, end, piece);

		if (used + n >= size)
			return -ENOSPC;
		memcpy(to + used, piece, n);
		used += n;
	}
	if (used >= size)
		return -ENOSPC;
	to[used] = '\0';
	return (int)used;
}

int json_take_text(struct json_cursor *c, char *to, size_t size)
{
	return json_text(json_take(c), to, size);
}
