/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses and networks as values of a filter: 192.0.2.1, 10.0.0.0/8, 2001:db8::/32,
 * 00:00:5e:00:53:01. */
#ifndef FILTER_META_ADDRESS_H
#define FILTER_META_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct meta_address {
	/* In network byte order. */
	uint8_t bytes[16];
	/* 4, 16, or 6 for the address of a device. */
	uint8_t size;
	/* So many bits of it count. */
	uint8_t bits;
};

/* The N bytes at TEXT. -EINVAL. */
int meta_address_parse(const char *text, size_t n, struct meta_address *out);

/* The bits of byte AT that count. */
static inline uint8_t meta_address_mask(const struct meta_address *address, size_t at)
{
	size_t bits = address->bits > at * 8 ? address->bits - at * 8 : 0;

	return bits >= 8 ? 0xff : (uint8_t)(0xff << (8 - bits));
}

/* BYTES, as many as the address has, are within the network. */
bool meta_address_matches(const struct meta_address *address, const uint8_t *bytes);

#endif
