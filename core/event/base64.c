/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes out of base64. */
#include <errno.h>

#include "core/event/json_decode.h"

#define DIGIT 0x40

/* A digit's value and DIGIT; 0: no digit. */
static const uint8_t values[256] = {
	['A'] = 64,  ['B'] = 65,  ['C'] = 66,  ['D'] = 67,  ['E'] = 68,	 ['F'] = 69,  ['G'] = 70,
	['H'] = 71,  ['I'] = 72,  ['J'] = 73,  ['K'] = 74,  ['L'] = 75,	 ['M'] = 76,  ['N'] = 77,
	['O'] = 78,  ['P'] = 79,  ['Q'] = 80,  ['R'] = 81,  ['S'] = 82,	 ['T'] = 83,  ['U'] = 84,
	['V'] = 85,  ['W'] = 86,  ['X'] = 87,  ['Y'] = 88,  ['Z'] = 89,	 ['a'] = 90,  ['b'] = 91,
	['c'] = 92,  ['d'] = 93,  ['e'] = 94,  ['f'] = 95,  ['g'] = 96,	 ['h'] = 97,  ['i'] = 98,
	['j'] = 99,  ['k'] = 100, ['l'] = 101, ['m'] = 102, ['n'] = 103, ['o'] = 104, ['p'] = 105,
	['q'] = 106, ['r'] = 107, ['s'] = 108, ['t'] = 109, ['u'] = 110, ['v'] = 111, ['w'] = 112,
	['x'] = 113, ['y'] = 114, ['z'] = 115, ['0'] = 116, ['1'] = 117, ['2'] = 118, ['3'] = 119,
	['4'] = 120, ['5'] = 121, ['6'] = 122, ['7'] = 123, ['8'] = 124, ['9'] = 125, ['+'] = 126,
	['/'] = 127,
};

/* The last group: of N bytes, 1 or 2, and padding. */
static int decode_end(const char *text, uint8_t *to, size_t n)
{
	uint32_t v = 0;

	for (size_t i = 0; i <= n; i++) {
		uint32_t value = values[(uint8_t)text[i]];

		if (!value)
			return -EINVAL;
		v |= (value - DIGIT) << (18 - 6 * i);
	}
	for (size_t i = 0; i < n; i++)
		to[i] = (uint8_t)(v >> (16 - 8 * i));
	return 0;
}

int base64_decode(const char *text, size_t length, uint8_t *to, size_t size)
{
	size_t bytes = length / 4 * 3;
	size_t used = 0;

	if (length % 4)
		return -EINVAL;
	if (length && text[length - 1] == '=')
		bytes -= text[length - 2] == '=' ? 2 : 1;
	if (bytes > size)
		return -ENOSPC;
	/* Groups without padding, then the last one, whatever it is. */
	for (; used + 3 <= bytes; used += 3, text += 4, to += 3) {
		uint32_t a = values[(uint8_t)text[0]], b = values[(uint8_t)text[1]];
		uint32_t c = values[(uint8_t)text[2]], d = values[(uint8_t)text[3]];
		uint32_t v = (a << 18) + (b << 12) + (c << 6) + d - 0x1041041u * DIGIT;

		if (!(a & b & c & d & DIGIT))
			return -EINVAL;
		to[0] = (uint8_t)(v >> 16);
		to[1] = (uint8_t)(v >> 8);
		to[2] = (uint8_t)v;
	}
	if (used == bytes)
		return (int)bytes;
	return decode_end(text, to, bytes - used) ? -EINVAL : (int)bytes;
}
