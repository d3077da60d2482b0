/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Strings and bytes in JSON. */
#include "core/event/json.h"

static bool in_range(uint8_t c, uint8_t low, uint8_t high)
{
	return c >= low && c <= high;
}

/*
 * Bytes of the UTF-8 character at `s`, whose first byte is not ASCII, or 0 if it
 * is none: cut off, overlong, a surrogate, or beyond U+10FFFF (RFC 3629).
 */
static size_t utf8_length(const uint8_t *s, size_t left)
{
	uint8_t low = 0x80, high = 0xbf;
	size_t n;

	if (in_range(s[0], 0xc2, 0xdf))
		n = 2;
	else if (in_range(s[0], 0xe0, 0xef))
		n = 3;
	else if (in_range(s[0], 0xf0, 0xf4))
		n = 4;
	else
		return 0;
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	if (left < n || !in_range(s[1], low, high))
		return 0;
	for (size_t i = 2; i < n; i++) {
		if (!in_range(s[i], 0x80, 0xbf))
			return 0;
	}
	return n;
}

static void put_escape(struct retis_text *out, uint8_t c)
{
	retis_text_bytes(out, "\\u00", 4);
	retis_text_hex(out, c, 2);
}

/* The character at `s` that can't go out as it is, or may not; its bytes. */
static size_t put_special(struct retis_text *out, const uint8_t *s, size_t left)
{
	size_t n;

	if (*s == '"' || *s == '\\') {
		retis_text_char(out, '\\');
		retis_text_char(out, (char)*s);
		return 1;
	}
	if (*s < 0x80) {
		put_escape(out, *s);
		return 1;
	}
	n = utf8_length(s, left);
	if (!n) {
		retis_text_bytes(out, "\xef\xbf\xbd", 3);
		return 1;
	}
	if (s[0] == 0xc2 && s[1] < 0xa0)
		put_escape(out, s[1]);
	else
		retis_text_bytes(out, (const char *)s, n);
	return n;
}

static bool is_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

void json_string(struct retis_text *out, const char *s, size_t max)
{
	const uint8_t *p = (const uint8_t *)s;
	size_t n = strnlen(s, max);

	retis_text_char(out, '"');
	for (size_t i = 0; i < n;) {
		size_t start = i;

		while (i < n && is_plain(p[i]))
			i++;
		retis_text_bytes(out, s + start, i - start);
		if (i < n)
			i += put_special(out, p + i, n - i);
	}
	retis_text_char(out, '"');
}

void json_string_copy(struct retis_text *out, const char *s, size_t n)
{
	const uint8_t *p = (const uint8_t *)s;

	retis_text_char(out, '"');
	for (size_t i = 0; i < n;) {
		size_t start = i;

		while (i < n && is_plain(p[i]))
			i++;
		retis_text_bytes(out, s + start, i - start);
		if (i + 1 < n && p[i] == '\\') {
			retis_text_bytes(out, s + i, 2);
			i += 2;
		} else if (i < n) {
			i += put_special(out, p + i, n - i);
		}
	}
	retis_text_char(out, '"');
}

void json_base64(struct retis_text *out, const uint8_t *data, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t bytes = (n + 2) / 3 * 4 + 2;
	char *to;

	if (!retis_text_room(out, bytes))
		return;
	to = out->data + out->length;
	*to++ = '"';
	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)data[i] << 16;

		v |= i + 1 < n ? (uint32_t)data[i + 1] << 8 : 0;
		v |= i + 2 < n ? data[i + 2] : 0;
		*to++ = digits[v >> 18];
		*to++ = digits[v >> 12 & 0x3f];
		*to++ = i + 1 < n ? digits[v >> 6 & 0x3f] : '=';
		*to++ = i + 2 < n ? digits[v & 0x3f] : '=';
	}
	*to = '"';
	out->length += bytes;
}
