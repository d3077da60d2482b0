/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets whose VLAN tag is kept beside their bytes, as they would be with it in its place. */
#ifndef BPF_TAGS_H
#define BPF_TAGS_H

#include <bpf/bpf_endian.h>

#include <retis/bpf/skb.h>

#include "scratch.h"

/* Where the tag goes: behind both addresses; and how much of the packet can be seen. */
#define TAG_AT 12
#define TAG_SIZE 4
#define TAGGED_MAX 512

/* VIEW as a number: filters compute with it, which verifiers only allow with those. */
static __always_inline void *view_address(void *view)
{
	void *address = NULL;

	bpf_probe_read_kernel(&address, sizeof(address), &view);
	return address;
}

/* E's packet with the tag to VIEW (TAGGED_MAX bytes), and E becomes that. */
static __always_inline bool view_tagged(__u8 *view, struct retis_extent *e, __be16 proto, __u16 tci)
{
	__u32 size = retis_min((__u32)e->linear, TAGGED_MAX - TAG_SIZE);

	if (size <= TAG_AT || bpf_probe_read_kernel(view, TAG_AT, e->start))
		return false;
	*(__be16 *)(view + TAG_AT) = proto;
	*(__be16 *)(view + TAG_AT + 2) = bpf_htons(tci);
	size -= TAG_AT;
	if (bpf_probe_read_kernel(view + TAG_AT + TAG_SIZE, size & (TAGGED_MAX - 1),
				  e->start + TAG_AT))
		return false;
	e->start = view_address(view);
	e->linear = (__s32)(size + TAG_AT + TAG_SIZE);
	e->total += TAG_SIZE;
	return true;
}

/* Makes E that of the packet with the tag that is kept beside it, if it has one, in S; false:
 * that can't be done. */
static __noinline bool extent_tag(struct retis_extent *e, struct sk_buff *skb, struct scratch *s)
{
	__be16 proto;
	__u16 tci;

	return !retis_vlan_tag(skb, &proto, &tci) || (s && view_tagged(s->data, e, proto, tci));
}

#endif
