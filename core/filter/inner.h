/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens the tunnels that a packet is in, as programs in the kernel do (bpf/tunnel.h). */
#ifndef CORE_FILTER_INNER_H
#define CORE_FILTER_INNER_H

#include <stdbool.h>
#include <stdint.h>

struct inner_packet {
	/* Its first bytes, borrowed, how many these are, and how many it has. */
	const uint8_t *data;
	uint32_t captured;
	uint32_t length;
	/* It begins with an Ethernet header, not with that of the network. */
	bool l2;
};

/* P becomes the innermost packet; it stays what it is if it is in no tunnel. True: it was. Any
 * bytes may come. */
bool inner_open(struct inner_packet *p);

#endif
