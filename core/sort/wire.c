/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/wire.h"

#include <netinet/in.h>
#include <stdlib.h>

#include "core/util/hash.h"

#define LINK_ETHERNET 1
#define LINK_RAW 101
#define ETHERTYPE_V4 0x0800
#define ETHERTYPE_V6 0x86dd
#define ETHERTYPE_VLAN 0x8100
#define ETHERTYPE_QINQ 0x88a8
/* Of the payload; snapshots are longer. */
#define PAYLOAD_MAX 32
#define SLOTS (2 * WIRE_PACKETS_MAX)

/* --- keys ------------------------------------------------------------------- */

/* What is left of the packet, and what was seen of it. */
struct wire_reader {
	const uint8_t *at;
	size_t left;
	uint64_t hash;
	bool has_id;
	bool has_sequence;
	bool bad;
};

static uint16_t wire_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

/* The next N bytes; all zeros if they are not there. */
static const uint8_t *wire_take(struct wire_reader *r, size_t n)
{
	static const uint8_t nothing[64];
	const uint8_t *at = r->at;

	if (n > r->left || r->bad) {
		r->bad = true;
		return nothing;
	}
	r->at += n;
	r->left -= n;
	return at;
}

static void wire_hash(struct wire_reader *r, const uint8_t *data, size_t n)
{
	r->hash = hash_bytes(r->hash, data, n);
}

static uint16_t wire_ethertype(struct wire_reader *r, uint64_t link_type)
{
	uint16_t type;

	if (link_type == LINK_RAW)
		return r->left && r->at[0] >> 4 == 6 ? ETHERTYPE_V6 : ETHERTYPE_V4;
	if (link_type != LINK_ETHERNET)
		return 0;
	type = wire_u16(wire_take(r, 14) + 12);
	while (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ)
		type = wire_u16(wire_take(r, 4) + 2);
	return type;
}

/* What is behind the packet's end pads its frame. 0: it does not say where that is. */
static void wire_cut(struct wire_reader *r, size_t length)
{
	if (length && r->left > length)
		r->left = length;
}

/* The protocol behind it, or -1: a fragment that is not the first one. */
static int wire_ip4(struct wire_reader *r)
{
	const uint8_t *ip = wire_take(r, 20);
	size_t header = (size_t)(ip[0] & 15) * 4;
	bool fragment = wire_u16(ip + 6) & 0x1fff;

	r->bad |= ip[0] >> 4 != 4 || header < 20;
	r->has_id = wire_u16(ip + 4);
	wire_hash(r, ip + 4, 2);
	wire_hash(r, ip + 9, 1);
	wire_hash(r, ip + 12, 8);
	if (fragment)
		wire_hash(r, ip + 6, 2);
	if (!r->bad) {
		wire_take(r, header - 20);
		wire_cut(r, wire_u16(ip + 2) > header ? wire_u16(ip + 2) - header : 0);
	}
	return fragment ? -1 : ip[9];
}

/* Extension headers end it: what is behind them is not looked at. */
static int wire_ip6(struct wire_reader *r)
{
	const uint8_t *ip = wire_take(r, 40);

	r->bad |= ip[0] >> 4 != 6;
	/* The flow label, without the traffic class, which may be changed. */
	wire_hash(r, (const uint8_t[]){ ip[1] & 15 }, 1);
	wire_hash(r, ip + 2, 2);
	wire_hash(r, ip + 6, 1);
	wire_hash(r, ip + 8, 32);
	wire_cut(r, wire_u16(ip + 4));
	return ip[6];
}

static void wire_tcp(struct wire_reader *r)
{
	const uint8_t *tcp = wire_take(r, 20);
	size_t header = (size_t)(tcp[12] >> 4) * 4;

	r->bad |= header < 20;
	/* Ports, sequence numbers, flags. */
	wire_hash(r, tcp, 12);
	wire_hash(r, tcp + 13, 1);
	/* SYN and FIN count as a byte of the sequence. */
	r->has_sequence = tcp[13] & 3;
	if (!r->bad)
		wire_take(r, header - 20);
}

static void wire_transport(struct wire_reader *r, int protocol)
{
	if (protocol == IPPROTO_TCP) {
		wire_tcp(r);
	} else if (protocol == IPPROTO_UDP) {
		wire_hash(r, wire_take(r, 8), 6);
	} else if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6) {
		const uint8_t *icmp = wire_take(r, 8);

		wire_hash(r, icmp, 2);
		wire_hash(r, icmp + 4, 4);
		r->has_sequence = true;
	}
}

static void wire_payload(struct wire_reader *r)
{
	size_t n = r->left < PAYLOAD_MAX ? r->left : PAYLOAD_MAX;

	wire_hash(r, r->at, n);
	r->has_sequence |= n > 0;
}

bool wire_find_key(const uint8_t *data, size_t n, uint64_t link_type, struct wire_key *key)
{
	struct wire_reader r = { .at = data, .left = n, .hash = HASH_START };
	uint16_t type = wire_ethertype(&r, link_type);
	int protocol;

	if (r.bad || (type != ETHERTYPE_V4 && type != ETHERTYPE_V6))
		return false;
	protocol = type == ETHERTYPE_V4 ? wire_ip4(&r) : wire_ip6(&r);
	wire_transport(&r, protocol);
	if (r.bad)
		return false;
	wire_payload(&r);
	*key = (struct wire_key){ r.hash, WIRE_GUESS };
	if (r.has_id || r.has_sequence)
		key->trust = r.has_id && r.has_sequence ? WIRE_SURE : WIRE_LIKELY;
	return true;
}

/* --- packets ---------------------------------------------------------------- */

static struct wire_packet *wire_slot(struct wire_packet *table, uint64_t hash)
{
	size_t i = (size_t)(hash >> 20) % SLOTS;

	while (table[i].used && table[i].hash != hash)
		i = (i + 1) % SLOTS;
	return &table[i];
}

static bool wire_grow_old(struct wire *w)
{
	if (w->young && w->n_young < WIRE_PACKETS_MAX)
		return true;
	free(w->old);
	w->old = w->young;
	w->young = calloc(SLOTS, sizeof(*w->young));
	w->n_young = 0;
	return w->young;
}

struct wire_packet *wire_place(struct wire *w, const struct wire_key *key)
{
	struct wire_packet *p, *old;

	if (!wire_grow_old(w))
		return NULL;
	p = wire_slot(w->young, key->hash);
	if (p->used)
		return p;
	old = w->old ? wire_slot(w->old, key->hash) : NULL;
	if (old && old->used)
		*p = *old;
	p->hash = key->hash;
	w->n_young++;
	return p;
}

void wire_fini(struct wire *w)
{
	free(w->young);
	free(w->old);
	*w = (struct wire){ 0 };
}
