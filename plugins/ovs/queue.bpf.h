/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a packet is known by on its way to user space and back: a hash of its first bytes,
 * as upstream makes it, and how long it is. Its bytes are those user space gets: with a
 * VLAN tag that was taken out of them put back.
 */
#ifndef OVS_QUEUE_H
#define OVS_QUEUE_H

#include <retis/bpf/hook.h>
#include <retis/bpf/kernel/skb.h>

#include <bpf/bpf_endian.h>

#include "queue_hash.h"

/* Ethernet addresses: a tag is behind them. */
#define QUEUE_TAG_AT 12

#define VLAN_BIT_12 0x1000

struct queue_key {
	__u32 hash;
	__u32 length;
};

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

/* CUT bytes at its end are not handed over. Only what is in the linear area is hashed. Not
 * inline: its bytes would be on the stack of who calls it. */
static __noinline bool queue_key_make(struct queue_key *key, const void *address, __u32 cut)
{
	struct sk_buff *skb = retis_cast(sk_buff, address);
	__u32 length = retis_read(skb, len), linear = length - retis_read(skb, data_len);
	__u32 bytes[QUEUE_BYTES / sizeof(__u32)] = {};
	struct queue_tag tag;
	bool tagged = queue_tag_read(&tag, skb);
	void *data = (void *)retis_read(skb, data);

	/* Some kernels say "nothing" by more than there is. */
	if (cut < length)
		length -= cut;
	linear = linear < length ? linear : length;
	if (!tagged) {
		if (retis_read_bytes(bytes, retis_min(linear, sizeof(bytes)), data))
			return false;
	} else {
		if (retis_read_bytes(bytes + 1, retis_min(linear, sizeof(bytes) - sizeof(tag)),
				     data))
			return false;
		__builtin_memmove(bytes, bytes + 1, QUEUE_TAG_AT);
		__builtin_memcpy(bytes + QUEUE_TAG_AT / sizeof(*bytes), &tag, sizeof(tag));
		length += sizeof(tag);
	}
	key->hash = ovs_queue_hash(bytes);
	key->length = length;
	return true;
}

#endif
