/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the packet printer share: a bounds-checked view of bytes,
 * the state of one packet, and the parsers that call each other.
 *
 * A parser gets the bytes from its header to the end of what the header before
 * it covers. It prints its own text, with a leading space if it extends a line
 * (TCP) and without if it starts one (IPv4), and calls the next one last.
 */
#ifndef SKB_PACKET_PARSE_H
#define SKB_PACKET_PARSE_H

#include <retis/text.h>

/*
 * Bytes of a packet. Every access goes through the functions below, so this is
 * the only place where a length can be got wrong. `total` is never below `left`:
 * it is what the headers so far announce, captured or not.
 */
struct packet_bytes {
	const uint8_t *at;
	size_t left;
	size_t total;
};

/* The next `n` bytes, or NULL if fewer were captured. */
static inline const uint8_t *packet_peek(const struct packet_bytes *b, size_t n)
{
	return b->left >= n ? b->at : NULL;
}

/* Moves on by `n` bytes, or as far as possible. */
static inline void packet_skip(struct packet_bytes *b, size_t n)
{
	size_t captured = n < b->left ? n : b->left;

	b->at += captured;
	b->left -= captured;
	b->total -= n < b->total ? n : b->total;
}

/* As packet_peek(), and moves on if there are enough. */
static inline const uint8_t *packet_take(struct packet_bytes *b, size_t n)
{
	const uint8_t *at = packet_peek(b, n);

	if (at)
		packet_skip(b, n);
	return at;
}

/* A header says that `n` bytes follow: the rest is padding. */
static inline void packet_limit(struct packet_bytes *b, size_t n)
{
	b->total = n;
	if (b->left > n)
		b->left = n;
}

/* Moves on by `n` bytes and returns them, or as many as there are. */
static inline struct packet_bytes packet_part(struct packet_bytes *b, size_t n)
{
	struct packet_bytes part = *b;

	packet_limit(&part, n < b->total ? n : b->total);
	packet_skip(b, n);
	return part;
}

static inline uint16_t packet_be16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t packet_be24(const uint8_t *at)
{
	return (uint32_t)(at[0] << 16 | at[1] << 8 | at[2]);
}

static inline uint32_t packet_be32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | packet_be24(at + 1);
}

struct packet {
	struct retis_text *out;
	bool link_layer;
	/* Headers inside headers so far; see packet_nest(). */
	unsigned int depth;
	/* Only a part of what the headers announce: their lengths may exceed it. */
	bool fragment;
	/* In the packet that an ICMP error is about. */
	bool quoted;
};

enum packet_ethertype {
	/* Below it is the length of an 802.3 frame. */
	ETHERTYPE_MIN = 0x0600,
	ETHERTYPE_IP = 0x0800,
	ETHERTYPE_ARP = 0x0806,
	ETHERTYPE_TEB = 0x6558,
	ETHERTYPE_RARP = 0x8035,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_PPP = 0x880b,
	ETHERTYPE_ERSPAN2 = 0x88be,
	ETHERTYPE_ERSPAN3 = 0x22eb,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_MC = 0x8848,
	ETHERTYPE_QINQ = 0x88a8,
	ETHERTYPE_PPPOE_DISCOVERY = 0x8863,
	ETHERTYPE_PPPOE = 0x8864,
	ETHERTYPE_NSH = 0x894f,
	ETHERTYPE_MACSEC = 0x88e5,
	ETHERTYPE_QINQ_9100 = 0x9100,
};

enum packet_protocol {
	PROTOCOL_ICMP = 1,
	PROTOCOL_IPIP = 4,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PROTOCOL_DCCP = 33,
	PROTOCOL_IPV6 = 41,
	PROTOCOL_GRE = 47,
	PROTOCOL_ESP = 50,
	PROTOCOL_AH = 51,
	PROTOCOL_ICMPV6 = 58,
	PROTOCOL_NONE = 59,
	PROTOCOL_ETHERIP = 97,
	PROTOCOL_SCTP = 132,
	PROTOCOL_UDPLITE = 136,
	PROTOCOL_ETHERNET = 143,
};

