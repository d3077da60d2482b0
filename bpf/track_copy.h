/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a packet was copied to, or consists of: packets of their own that say of which they are. */
#ifndef BPF_TRACK_COPY_H
#define BPF_TRACK_COPY_H

#include "track.h"

/* Copies at most: 512 KiB in pieces of 1,400 bytes. */
#define COPIES_MAX 384

/* SKB is a copy of the packet ID. */
static __noinline void track_copy(const void *skb, const struct retis_packet_id *id, __u64 now,
				  __u32 probe)
{
	__u64 head = packet_head(skb);
	const struct retis_packet copy = { .id = { now, head | (id->head & PACKET_MUTED) },
					   .parent = *id,
					   .seen = now,
					   .skb = (__u64)skb };

	if (head)
		track_put(head, &copy, probe);
}

struct copies {
	const void *skb;
	const struct retis_packet_id *id;
	__u64 now;
	__u32 probe;
	/* They were there before, so some may be known. */
	__u32 old;
};

/* 1: it was the last one. */
static long track_next_copy(__u32 i, struct copies *c)
{
	const void *address = c->skb;
	struct sk_buff *skb = retis_cast(sk_buff, address);

	if (!address)
		return 1;
	if (!c->old || !track_at(packet_head(address), c->now))
		track_copy(address, c->id, c->now, c->probe);
	c->skb = retis_read(skb, next);
	return 0;
}

/* C->skb and all behind it are copies of SKB's packet. */
static __noinline void track_list(const void *skb, struct copies *c)
{
	struct retis_packet *p = c ? track_at(packet_head(skb), c->now) : NULL;

	if (!p)
		return;
	c->id = &p->id;
	bpf_loop(COPIES_MAX, track_next_copy, c, 0);
}

/* What SKB has in its list, which is behind its head. Packets that were joined, as fragments are on
 * a router that looks at connections, are those they were. */
static __noinline void track_parts(const void *address, __u32 probe)
{
	struct sk_buff *skb = retis_cast(sk_buff, address);
	void *shared = (void *)packet_head(address) + retis_read(skb, end);

	struct copies c = { .now = bpf_ktime_get_ns(), .probe = probe, .old = 1 };

	c.skb = (void *)retis_read(retis_cast(skb_shared_info, shared), frag_list);
	track_list(address, &c);
}

/* What a function is about to do to a packet. ROLE is a constant; ARGUMENT is the second one of the
 * function. */
static __always_inline void track_enter(const void *skb, __u64 argument, enum track_role role,
					__u32 probe)
{
	if (role == TRACK_FREE || (role == TRACK_FREE_STOLEN && argument) ||
	    (role == TRACK_FREE_LAST && is_last_user(skb)))
		track_end(skb);
	if (role == TRACK_PARTS)
		track_parts(skb, probe);
}

#endif
