/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet text: the pieces that the parsers of all layers use.
 */
#include "packet_parse.h"

#define PACKET_DEPTH_MAX 8

static const char *ethertype_name(uint16_t ethertype)
{
	switch (ethertype) {
	case ETHERTYPE_IP:
		return "IPv4";
	case ETHERTYPE_ARP:
		return "ARP";
	case ETHERTYPE_TEB:
		return "TEB";
	case ETHERTYPE_RARP:
		return "Reverse ARP";
	case 0x809b:
		return "Appletalk";
	case 0x80f3:
		return "Appletalk ARP";
	case ETHERTYPE_VLAN:
		return "802.1Q";
	case ETHERTYPE_IPV6:
		return "IPv6";
	case ETHERTYPE_PPP:
		return "PPP";
	case ETHERTYPE_MPLS:
		return "MPLS unicast";
	case ETHERTYPE_MPLS_MC:
		return "MPLS multicast";
	case ETHERTYPE_PPPOE_DISCOVERY:
		return "PPPoE D";
	case ETHERTYPE_PPPOE:
		return "PPPoE S";
	case 0x8809:
		return "Slow protocols";
	case ETHERTYPE_NSH:
		return "NSH";
	case ETHERTYPE_ERSPAN2:
	case ETHERTYPE_ERSPAN3:
		return "ERSPAN";
	case 0x8870:
		return "Jumbo LLC";
	case 0x888e:
		return "EAPOL";
	case ETHERTYPE_QINQ:
		return "802.1Q-QinQ";
	case 0x88a2:
		return "AoE";
	case 0x88cc:
		return "LLDP";
	case ETHERTYPE_MACSEC:
		return "802.1AE MACsec";
	case 0x88f7:
		return "PTP";
	case 0x8902:
		return "CFM";
	case 0x8906:
		return "FCoE";
	case 0x8914:
		return "FIP";
	case 0x8915:
		return "RoCE";
	case 0x9000:
		return "Loopback";
	case ETHERTYPE_QINQ_9100:
		return "802.1Q-9100";
	default:
		return NULL;
	}
}

bool packet_ethertype_known(uint16_t ethertype)
{
	return ethertype_name(ethertype);
}

void packet_ethertype_name(struct packet *p, uint16_t ethertype)
{
	const char *name = ethertype_name(ethertype);

	if (name) {
		retis_text_str(p->out, name);
		retis_text_char(p->out, ' ');
	}
	retis_text_str(p->out, "(0x");
	retis_text_hex(p->out, ethertype, 4);
	retis_text_char(p->out, ')');
}

void packet_flag(struct packet *p, bool set, char letter)
{
	if (set)
		retis_text_char(p->out, letter);
}

void packet_hex(struct packet *p, const char *name, uint64_t value)
{
	packet_hex_wide(p, name, value, 1);
}

void packet_hex_wide(struct packet *p, const char *name, uint64_t value, unsigned int digits)
{
	retis_text_char(p->out, ' ');
	retis_text_str(p->out, name);
	retis_text_str(p->out, " 0x");
	retis_text_hex(p->out, value, digits);
}

void packet_truncated(struct packet *p)
{
	retis_text_str(p->out, "... (truncated or incomplete packet)");
}

void packet_bad(struct packet *p, const char *what, uint64_t value, char relation, uint64_t limit)
{
	retis_text_str(p->out, "... (bad ");
	retis_text_str(p->out, what);
	retis_text_char(p->out, ' ');
	retis_text_dec(p->out, value);
	if (relation) {
		retis_text_char(p->out, ' ');
		retis_text_char(p->out, relation);
		retis_text_char(p->out, ' ');
		retis_text_dec(p->out, limit);
	}
	retis_text_str(p->out, p->quoted ? " in ICMP)" : ")");
}

void packet_missing(struct packet *p, const struct packet_bytes *b, size_t announced)
{
	if (announced <= b->total)
		return;
	retis_text_str(p->out, " (");
	retis_text_dec(p->out, announced - b->total);
	retis_text_str(p->out, " missing)");
}

void packet_unsupported(struct packet *p, const char *what, uint32_t value, unsigned int digits)
{
	retis_text_str(p->out, "... (");
	retis_text_str(p->out, what);
	if (digits) {
		retis_text_str(p->out, " 0x");
		retis_text_hex(p->out, value, digits);
	} else {
		retis_text_char(p->out, ' ');
		retis_text_dec(p->out, value);
	}
	retis_text_str(p->out, " not supported)");
}

bool packet_nest(struct packet *p)
{
	if (p->depth++ < PACKET_DEPTH_MAX)
		return true;
	retis_text_str(p->out, "... (too many nested headers)");
	return false;
}
