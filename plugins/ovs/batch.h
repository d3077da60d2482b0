/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which packet a thread of the daemon is at. It receives up to 64, decides on each, then tells
 * the datapath, in their order, to remember a flow and to execute actions: one or both of it,
 * or nothing. Its probes tell the packet where it is received and where actions are executed, but
 * not where a flow is put: that is of the packet behind the one before.
 */
#ifndef OVS_BATCH_H
#define OVS_BATCH_H

#include <linux/types.h>
#include <stdbool.h>

#include "section.h"

/* UPCALL_MAX_BATCH of its ofproto/ofproto-dpif-upcall.c. */
#define BATCH_PACKETS 64

/* What a packet is known by: a hash of its first bytes, and how long it is. */
struct queue_key {
	__u32 hash;
	__u32 length;
};

struct batch {
	/* When the first one was received. */
	__u64 time;
	/* Those that we look at, as bits. */
	__u64 known;
	__u32 total;
	/* The one it is at, once it tells of them. */
	__u32 current;
	__u32 telling;
	/* 1 << OVS_OPERATION_* of what was told of that one. */
	__u32 told;
	struct queue_key packets[BATCH_PACKETS];
};

/* AT in a way that verifiers understand: compilers know that it is in range, and calculate with
 * pointers that were not. */
static inline __u32 batch_index(__u32 at)
{
	__asm__("" : "+r"(at));
	return at & (BATCH_PACKETS - 1);
}

/* The place of the next packet. A new batch begins if there was something told of the last one,
 * or if that is full. */
static inline __u32 batch_add(struct batch *b, const struct queue_key *key, __u64 now)
{
	__u32 at;

	if (b->telling || b->total >= BATCH_PACKETS)
		b->total = 0;
	if (!b->total) {
		b->time = now;
		b->known = 0;
		b->telling = 0;
		b->current = 0;
		b->told = 0;
	}
	at = batch_index(b->total);
	b->packets[at] = *key;
	b->total = at + 1;
	return at;
}

/* It is at the next packet, if not still at the one it was at. */
static inline void batch_step(struct batch *b, bool next)
{
	b->telling = 1;
	if (!next)
		return;
	b->current++;
	b->told = 0;
}

/* False: a flow that is of none of the packets. */
static inline bool batch_put(struct batch *b)
{
	/* What is put of a packet comes before it is executed. */
	batch_step(b, b->told);
	b->told |= 1u << OVS_OPERATION_PUT;
	return b->current < b->total;
}

/* With one jump: verifiers go all ways through the loop below. */
static inline bool is_like_packet(const struct batch *b, __u32 at, const struct queue_key *key)
{
	const struct queue_key *packet = &b->packets[batch_index(at)];
	__u32 differs = (packet->hash ^ key->hash) | (packet->length ^ key->length);

	__asm__("" : "+r"(differs));
	return !differs;
}

/* From FROM on; BATCH_PACKETS: there is none. */
static inline __u32 batch_find_like(const struct batch *b, __u32 from, const struct queue_key *key)
{
	for (__u32 at = from; at < BATCH_PACKETS; at++)
		if (at < b->total && is_like_packet(b, at, key))
			return at;
	return BATCH_PACKETS;
}

/* Actions are executed with packet KEY. False: it is none of the packets. *CHANGED: it looks like
 * none of them, so it must be what the daemon made of that one. */
static inline bool batch_execute(struct batch *b, const struct queue_key *key, bool *changed)
{
	bool again = b->told & 1u << OVS_OPERATION_EXEC;
	__u32 found = batch_find_like(b, again ? b->current + 1 : b->current, key);

	*changed = false;
	if (found < BATCH_PACKETS) {
		if (found != b->current)
			b->told = 0;
		b->current = found;
		b->telling = 1;
	} else if (!again || !is_like_packet(b, b->current, key)) {
		/* What the datapath can't do the daemon does between two executions, of which
		 * more than one may be of the packet as it was. */
		*changed = true;
		batch_step(b, again);
	}
	b->told |= 1u << OVS_OPERATION_EXEC;
	return b->current < b->total;
}

#endif
