/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Bytes out of base64. */
#include <errno.h>

#include "core/event/json_decode.h"

/* clang-format off */
#define DIGITS(D) \
	['A'] = D(0u), ['B'] = D(1u), ['C'] = D(2u), ['D'] = D(3u), ['E'] = D(4u), ['F'] = D(5u), \
	['G'] = D(6u), ['H'] = D(7u), ['I'] = D(8u), ['J'] = D(9u), ['K'] = D(10u), ['L'] = D(11u), \
	['M'] = D(12u), ['N'] = D(13u), ['O'] = D(14u), ['P'] = D(15u), ['Q'] = D(16u), ['R'] = D(17u), \
	['S'] = D(18u), ['T'] = D(19u), ['U'] = D(20u), ['V'] = D(21u), ['W'] = D(22u), ['X'] = D(23u), \
	['Y'] = D(24u), ['Z'] = D(25u), ['a'] = D(26u), ['b'] = D(27u), ['c'] = D(28u), ['d'] = D(29u), \
	['e'] = D(30u), ['f'] = D(31u), ['g'] = D(32u), ['h'] = D(33u), ['i'] = D(34u), ['j'] = D(35u), \
	['k'] = D(36u), ['l'] = D(37u), ['m'] = D(38u), ['n'] = D(39u), ['o'] = D(40u), ['p'] = D(41u), \
	['q'] = D(42u), ['r'] = D(43u), ['s'] = D(44u), ['t'] = D(45u), ['u'] = D(46u), ['v'] = D(47u), \
	['w'] = D(48u), ['x'] = D(49u), ['y'] = D(50u), ['z'] = D(51u), ['0'] = D(52u), ['1'] = D(53u), \
	['2'] = D(54u), ['3'] = D(55u), ['4'] = D(56u), ['5'] = D(57u), ['6'] = D(58u), ['7'] = D(59u), \
	['8'] = D(60u), ['9'] = D(61u), ['+'] = D(62u), ['/'] = D(63u)
/* clang-format on */

/* The four digits of a group where their bits belong, and one bit for each: what is no
 * digit is 0. */
#define FIRST(value) (1u << 24 | (value) << 18)
#define SECOND(value) (1u << 25 | (value) << 12)
#define THIRD(value) (1u << 26 | (value) << 6)
#define FOURTH(value) (1u << 27 | (value))

static const uint32_t first[256] = { DIGITS(FIRST) };
static const uint32_t second[256] = { DIGITS(SECOND) };
static const uint32_t third[256] = { DIGITS(THIRD) };
static const uint32_t fourth[256] = { DIGITS(FOURTH) };

/* The last group: of N bytes, 1 or 2, and padding. */
static int decode_end(const char *text, uint8_t *to, size_t n)
{
	uint32_t v = first[(uint8_t)text[0]] | second[(uint8_t)text[1]];

	v |= n == 2 ? third[(uint8_t)text[2]] : THIRD(0);
	if (v >> 24 != 0x7)
		return -EINVAL;
	to[0] = (uint8_t)(v >> 16);
	if (n == 2)
		to[1] = (uint8_t)(v >> 8);
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
		uint32_t v = first[(uint8_t)text[0]] | second[(uint8_t)text[1]] |
			     third[(uint8_t)text[2]] | fourth[(uint8_t)text[3]];

		if (v >> 24 != 0xf)
			return -EINVAL;
		to[0] = (uint8_t)(v >> 16);
		to[1] = (uint8_t)(v >> 8);
		to[2] = (uint8_t)v;
	}
	if (used == bytes)
		return (int)bytes;
	return decode_end(text, to, bytes - used) ? -EINVAL : (int)bytes;
}
