/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one-line text of a captured packet. Needs nothing but
 * include/retis/text.h and can be used, tested and fuzzed on its own.
 */
#ifndef SKB_PACKET_H
#define SKB_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct retis_text;

/*
 * Appends the text of the packet whose `captured` first bytes, from its Ethernet
 * header on, are at `data`. `length` is how long the packet was, and only tells
 * payload sizes where the IP header has none. `link_layer` adds the Ethernet,
 * VLAN and MACsec headers. Packets are hostile: any bytes are fine.
 */
void packet_print(const uint8_t *data, size_t captured, size_t length, bool link_layer,
		  struct retis_text *out);

#endif
