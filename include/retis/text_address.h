/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Addresses as text; they are given in network byte order. */
#ifndef RETIS_TEXT_ADDRESS_H
#define RETIS_TEXT_ADDRESS_H

#include <retis/text.h>

static inline void retis_text_mac(struct retis_text *t, const uint8_t mac[6])
{
	for (int i = 0; i < 6; i++) {
		if (i)
			retis_text_char(t, ':');
		retis_text_hex(t, mac[i], 2);
	}
}

static inline void retis_text_ip4(struct retis_text *t, const uint8_t ip[4])
{
	char text[4 * 4], *at = text;

	for (int i = 0; i < 4; i++) {
		uint8_t v = ip[i];

		if (v >= 100)
			*at++ = (char)('0' + v / 100);
		if (v >= 10)
			*at++ = (char)('0' + v / 10 % 10);
		*at++ = (char)('0' + v % 10);
		*at++ = '.';
	}
	retis_text_bytes(t, text, (size_t)(at - text) - 1);
}

/* In ::ffff:0:0/96, whose last 4 bytes are an IPv4 address. */
static inline bool retis_ip_is_mapped(const uint8_t ip[16])
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

	return !memcmp(ip, mapped, sizeof(mapped));
}

/* RFC 5952, with the dotted form for IPv4-mapped addresses only (section 5). */
static inline void retis_text_ip6(struct retis_text *t, const uint8_t ip[16])
{
	int best = -1, best_len = 1;

	if (retis_ip_is_mapped(ip)) {
		retis_text_str(t, "::ffff:");
		retis_text_ip4(t, ip + 12);
		return;
	}
	for (int i = 0; i < 8; i++) {
		int len = 0;

		while (i + len < 8 && !ip[2 * (i + len)] && !ip[2 * (i + len) + 1])
			len++;
		if (len > best_len) {
			best = i;
			best_len = len;
		}
		if (len)
			i += len - 1;
	}
	for (int i = 0; i < 8; i++) {
		if (i == best) {
			retis_text_str(t, "::");
			i += best_len - 1;
			continue;
		}
		if (i && i != best + best_len)
			retis_text_char(t, ':');
		retis_text_hex(t, (uint64_t)ip[2 * i] << 8 | ip[2 * i + 1], 1);
	}
}

/* An IPv4 address mapped into an IPv6 address is shown as what it is. */
static inline void retis_text_ip(struct retis_text *t, const uint8_t ip[16])
{
	if (retis_ip_is_mapped(ip))
		retis_text_ip4(t, ip + 12);
	else
		retis_text_ip6(t, ip);
}

#endif
