/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Text built piece by piece into one buffer. Everything here is inline, so a
 * plugin that prints imports no symbol of the program.
 *
 * A retis_text that could not grow keeps what it has, drops the rest and stays
 * in `failed` state; appending never crashes and needs no check.
 */
#ifndef RETIS_TEXT_H
#define RETIS_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct retis_text {
	/* The text: `length` bytes, not terminated, of `capacity`. */
	char *data;
	size_t length;
	size_t capacity;
	/* Makes room for `more` bytes behind `length`: true, or false if it
	 * can't. Belongs to who made the buffer; NULL: fixed size. */
	bool (*grow)(struct retis_text *text, size_t more);
	/* Spaces at the start of a new line; see retis_text_break(). */
	uint32_t indent;
	/* Lines may be broken; else a space stands for a line break. */
	bool multi_line;
	/* Something did not fit. */
	bool failed;
};

static inline bool retis_text_room(struct retis_text *t, size_t more)
{
	if (t->capacity - t->length >= more)
		return true;
	if (!t->failed && t->grow && t->grow(t, more))
		return true;
	t->failed = true;
	return false;
}

static inline void retis_text_bytes(struct retis_text *t, const char *s, size_t n)
{
	if (!retis_text_room(t, n))
		return;
	memcpy(t->data + t->length, s, n);
	t->length += n;
}

static inline void retis_text_char(struct retis_text *t, char c)
{
	if (retis_text_room(t, 1))
		t->data[t->length++] = c;
}

/* Trusted text only: what comes from the kernel, a packet or a file goes
 * through retis_text_escaped(). */
static inline void retis_text_str(struct retis_text *t, const char *s)
{
	retis_text_bytes(t, s, strlen(s));
}

static inline void retis_text_spaces(struct retis_text *t, size_t n)
{
	if (!retis_text_room(t, n))
		return;
	memset(t->data + t->length, ' ', n);
	t->length += n;
}

/* A new line at the current indentation, or a space in single-line layout. */
static inline void retis_text_break(struct retis_text *t)
{
	if (!t->multi_line) {
		retis_text_char(t, ' ');
		return;
	}
	retis_text_char(t, '\n');
	retis_text_spaces(t, t->indent);
}

/* How many decimal digits it has: from its bits, and a look whether that is one too few. */
static inline size_t retis_digits(uint64_t v)
{
	static const uint64_t powers[] = { 0,
					   10,
					   100,
					   1000,
					   10000,
					   100000,
					   1000000,
					   10000000,
					   100000000,
					   1000000000,
					   10000000000,
					   100000000000,
					   1000000000000,
					   10000000000000,
					   100000000000000,
					   1000000000000000,
					   10000000000000000,
					   100000000000000000,
					   1000000000000000000,
					   10000000000000000000u };
	size_t n = (size_t)(64 - __builtin_clzll(v | 1)) * 1233 >> 12;

	return n + (v >= powers[n]);
}

/* Two digits a step. */
static inline void retis_text_dec(struct retis_text *t, uint64_t v)
{
	static const char pairs[] = "000102030405060708091011121314151617181920212223242526272829"
				    "303132333435363738394041424344454647484950515253545556575859"
				    "606162636465666768697071727374757677787980818283848586878889"
				    "90919293949596979899";
	size_t n = retis_digits(v);
	char *end;

	if (!retis_text_room(t, n))
		return;
	t->length += n;
	end = t->data + t->length;
	for (; v >= 100; v /= 100)
		memcpy(end -= 2, pairs + 2 * (v % 100), 2);
	if (v >= 10)
		memcpy(end - 2, pairs + 2 * v, 2);
	else
		end[-1] = (char)('0' + v);
}

static inline void retis_text_int(struct retis_text *t, int64_t v)
{
	if (v < 0)
		retis_text_char(t, '-');
	retis_text_dec(t, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

/* The eight digits of 32 bits, in the order of memory: nibbles are moved apart, then
 * all become characters at once. */
static inline uint64_t retis_hex_digits(uint32_t v)
{
	const uint64_t ones = ~0ull / 255;
	uint64_t x = v;

	x = (x << 16 | x) & 0x0000ffff0000ffff;
	x = (x << 8 | x) & 0x00ff00ff00ff00ff;
	x = (x << 4 | x) & ones * 0xf;
	/* Those above 9 carry into the upper half of their byte. */
	x += ones * '0' + ((x + ones * 6) >> 4 & ones) * ('a' - '0' - 10);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	x = __builtin_bswap64(x);
#endif
	return x;
}

/* Lower-case hexadecimal of at least `width` digits (at most 16), no prefix. */
static inline void retis_text_hex(struct retis_text *t, uint64_t v, unsigned int width)
{
	const uint64_t digits[2] = { retis_hex_digits((uint32_t)(v >> 32)),
				     retis_hex_digits((uint32_t)v) };
	size_t n = (67u - (unsigned int)__builtin_clzll(v | 1)) / 4;

	if (n < width)
		n = width < sizeof(digits) ? width : sizeof(digits);
	retis_text_bytes(t, (const char *)digits + sizeof(digits) - n, n);
}

/*
 * Up to `max` bytes of `s`, ending at a NUL, made safe for a terminal: printable
 * ASCII as it is, a backslash doubled, any other byte as \xNN. Valid UTF-8 is
 * escaped too: a terminal's idea of what is printable can't be known.
 */
static inline void retis_text_escaped(struct retis_text *t, const char *s, size_t max)
{
	size_t plain = 0;

	while (plain < max && s[plain] >= 0x20 && s[plain] < 0x7f && s[plain] != '\\')
		plain++;
	/* As much as fits. */
	if (!retis_text_room(t, plain))
		plain = 0;
	retis_text_bytes(t, s, plain);
	for (size_t i = plain; i < max && s[i]; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '\\') {
			retis_text_bytes(t, "\\\\", 2);
		} else if (c >= 0x20 && c < 0x7f) {
			retis_text_char(t, (char)c);
		} else {
			retis_text_bytes(t, "\\x", 2);
			retis_text_hex(t, c, 2);
		}
	}
}

#include <retis/text_address.h>

#endif
