/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Makes text of foreign printers safe for a terminal. */
#include "core/event/sanitize.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define BYTES(c) (0x0101010101010101ull * (c))

static bool is_printable(uint8_t c)
{
	return c >= 0x20 && c < 0x7f;
}

/* All eight are; a sum that carries over starts at a byte that isn't. */
static bool are_printable(const char *s)
{
	uint64_t v;

	memcpy(&v, s, sizeof(v));
	return !(((v - BYTES(0x20)) | (v + BYTES(1)) | v) & BYTES(0x80));
}

/* All 16. */
static bool many_printable(const char *s)
{
#ifdef __SSE2__
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)s);
	/* Signed: bytes from 0x80 on are below all others. */
	__m128i good = _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8(0x1f)),
				     _mm_cmpgt_epi8(_mm_set1_epi8(0x7f), v));

	return _mm_movemask_epi8(good) == 0xffff;
#else
	return are_printable(s) && are_printable(s + 8);
#endif
}

/* Of `left` bytes at `s`: may the first stay? */
static bool may_stay(const struct retis_text *text, const char *s, size_t left)
{
	if (is_printable((uint8_t)*s))
		return true;
	if (*s != '\n' || !text->multi_line || left <= text->indent)
		return false;
	for (size_t i = 1; i <= text->indent; i++) {
		if (s[i] != ' ')
			return false;
	}
	return true;
}

static bool is_clean(const struct retis_text *text, size_t start)
{
	size_t i = start;

	while (i < text->length) {
		size_t left = text->length - i;

		if (left >= 16 && many_printable(text->data + i)) {
			i += 16;
			continue;
		}
		/* The rest, with some of what was looked at. */
		if (left < 16 && text->length - start >= 16 &&
		    many_printable(text->data + text->length - 16))
			return true;
		if (left >= 8 && are_printable(text->data + i)) {
			i += 8;
			continue;
		}
		if (!may_stay(text, text->data + i, text->length - i))
			return false;
		i++;
	}
	return true;
}

/*
 * In place: the text moves up by three times its length, so what is written,
 * at most four bytes for one, never overtakes what is read.
 */
static void escape_in_place(struct retis_text *text, size_t start)
{
	size_t n = text->length - start;
	const char *from;

	if (!retis_text_room(text, 3 * n)) {
		text->length = start;
		return;
	}
	from = text->data + start + 3 * n;
	memmove(text->data + start + 3 * n, text->data + start, n);
	text->length = start;
	for (size_t i = 0; i < n; i++) {
		char c = from[i];

		if (may_stay(text, from + i, n - i)) {
			retis_text_char(text, c);
		} else {
			retis_text_bytes(text, "\\x", 2);
			retis_text_hex(text, (uint8_t)c, 2);
		}
	}
}

void sanitize_text(struct retis_text *text, size_t start)
{
	if (!is_clean(text, start))
		escape_in_place(text, start);
}
