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

/* Two digits a step. */
static inline void retis_text_dec(struct retis_text *t, uint64_t v)
{
	static const char pairs[] = "000102030405060708091011121314151617181920212223242526272829"
				    "303132333435363738394041424344454647484950515253545556575859"
				    "606162636465666768697071727374757677787980818283848586878889"
				    "90919293949596979899";
	size_t n = 1;
	char *end;

	for (uint64_t w = v; w >= 10; w /= 100)
		n += w >= 100 ? 2 : 1;
	if (!retis_text_room(t, n))
		return;
	t->length += n;
	end = t->data + t->length;
	for (; v >= 100; v /= 100)
		memcpy(end -= 2, pairs + 2 * (v % 100), 2);
	*--end = pairs[2 * v + 1];
	if (v >= 10)
		*--end = pairs[2 * v];
}

static inline void retis_text_int(struct retis_text *t, int64_t v)
{
	if (v < 0)
		retis_text_char(t, '-');
	retis_text_dec(t, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

/* Lower-case hexadecimal of at least `width` digits (at most 16), no prefix. */
static inline void retis_text_hex(struct retis_text *t, uint64_t v, unsigned int width)
{
	char digits[16];
	size_t i = sizeof(digits);

	do
		digits[--i] = "0123456789abcdef"[v & 0xf];
	while (v >>= 4);
	while (i && sizeof(digits) - i < width)
		digits[--i] = '0';
	retis_text_bytes(t, digits + i, sizeof(digits) - i);
}

/*
 * Up to `max` bytes of `s`, ending at a NUL, made safe for a terminal: printable
 * ASCII as it is, a backslash doubled, any other byte as \xNN. Valid UTF-8 is
 * escaped too: a terminal's idea of what is printable can't be known.
 */
static inline void retis_text_escaped(struct retis_text *t, const char *s, size_t max)
{
	for (size_t i = 0; i < max && s[i]; i++) {
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
