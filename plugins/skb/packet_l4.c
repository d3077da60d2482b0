/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet text: what IP carries, by protocol number, and the small protocols
 * themselves (UDP, AH, ESP).
 */
#include "packet_parse.h"

#define UDP_LEN 8
#define AH_LEN 12
#define ESP_LEN 8

enum udp_port {
	UDP_PORT_VXLAN = 4789,
	/* Linux' own default, from before the port was assigned. */
	UDP_PORT_VXLAN_LINUX = 8472,
	UDP_PORT_GENEVE = 6081,
};

static const char *protocol_name(uint8_t protocol)
{
	switch (protocol) {
	case PROTOCOL_ICMP:
		return "ICMP";
	case 2:
		return "IGMP";
	case PROTOCOL_IPIP:
		return "IPIP";
	case PROTOCOL_TCP:
		return "TCP";
	case PROTOCOL_UDP:
		return "UDP";
	case 27:
		return "RDP";
	case PROTOCOL_DCCP:
		return "DCCP";
	case PROTOCOL_IPV6:
		return "IPv6";
	case PROTOCOL_GRE:
		return "GRE";
	case PROTOCOL_ESP:
		return "ESP";
	case PROTOCOL_AH:
		return "AH";
	case PROTOCOL_ICMPV6:
		return "ICMPv6";
	case 88:
		return "EIGRP";
	case 89:
		return "OSPF";
	case PROTOCOL_ETHERIP:
		return "EtherIP";
	case 103:
		return "PIM";
	case 108:
		return "IPComp";
	case 112:
		return "VRRP";
	case 115:
		return "L2TP";
	case PROTOCOL_SCTP:
		return "SCTP";
	case PROTOCOL_UDPLITE:
		return "UDP-Lite";
	case PROTOCOL_ETHERNET:
		return "Ethernet";
	default:
		return NULL;
	}
}

void packet_protocol_name(struct packet *p, uint8_t protocol)
{
	const char *name = protocol_name(protocol);

	retis_text_str(p->out, " proto ");
	if (name) {
		retis_text_str(p->out, name);
		retis_text_char(p->out, ' ');
	}
	retis_text_char(p->out, '(');
	retis_text_dec(p->out, protocol);
	retis_text_char(p->out, ')');
}

/* A length that a header tells of itself and what follows. */
static bool check_length(struct packet *p, const char *what, size_t length, size_t least,
			 size_t there)
{
	if (length < least)
		packet_bad(p, what, length, '<', least);
	else if (length > there && !p->fragment)
		packet_bad(p, what, length, '>', there);
	else
		return true;
	return false;
}

static void print_udp(struct packet *p, struct packet_bytes b)
{
	const uint8_t *udp = packet_take(&b, UDP_LEN);

	if (!udp) {
		packet_truncated(p);
		return;
	}

	uint16_t length = packet_be16(udp + 4);

	/* A length of 0 is a jumbogram's or one that is not filled in yet. */
	if (length && !check_length(p, "UDP length", length, UDP_LEN, b.total + UDP_LEN))
		return;
	packet_dec(p, "len", length ? length - UDP_LEN : 0);
	if (length)
		packet_limit(&b, length - UDP_LEN);

	switch (packet_be16(udp + 2)) {
	case UDP_PORT_VXLAN:
	case UDP_PORT_VXLAN_LINUX:
		packet_vxlan(p, b);
		break;
	case UDP_PORT_GENEVE:
		packet_geneve(p, b);
		break;
	}
}

static void print_esp(struct packet *p, struct packet_bytes b)
{
	const uint8_t *esp = packet_take(&b, ESP_LEN);

	if (!esp) {
		packet_truncated(p);
		return;
	}
	packet_hex_wide(p, "spi", packet_be32(esp), 8);
	packet_hex(p, "seq", packet_be32(esp + 4));
}

static void print_ah(struct packet *p, struct packet_bytes b)
{
	const uint8_t *ah = packet_take(&b, AH_LEN), *at;
	struct packet_bytes icv;
	size_t length;

	if (!ah) {
		packet_truncated(p);
		return;
	}
	length = (ah[1] + 2u) * 4;
	if (!check_length(p, "AH length", length, AH_LEN, b.total + AH_LEN))
		return;
	packet_hex_wide(p, "spi", packet_be32(ah + 4), 8);
	packet_hex(p, "seq", packet_be32(ah + 8));
	retis_text_str(p->out, " icv 0x");
	icv = packet_part(&b, length - AH_LEN);
	while ((at = packet_take(&icv, 1)))
		retis_text_hex(p->out, *at, 2);

	packet_protocol_name(p, ah[0]);
	if (packet_nest(p))
		packet_payload(p, b, ah[0]);
}

void packet_payload(struct packet *p, struct packet_bytes b, uint8_t protocol)
{
	switch (protocol) {
	case PROTOCOL_ICMP:
	case PROTOCOL_ICMPV6:
		packet_icmp(p, b, protocol);
		break;
	case PROTOCOL_IPIP:
		packet_tunnelled(p, b, ETHERTYPE_IP);
		break;
	case PROTOCOL_TCP:
		packet_tcp(p, b);
		break;
	case PROTOCOL_UDP:
		print_udp(p, b);
		break;
	case PROTOCOL_IPV6:
		packet_tunnelled(p, b, ETHERTYPE_IPV6);
		break;
	case PROTOCOL_GRE:
		packet_gre(p, b);
		break;
	case PROTOCOL_ESP:
		print_esp(p, b);
		break;
	case PROTOCOL_AH:
		print_ah(p, b);
		break;
	case PROTOCOL_ETHERIP:
		packet_etherip(p, b);
		break;
	case PROTOCOL_ETHERNET:
		packet_tunnelled(p, b, ETHERTYPE_TEB);
		break;
	case PROTOCOL_SCTP:
		packet_sctp(p, b);
		break;
	default:
		packet_unsupported(p, "protocol", protocol, 1);
	}
}
