/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet text: the entry point and the link layer (Ethernet, VLAN, MPLS, MACsec). A link layer
 * header is silent unless asked for, and if it speaks, one space follows, whatever comes next.
 */
#include "packet.h"
#include "packet_parse.h"

#define ETHERNET_LEN 14
#define VLAN_LEN 4
#define MPLS_LEN 4
#define MACSEC_LEN 6
#define MACSEC_SCI_LEN 8

enum macsec_tci {
	MACSEC_ES = 0x40,
	MACSEC_SC = 0x20,
	MACSEC_SCB = 0x10,
	MACSEC_E = 0x08,
	MACSEC_C = 0x04,
	MACSEC_AN = 0x03,
};

static bool is_vlan(uint16_t ethertype)
{
	return ethertype == ETHERTYPE_VLAN || ethertype == ETHERTYPE_QINQ ||
	       ethertype == ETHERTYPE_QINQ_9100;
}

static void print_type_or_length(struct packet *p, uint16_t value)
{
	if (value && value < ETHERTYPE_MIN) {
		retis_text_str(p->out, "802.3 length ");
		retis_text_dec(p->out, value);
	} else {
		retis_text_str(p->out, "ethertype ");
		packet_ethertype_name(p, value);
	}
	retis_text_char(p->out, ' ');
}

static void print_vlan(struct packet *p, uint16_t tci, uint16_t ethertype)
{
	retis_text_str(p->out, "vlan ");
	retis_text_dec(p->out, tci & 0xfff);
	packet_dec(p, "p", tci >> 13);
	if (tci & 0x1000)
		retis_text_str(p->out, " DEI");
	retis_text_char(p->out, ' ');
	print_type_or_length(p, ethertype);
}

/* The labels up to the bottom of the stack: true if it was reached. */
static bool print_mpls_stack(struct packet *p, struct packet_bytes *b)
{
	const uint8_t *label;
	bool bottom = false;

	retis_text_str(p->out, "mpls ");
	for (char sep = '['; !bottom && (label = packet_take(b, MPLS_LEN)); sep = ',') {
		uint32_t value = packet_be24(label);

		bottom = value & 1;
		retis_text_char(p->out, sep);
		retis_text_str(p->out, "label ");
		retis_text_dec(p->out, value >> 4);
		packet_dec(p, "tc", value >> 1 & 7);
		packet_dec(p, "ttl", label[3]);
	}
	retis_text_str(p->out, "] ");
	return bottom;
}

/* Nothing announces what MPLS carries. As routers do, take the version of an IP
 * header for it. */
static void print_mpls(struct packet *p, struct packet_bytes b)
{
	const uint8_t *payload;

	if (!packet_peek(&b, MPLS_LEN) || !print_mpls_stack(p, &b) ||
	    !(payload = packet_peek(&b, 1)))
		packet_truncated(p);
	else if (*payload >> 4 == 4)
		packet_ip4(p, b);
	else if (*payload >> 4 == 6)
		packet_ip6(p, b);
	else
		packet_unsupported(p, "MPLS payload type", *payload >> 4, 1);
}

static void print_macsec_tag(struct packet *p, const uint8_t *tag, const uint8_t *sci)
{
	uint8_t tci = tag[0], short_length = tag[1] & 0x3f;

	retis_text_str(p->out, "an ");
	retis_text_dec(p->out, tci & MACSEC_AN);
	packet_dec(p, "pn", packet_be32(tag + 2));
	retis_text_str(p->out, " flags [");
	packet_flag(p, tci & MACSEC_E, 'E');
	packet_flag(p, tci & MACSEC_C, 'C');
	packet_flag(p, tci & MACSEC_ES, 'S');
	packet_flag(p, tci & MACSEC_SCB, 'B');
	packet_flag(p, tci & MACSEC_SC, 'I');
	retis_text_char(p->out, ']');
	if (short_length)
		packet_dec(p, "sl", short_length);
	if (sci)
		packet_hex_wide(p, "sci", (uint64_t)packet_be32(sci) << 32 | packet_be32(sci + 4),
				16);
}

