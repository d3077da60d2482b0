/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/filter/meta_address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

/* The longest, with its terminator. */
#define TEXT_MAX INET6_ADDRSTRLEN

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c | 0x20) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Six pairs of digits. */
static int parse_mac(const char *text, uint8_t *out)
{
	for (size_t i = 0; i < 6; i++, text += 3) {
		int high = hex_digit(text[0]), low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0 || text[2] != (i == 5 ? '\0' : ':'))
			return -EINVAL;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

static int parse_whole(const char *text, struct meta_address *a)
{
	if (inet_pton(AF_INET, text, a->bytes) == 1)
		a->size = 4;
	else if (!parse_mac(text, a->bytes))
		a->size = 6;
	else if (inet_pton(AF_INET6, text, a->bytes) == 1)
		a->size = 16;
	else
		return -EINVAL;
	a->bits = (uint8_t)(a->size * 8);
	return 0;
}

/* Decimal, of a network. */
static int parse_bits(const char *text, size_t n, struct meta_address *a)
{
	unsigned int bits = 0;

	if (!n || n > 3 || a->size == 6)
		return -EINVAL;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -EINVAL;
		bits = bits * 10 + (unsigned int)(text[i] - '0');
	}
	if (bits > a->bits)
		return -EINVAL;
	a->bits = (uint8_t)bits;
	return 0;
}

int meta_address_parse(const char *text, size_t n, struct meta_address *out)
{
	const char *slash = memchr(text, '/', n);
	size_t length = slash ? (size_t)(slash - text) : n;
	struct meta_address a = { 0 };
	char whole[TEXT_MAX];
	int err;

	if (length >= sizeof(whole))
		return -EINVAL;
	memcpy(whole, text, length);
	whole[length] = '\0';
	err = parse_whole(whole, &a);
	if (!err && slash)
		err = parse_bits(slash + 1, n - length - 1, &a);
	if (!err)
		*out = a;
	return err;
}

bool meta_address_matches(const struct meta_address *address, const uint8_t *bytes)
{
	for (size_t i = 0; i * 8 < address->bits; i++)
		if ((address->bytes[i] ^ bytes[i]) & meta_address_mask(address, i))
			return false;
	return true;
}