/* packet.c: link layer. */
void packet_ethernet(struct packet *p, struct packet_bytes b);
/* What an ethertype announces, as long as it is no tunnel. */
void packet_network(struct packet *p, struct packet_bytes b, uint16_t ethertype);
/* What a tunnel of that ethertype holds: starts a line, after a space. */
void packet_tunnelled(struct packet *p, struct packet_bytes b, uint16_t ethertype);

/* packet_arp.c: ARP and RARP. packet_llc.c: what follows an 802.3 length. */
void packet_arp(struct packet *p, struct packet_bytes b);
void packet_llc(struct packet *p, struct packet_bytes b, uint16_t length);

/* packet_encap.c */
void packet_pppoe(struct packet *p, struct packet_bytes b);
void packet_nsh(struct packet *p, struct packet_bytes b);
void packet_etherip(struct packet *p, struct packet_bytes b);
void packet_erspan(struct packet *p, struct packet_bytes b, uint16_t ethertype);
void packet_gre1(struct packet *p, struct packet_bytes b);

/* packet_ip.c, packet_tcp.c, packet_sctp.c, packet_tunnel.c */
void packet_ip4(struct packet *p, struct packet_bytes b);
void packet_ip6(struct packet *p, struct packet_bytes b);
/* The packet in an ICMP error, of which only the start is there: " [a.1 > b.2 proto ..]". */
void packet_quote_ip4(struct packet *p, struct packet_bytes b);
void packet_quote_ip6(struct packet *p, struct packet_bytes b);
void packet_icmp(struct packet *p, struct packet_bytes b, uint8_t protocol);
void packet_tcp(struct packet *p, struct packet_bytes b);
void packet_sctp(struct packet *p, struct packet_bytes b);
void packet_gre(struct packet *p, struct packet_bytes b);
void packet_vxlan(struct packet *p, struct packet_bytes b);
void packet_geneve(struct packet *p, struct packet_bytes b);

/* packet_l4.c: " proto ..", and what follows it. */
void packet_protocol_name(struct packet *p, uint8_t protocol);
void packet_payload(struct packet *p, struct packet_bytes b, uint8_t protocol);

/* packet_util.c: pieces of text. "{name} (0x0800)", or the number alone. */
void packet_ethertype_name(struct packet *p, uint16_t ethertype);
bool packet_ethertype_known(uint16_t ethertype);
/* The letter if `set`. */
void packet_flag(struct packet *p, bool set, char letter);
/* " {name} {value}", in decimal, hexadecimal or hexadecimal of fixed width. The name of the
 * first is a literal. */
#define packet_dec(packet, name, value) packet_number(packet, " " name " ", value)
void packet_hex(struct packet *p, const char *name, uint64_t value);
void packet_hex_wide(struct packet *p, const char *name, uint64_t value, unsigned int digits);

static inline void packet_number(struct packet *p, const char *before, uint64_t value)
{
	retis_text_str(p->out, before);
	retis_text_dec(p->out, value);
}

/* The ends of an incomplete text. */
void packet_truncated(struct packet *p);
/* A header that can't be right: "bad IP version 5", "bad UDP length 4 < 8", where
 * `relation` is a character or 0. */
void packet_bad(struct packet *p, const char *what, uint64_t value, char relation, uint64_t limit);
/* If a header announces more bytes than `b` has left, says how many are missing. */
void packet_missing(struct packet *p, const struct packet_bytes *b, size_t announced);
/* `digits`: of the hexadecimal number, 0 for a decimal one. */
void packet_unsupported(struct packet *p, const char *what, uint32_t value, unsigned int digits);
/* One level deeper? Else says so in the text: each level is a recursion. */
bool packet_nest(struct packet *p);

#endif
