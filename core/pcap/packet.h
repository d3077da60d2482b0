/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The bytes of an event's packet, and what they begin with. */
#ifndef PCAP_PACKET_H
#define PCAP_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "core/event/role.h"

#define PACKET_ETHERNET_LEN 14

struct packet {
	/* The section it is in. */
	uint16_t section;
	/* A LINKTYPE_ of pcap-linktype(7). */
	uint16_t link_type;
	const uint8_t *data;
	/* Bytes at `data`, and how many the packet had. */
	uint32_t captured;
	uint32_t length;
	/* Of both, those of a link-layer header that was made up. */
	uint32_t made_up;
};

/* False if no section has bytes of a packet. */
bool packet_find(const struct roles *roles, const struct record *record, struct packet *p);

/* Takes away what was made up, where the packet then begins with an IP header. */
void packet_strip(struct packet *p);

/* Puts an Ethernet header with zero addresses before an IP header, if that is what the
 * packet begins with. ROOM: for all of the captured bytes and the header. */
void packet_make_ethernet(struct packet *p, uint8_t *room);

#endif
