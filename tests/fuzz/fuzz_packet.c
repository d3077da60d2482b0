/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the packet printer. The first byte has flags: 0x01 shows the link layer,
 * 0x02 claims a packet much longer than captured, 0x04 prints into a small buffer.
 * tests/data/packets.txt has packets to start from.
 */
#include <stdlib.h>

#include <retis/text.h>
#include "../../plugins/skb/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[1 << 16];
	struct retis_text out = { .data = text, .capacity = sizeof(text) };
	uint8_t flags;

	if (!size)
		return 0;
	flags = *data++;
	size--;
	if (flags & 4)
		out.capacity = 100;
	packet_print(data, size, flags & 2 ? SIZE_MAX : size, flags & 1, &out);
	if (out.length > out.capacity)
		abort();
	for (size_t i = 0; i < out.length; i++)
		if (text[i] < ' ' || text[i] > '~')
			abort();
	return 0;
}