static void print_macsec_clear(struct packet *p, struct packet_bytes b)
{
	const uint8_t *ethertype = packet_take(&b, 2);

	if (p->link_layer)
		retis_text_char(p->out, ' ');
	if (!ethertype)
		packet_truncated(p);
	else if (packet_nest(p))
		packet_network(p, b, packet_be16(ethertype));
}

static void print_macsec(struct packet *p, struct packet_bytes b)
{
	const uint8_t *tag = packet_take(&b, MACSEC_LEN), *sci = NULL;

	if (tag && tag[0] & MACSEC_SC)
		sci = packet_take(&b, MACSEC_SCI_LEN);
	if (!tag || (tag[0] & MACSEC_SC && !sci)) {
		packet_truncated(p);
		return;
	}
	if (p->link_layer)
		print_macsec_tag(p, tag, sci);
	/* What follows a short payload is the integrity check value. */
	if (tag[1] & 0x3f)
		packet_limit(&b, tag[1] & 0x3f);
	if (!(tag[0] & (MACSEC_E | MACSEC_C)))
		print_macsec_clear(p, b);
	else if (!p->link_layer)
		retis_text_str(p->out, "802.1AE MACsec frame");
}

/* Types that end here: what is known by name, 802.3 lengths and the rest. A type of 0
 * is one that was never filled in. */
static void print_other_network(struct packet *p, struct packet_bytes b, uint16_t ethertype)
{
	if (ethertype && ethertype < ETHERTYPE_MIN) {
		packet_llc(p, b, ethertype);
	} else if (!packet_ethertype_known(ethertype)) {
		packet_unsupported(p, "ethertype", ethertype, 4);
	} else {
		if (!p->link_layer) {
			packet_ethertype_name(p, ethertype);
			retis_text_char(p->out, ' ');
		}
		retis_text_str(p->out, "len ");
		retis_text_dec(p->out, b.total);
	}
}

void packet_network(struct packet *p, struct packet_bytes b, uint16_t ethertype)
{
	while (is_vlan(ethertype)) {
		const uint8_t *tag = packet_take(&b, VLAN_LEN);

		if (!tag) {
			packet_truncated(p);
			return;
		}
		ethertype = packet_be16(tag + 2);
		if (p->link_layer)
			print_vlan(p, packet_be16(tag), ethertype);
	}

	switch (ethertype) {
	case ETHERTYPE_IP:
		packet_ip4(p, b);
		break;
	case ETHERTYPE_IPV6:
		packet_ip6(p, b);
		break;
	case ETHERTYPE_ARP:
	case ETHERTYPE_RARP:
		packet_arp(p, b);
		break;
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_MC:
		print_mpls(p, b);
		break;
	case ETHERTYPE_PPPOE_DISCOVERY:
	case ETHERTYPE_PPPOE:
		packet_pppoe(p, b);
		break;
	case ETHERTYPE_NSH:
		packet_nsh(p, b);
		break;
	case ETHERTYPE_MACSEC:
		print_macsec(p, b);
		break;
	default:
		print_other_network(p, b, ethertype);
	}
}

void packet_ethernet(struct packet *p, struct packet_bytes b)
{
	const uint8_t *eth = packet_take(&b, ETHERNET_LEN);
	uint16_t ethertype;

	if (!eth) {
		packet_truncated(p);
		return;
	}
	ethertype = packet_be16(eth + 12);
	if (p->link_layer) {
		retis_text_mac(p->out, eth + 6);
		retis_text_str(p->out, " > ");
		retis_text_mac(p->out, eth);
		retis_text_char(p->out, ' ');
		print_type_or_length(p, ethertype);
	}
	packet_network(p, b, ethertype);
}

void packet_tunnelled(struct packet *p, struct packet_bytes b, uint16_t ethertype)
{
	retis_text_char(p->out, ' ');
	if (!packet_nest(p))
		return;
	if (ethertype == ETHERTYPE_TEB)
		packet_ethernet(p, b);
	else
		packet_network(p, b, ethertype);
}

void packet_print(const uint8_t *data, size_t captured, size_t length, bool link_layer,
		  struct retis_text *out)
{
	struct packet p = { .out = out, .link_layer = link_layer };
	struct packet_bytes b = { .at = data, .left = captured };

	b.total = length > captured ? length : captured;
	packet_ethernet(&p, b);
}
