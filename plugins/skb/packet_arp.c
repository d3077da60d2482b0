/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet text: ARP, RARP and Inverse ARP. The header tells how long the hardware
 * addresses are; protocol addresses are IPv4's or not printed.
 */
#include "packet_parse.h"

#define ARP_LEN 8
#define ARP_HARDWARE_ETHERNET 1
#define ARP_IP4_LEN 4

struct arp {
	uint16_t operation;
	uint8_t hardware_len;
	const uint8_t *sha, *spa, *tha, *tpa;
};

static void print_hardware(struct packet *p, const struct arp *arp, const uint8_t *address)
{
	for (unsigned int i = 0; i < arp->hardware_len; i++) {
		packet_flag(p, i, ':');
		retis_text_hex(p->out, address[i], 2);
	}
}

static bool is_hardware_known(const struct arp *arp)
{
	for (unsigned int i = 0; i < arp->hardware_len; i++)
		if (arp->tha[i])
			return true;
	return false;
}

static void print_arp_request(struct packet *p, const struct arp *arp)
{
	retis_text_str(p->out, "request who-has ");
	retis_text_ip4(p->out, arp->tpa);
	if (is_hardware_known(arp)) {
		retis_text_str(p->out, " (");
		print_hardware(p, arp, arp->tha);
		retis_text_char(p->out, ')');
	}
	retis_text_str(p->out, " tell ");
	retis_text_ip4(p->out, arp->spa);
}

static void print_arp_reply(struct packet *p, const struct arp *arp)
{
	retis_text_str(p->out, "reply ");
	retis_text_ip4(p->out, arp->spa);
	retis_text_str(p->out, " is-at ");
	print_hardware(p, arp, arp->sha);
}

/* Who asks for the protocol address of a hardware address. */
static void print_reverse_request(struct packet *p, const struct arp *arp, const char *kind)
{
	retis_text_str(p->out, kind);
	retis_text_str(p->out, " request who-is ");
	print_hardware(p, arp, arp->tha);
	retis_text_str(p->out, " tell ");
	print_hardware(p, arp, arp->sha);
}

static void print_reverse_reply(struct packet *p, const struct arp *arp)
{
	retis_text_str(p->out, "reverse reply ");
	print_hardware(p, arp, arp->tha);
	retis_text_str(p->out, " at ");
	retis_text_ip4(p->out, arp->tpa);
}

static void print_inverse_reply(struct packet *p, const struct arp *arp)
{
	retis_text_str(p->out, "inverse reply ");
	print_hardware(p, arp, arp->sha);
	retis_text_str(p->out, " at ");
	retis_text_ip4(p->out, arp->spa);
}

static void print_arp_operation(struct packet *p, const struct arp *arp)
{
	switch (arp->operation) {
	case 1:
		print_arp_request(p, arp);
		break;
	case 2:
		print_arp_reply(p, arp);
		break;
	case 3:
		print_reverse_request(p, arp, "reverse");
		break;
	case 4:
		print_reverse_reply(p, arp);
		break;
	case 8:
		print_reverse_request(p, arp, "inverse");
		break;
	case 9:
		print_inverse_reply(p, arp);
		break;
	default:
		packet_unsupported(p, "ARP operation", arp->operation, 0);
	}
}

/* Can the addresses be printed? Else says why not. */
static bool check_arp(struct packet *p, const uint8_t *header)
{
	uint16_t protocol = packet_be16(header + 2);

	if (protocol != ETHERTYPE_IP)
		packet_unsupported(p, "ARP protocol", protocol, 4);
	else if (header[5] != ARP_IP4_LEN)
		packet_bad(p, "ARP protocol address length", header[5], 0, 0);
	else if (!header[4])
		packet_bad(p, "ARP hardware address length", 0, 0, 0);
	else
		return true;
	return false;
}

void packet_arp(struct packet *p, struct packet_bytes b)
{
	const uint8_t *header = packet_take(&b, ARP_LEN), *addresses;
	struct arp arp;

	if (!header) {
		packet_truncated(p);
		return;
	}
	if (!check_arp(p, header))
		return;
	arp.operation = packet_be16(header + 6);
	arp.hardware_len = header[4];
	addresses = packet_take(&b, 2u * (header[4] + ARP_IP4_LEN));
	if (!addresses) {
		packet_truncated(p);
		return;
	}
	arp.sha = addresses;
	arp.spa = arp.sha + arp.hardware_len;
	arp.tha = arp.spa + ARP_IP4_LEN;
	arp.tpa = arp.tha + arp.hardware_len;
	print_arp_operation(p, &arp);
	if (packet_be16(header) != ARP_HARDWARE_ETHERNET || arp.hardware_len != 6) {
		packet_dec(p, "hardware type", packet_be16(header));
		packet_dec(p, "address length", arp.hardware_len);
	}
}
