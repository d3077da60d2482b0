/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes out of base64. */
#include <errno.h>

#include "core/event/json_decode.h"

/* A digit's value plus one; 0: no digit. */
static const uint8_t values[256] = {
	['A'] = 1,  ['B'] = 2,	['C'] = 3,  ['D'] = 4,	['E'] = 5,  ['F'] = 6,	['G'] = 7,
	['H'] = 8,  ['I'] = 9,	['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14,
	['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21,
	['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28,
	['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35,
	['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
	['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49,
	['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
	['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63,
	['/'] = 64,
};

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
	for (size_t i = 0; i < length; i += 4) {
		uint32_t v = 0;

		for (size_t j = i; j < i + 4; j++) {
			uint8_t value = values[(uint8_t)text[j]];
			bool padding = text[j] == '=' && j / 4 * 3 + j % 4 > bytes;

			if (!value && !padding)
				return -EINVAL;
			v = v << 6 | (padding ? 0u : value - 1u);
		}
		for (int shift = 16; shift >= 0 && used < bytes; shift -= 8)
			to[used++] = (uint8_t)(v >> shift);
	}
	return (int)bytes;
}
