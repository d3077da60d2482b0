/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a packet has that is the same on each host it passes, and not on other packets: addresses,
 * ports, IP id, sequence numbers, the beginning of its payload. Not what changes on the way
 * (hop count, checksums, lengths of what is cut into segments).
 */
#ifndef SORT_WIRE_H
#define SORT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/sort/identity.h"

/* How sure it is that equal keys are one packet; as in struct own_tracking. */
enum wire_trust {
	/* Little tells it from others: no id and no payload, or others had the same. */
	WIRE_GUESS = 1,
	/* An id or a sequence number with a payload. */
	WIRE_LIKELY,
	/* Both. */
	WIRE_SURE,
};

struct wire_key {
	uint64_t hash;
	enum wire_trust trust;
};

/* Of N bytes of a packet that begins as LINK_TYPE (of pcap-linktype(7)) says. False: it is no
 * IP packet, or too little of it is there. */
bool wire_find_key(const uint8_t *data, size_t n, uint64_t link_type, struct wire_key *key);

/* A packet that was on the wire. */
struct wire_packet {
	uint64_t hash;
	struct packet_id root;
	uint64_t at;
	uint8_t host;
	/* Another one of the same host had the same key. */
	bool ambiguous;
	bool used;
};

#define WIRE_PACKETS_MAX 65536
/* Ids come again: no packet is under way for so long, ns. */
#define WIRE_AGE_MAX 5000000000

/* All zero: empty. Of two ages, see struct identity. */
struct wire {
	struct wire_packet *young;
	struct wire_packet *old;
	size_t n_young;
};

void wire_fini(struct wire *w);
/* The packet with that key, or a place for it, with its hash; NULL: no memory. */
struct wire_packet *wire_place(struct wire *w, const struct wire_key *key);

#endif
