/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/pcap/packet.h"

#include <string.h>

#include "core/pcap/pcapng.h"

bool packet_find(const struct roles *roles, const struct record *record, struct packet *p)
{
	struct role_value bytes;
	uint64_t length, link_type, made_up;

	if (!role_find(roles, record, RETIS_ROLE_PACKET, &bytes) ||
	    bytes.field->kind != RETIS_BYTES)
		return false;
	if (!role_number(roles, record, RETIS_ROLE_PACKET_LENGTH, &length) || length < bytes.size ||
	    length > UINT32_MAX)
		length = bytes.size;
	if (!role_number(roles, record, RETIS_ROLE_LINK_TYPE, &link_type) || link_type > UINT16_MAX)
		link_type = PCAPNG_ETHERNET;
	if (!role_number(roles, record, RETIS_ROLE_MADE_UP, &made_up) || made_up > bytes.size)
		made_up = 0;
	*p = (struct packet){
		.section = bytes.section,
		.link_type = (uint16_t)link_type,
		.data = bytes.data,
		.captured = bytes.size,
		.length = (uint32_t)length,
		.made_up = (uint32_t)made_up,
	};
	return true;
}

static bool begins_with_ip(const uint8_t *data, uint32_t n)
{
	return n && (data[0] >> 4 == 4 || data[0] >> 4 == 6);
}

void packet_strip(struct packet *p)
{
	if (!p->made_up || !begins_with_ip(p->data + p->made_up, p->captured - p->made_up))
		return;
	p->data += p->made_up;
	p->captured -= p->made_up;
	p->length -= p->made_up;
	p->made_up = 0;
	p->link_type = PCAPNG_RAW;
}

void packet_make_ethernet(struct packet *p, uint8_t *room)
{
	static const uint8_t ip4[2] = { 0x08, 0x00 }, ip6[2] = { 0x86, 0xdd };

	if (p->link_type != PCAPNG_RAW || !begins_with_ip(p->data, p->captured))
		return;
	memset(room, 0, PACKET_ETHERNET_LEN - 2);
	memcpy(room + PACKET_ETHERNET_LEN - 2, p->data[0] >> 4 == 4 ? ip4 : ip6, 2);
	memcpy(room + PACKET_ETHERNET_LEN, p->data, p->captured);
	p->data = room;
	p->captured += PACKET_ETHERNET_LEN;
	p->length += PACKET_ETHERNET_LEN;
	p->made_up = PACKET_ETHERNET_LEN;
	p->link_type = PCAPNG_ETHERNET;
}
