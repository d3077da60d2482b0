/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a packet is known by on its way to user space and back: a hash of its first bytes,
 * as upstream makes it, and how long it is. Its bytes are those user space gets: with a
 * VLAN tag that was taken out of them put back. And the packets that are on that way.
 */
#ifndef OVS_QUEUE_H
#define OVS_QUEUE_H

#include <retis/bpf/frags.h>
#include <retis/bpf/hook.h>
#include <retis/bpf/kernel/skb.h>

#include <bpf/bpf_endian.h>

#include "batch.h"
#include "queue_hash.h"

/* Ethernet addresses: a tag is behind them. */
#define QUEUE_TAG_AT 12

#define VLAN_BIT_12 0x1000

struct queue_tag {
	__be16 proto;
	__be16 tci;
};

/* A tag that is not in the packet's bytes. */
static __always_inline bool queue_tag_read(struct queue_tag *tag, struct sk_buff *skb)
{
	__u16 tci = retis_read(skb, vlan_tci);

	tag->proto = retis_read(skb, vlan_proto);
	tag->tci = bpf_htons(tci);
	if (bpf_core_field_exists(struct sk_buff___vlan_all, vlan_all))
		return retis_read(retis_cast_flavour(sk_buff, vlan_all, skb), vlan_all);
	if (bpf_core_field_exists(struct sk_buff___vlan_present, vlan_present))
		return retis_read_bitfield(retis_cast_flavour(sk_buff, vlan_present, skb),
					   vlan_present);
	tag->tci = bpf_htons(tci & ~VLAN_BIT_12);
	return tci & VLAN_BIT_12;
}

/* TO[GOT] up to TO[ROOM] from the first fragment. Byte by byte: verifiers do not see that the sum
 * of an offset and a length is in range, and there is no stack to spare. */
static __always_inline bool read_frag_bytes(__u8 *to, struct sk_buff *skb, __u32 got, __u32 room)
{
	struct skb_shared_info *shared = retis_shared_info(skb);
	__u32 size = 0;
	void *from;

	if (!to || !retis_read(shared, nr_frags) || !retis_follows_frags())
		return false;
	from = retis_frag(shared, 0, &size);
	if (!from)
		return false;
	for (__u32 i = 0; i < QUEUE_BYTES && i < size && got + i < room; i++)
		if (retis_read_bytes(to + retis_min(got + i, QUEUE_BYTES - 1), 1, from + i))
			return false;
	return true;
}

/* CUT bytes at its end are not handed over. Not inline: its bytes would be on the stack of
 * who calls it. */
static __noinline bool queue_key_make(struct queue_key *key, const void *address, __u32 cut)
{
	struct sk_buff *skb = retis_cast(sk_buff, address);
	__u32 length = retis_read(skb, len);
	/* The first word is room for a tag. */
	__u32 words[1 + QUEUE_BYTES / sizeof(__u32)] = {}, *first = words + 1, room, linear;
	struct queue_tag tag;

	/* Some kernels say "nothing" by more than there is. */
	if (cut < length)
		length -= cut;
	room = retis_min(length, QUEUE_BYTES);
	linear = retis_min(retis_read(skb, len) - retis_read(skb, data_len), room);
	if (retis_read_bytes(first, retis_min(linear, QUEUE_BYTES), (void *)retis_read(skb, data)))
		return false;
	if (linear < room)
		read_frag_bytes((__u8 *)first, skb, linear, room);
	if (queue_tag_read(&tag, skb)) {
		first = words;
		__builtin_memmove(first, first + 1, QUEUE_TAG_AT);
		__builtin_memcpy(first + QUEUE_TAG_AT / sizeof(*first), &tag, sizeof(tag));
		length += sizeof(tag);
	}
	key->hash = ovs_queue_hash(first);
	key->length = length;
	return true;
}

/* --- on their way -------------------------------------------------------------- */

/* User space answers within that time, or never; and once it has begun with a packet. */
#define ANSWER_NS 60000000000ULL
#define WORK_NS 500000000ULL

enum queue_state {
	QUEUE_WAITS,
	QUEUE_RECEIVED,
	QUEUE_ANSWERED,
};

struct queued {
	/* When that became its state. */
	__u64 time;
	__u32 length;
	/* Hash of the packet as it was handed over. */
	__u32 queue;
	__u32 state;
	/* The upcall; time 0: none that is known. */
	__u32 upcall_cpu;
	__u64 upcall_time;
};

/* Packets that user space got, by their hash, which is what others tell them apart by. It may
 * send back several that look the same, or none. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, __u32);
	__type(value, struct queued);
} queued SEC(".maps");

static __always_inline struct queued *queue_find(const struct queue_key *key, __u64 now)
{
	struct queued *q = bpf_map_lookup_elem(&queued, &key->hash);

	return q && q->length == key->length && now - q->time <= ANSWER_NS ? q : NULL;
}

/* The packet is not back yet. */
static __always_inline bool is_away(const struct queued *q, __u64 now)
{
	return (q->state == QUEUE_WAITS && now - q->time <= ANSWER_NS) ||
	       (q->state == QUEUE_RECEIVED && now - q->time <= WORK_NS);
}

static __always_inline void queue_note(struct queued *q, enum queue_state state, __u64 now)
{
	q->state = state;
	q->time = now;
}

#endif
