/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet text: headers that hold other packets and belong to no IP tunnel alone: PPPoE
 * and PPP, NSH, EtherIP, ERSPAN, and GRE version 1.
 */
#include "packet_parse.h"

#define PPPOE_LEN 6
#define NSH_LEN 8
/* With metadata of type 1. */
#define NSH_TYPE1_LEN 24
#define ETHERIP_LEN 2
#define ERSPAN2_LEN 8
#define ERSPAN3_LEN 12
#define ERSPAN3_SUBHEADER_LEN 8
#define GRE1_LEN 8
#define GRE1_KEY 0x20
#define GRE1_SEQUENCE 0x10
#define GRE1_ACK 0x80

enum ppp_protocol {
	PPP_IP = 0x0021,
	PPP_IPV6 = 0x0057,
	PPP_ADDRESS_CONTROL = 0xff03,
};

/* Links may leave out address and control (ff 03), and the protocol's first byte if it is 0:
 * the last one is odd, others are not. */
static void print_ppp(struct packet *p, struct packet_bytes b)
{
	const uint8_t *start = packet_peek(&b, 2);
	uint16_t protocol;

	if (start && packet_be16(start) == PPP_ADDRESS_CONTROL) {
		packet_skip(&b, 2);
		start = packet_peek(&b, 2);
	}
	if (!start) {
		packet_truncated(p);
		return;
	}
	protocol = start[0] & 1 ? start[0] : packet_be16(start);
	packet_skip(&b, start[0] & 1 ? 1 : 2);
	switch (protocol) {
	case PPP_IP:
		packet_tunnelled(p, b, ETHERTYPE_IP);
		break;
	case PPP_IPV6:
		packet_tunnelled(p, b, ETHERTYPE_IPV6);
		break;
	default:
		packet_hex_wide(p, "ppp protocol", protocol, 4);
	}
}

static const char *pppoe_code_name(uint8_t code)
{
	switch (code) {
	case 0x07:
		return " PADO";
	case 0x09:
		return " PADI";
	case 0x19:
		return " PADR";
	case 0x65:
		return " PADS";
	case 0xa7:
		return " PADT";
	default:
		return "";
	}
}

void packet_pppoe(struct packet *p, struct packet_bytes b)
{
	const uint8_t *pppoe = packet_take(&b, PPPOE_LEN);
	struct packet_bytes whole = b;

	if (!pppoe) {
		packet_truncated(p);
		return;
	}
	retis_text_str(p->out, "PPPoE");
	if (pppoe[0] != 0x11) {
		packet_bad(p, "version and type", pppoe[0], 0, 0);
		return;
	}
	retis_text_str(p->out, pppoe_code_name(pppoe[1]));
	packet_hex(p, "session", packet_be16(pppoe + 2));
	packet_dec(p, "len", packet_be16(pppoe + 4));
	packet_missing(p, &whole, packet_be16(pppoe + 4));
	packet_limit(&b, packet_be16(pppoe + 4));
	if (!pppoe[1])
		print_ppp(p, b);
}

static void print_nsh_payload(struct packet *p, struct packet_bytes b, uint8_t next)
{
	switch (next) {
	case 1:
		packet_tunnelled(p, b, ETHERTYPE_IP);
		break;
	case 2:
		packet_tunnelled(p, b, ETHERTYPE_IPV6);
		break;
	case 3:
		packet_tunnelled(p, b, ETHERTYPE_TEB);
		break;
	case 5:
		packet_tunnelled(p, b, ETHERTYPE_MPLS);
		break;
	default:
		packet_unsupported(p, "NSH protocol", next, 1);
	}
}

void packet_nsh(struct packet *p, struct packet_bytes b)
{
	const uint8_t *nsh = packet_take(&b, NSH_LEN);

	if (!nsh) {
		packet_truncated(p);
		return;
	}

	size_t length = (nsh[1] & 0x3f) * 4u;

	retis_text_str(p->out, "NSH");
	if (nsh[0] >> 6) {
		packet_unsupported(p, "version", nsh[0] >> 6, 0);
		return;
	}
	if (length < NSH_LEN || ((nsh[2] & 0xf) == 1 && length != NSH_TYPE1_LEN)) {
		packet_bad(p, "header length", length, 0, 0);
		return;
	}
	packet_dec(p, "spi", packet_be24(nsh + 4));
	packet_dec(p, "si", nsh[7]);
	packet_skip(&b, length - NSH_LEN);
	print_nsh_payload(p, b, nsh[3]);
}

void packet_etherip(struct packet *p, struct packet_bytes b)
{
	const uint8_t *etherip = packet_take(&b, ETHERIP_LEN);

	if (!etherip)
		packet_truncated(p);
	else if (etherip[0] >> 4 != 3)
		packet_bad(p, "EtherIP version", etherip[0] >> 4, 0, 0);
	else
		packet_tunnelled(p, b, ETHERTYPE_TEB);
}

void packet_erspan(struct packet *p, struct packet_bytes b, uint16_t ethertype)
{
	size_t length = ethertype == ETHERTYPE_ERSPAN3 ? ERSPAN3_LEN : ERSPAN2_LEN;
	const uint8_t *erspan = packet_take(&b, length);

	if (!erspan) {
		packet_truncated(p);
		return;
	}
	retis_text_str(p->out, " erspan");
	packet_dec(p, "version", erspan[0] >> 4);
	packet_dec(p, "vlan", packet_be16(erspan) & 0xfff);
	packet_dec(p, "session", packet_be16(erspan + 2) & 0x3ff);
	if (length == ERSPAN3_LEN && erspan[11] & 1)
		packet_skip(&b, ERSPAN3_SUBHEADER_LEN);
	packet_tunnelled(p, b, ETHERTYPE_TEB);
}

/* The numbers behind PPTP's header, and the frame behind these, if there is one. */
static void print_pptp(struct packet *p, struct packet_bytes b, const uint8_t *gre)
{
	static const struct {
		uint8_t byte, flag;
		const char *name;
	} numbers[] = { { 0, GRE1_SEQUENCE, " seq " }, { 1, GRE1_ACK, " ack " } };
	uint16_t length = packet_be16(gre + 4);

	packet_dec(p, "len", length);
	packet_dec(p, "call", packet_be16(gre + 6));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const uint8_t *number;

		if (!(gre[numbers[i].byte] & numbers[i].flag))
			continue;
		number = packet_take(&b, 4);
		if (!number) {
			packet_truncated(p);
			return;
		}
		packet_number(p, numbers[i].name, packet_be32(number));
	}
	packet_missing(p, &b, length);
	packet_limit(&b, length);
	if (length)
		print_ppp(p, b);
}

/* PPTP's (RFC 2637), and what MikroTik's EoIP makes of it. */
void packet_gre1(struct packet *p, struct packet_bytes b)
{
	const uint8_t *gre = packet_take(&b, GRE1_LEN);
	uint16_t protocol;

	if (!gre) {
		packet_truncated(p);
		return;
	}
	protocol = packet_be16(gre + 2);
	packet_dec(p, "version", 1);
	if (protocol == 0x6400) {
		retis_text_str(p->out, " EoIP");
		packet_dec(p, "tunnel", gre[6] | gre[7] << 8);
		packet_tunnelled(p, b, ETHERTYPE_TEB);
		return;
	}
	retis_text_str(p->out, " proto ");
	packet_ethertype_name(p, protocol);
	if (!(gre[0] & GRE1_KEY))
		packet_unsupported(p, "GRE flags", packet_be16(gre), 4);
	else if (protocol == ETHERTYPE_PPP)
		print_pptp(p, b, gre);
}
