/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is the packet wanted for what is left of it once all tunnels are opened? In front of a tunnel and
 * behind it that is the packet as it is.
 */
#ifndef BPF_FILTER_INNER_H
#define BPF_FILTER_INNER_H

#include <retis/bpf/skb.h>

#include "scratch.h"
#include "slot.h"
#include "tags.h"
#include "tunnel.h"

static __noinline __u64 slot_inner_l2(void *start, __u64 linear, __u64 total)
{
	return retis_slot(RETIS_SLOT_INNER_L2, start, linear, total);
}

static __noinline __u64 slot_inner_l3(void *start, __u64 linear, __u64 total)
{
	return retis_slot(RETIS_SLOT_INNER_L3, start, linear, total);
}

/* What is at HEADER becomes the packet, if there is anything. */
static __always_inline bool inner_begin(struct tunnel_walk *w, struct sk_buff *skb, __u16 header,
					bool l2)
{
	struct retis_extent e;

	retis_extent_read(&e, skb, header);
	if (e.linear <= 0 || e.total <= 0)
		return false;
	w->start = (__u64)e.start;
	w->linear = e.linear;
	w->total = e.total;
	w->l2 = l2;
	return true;
}

/* Tunnels of other kinds, or at other ports: whoever puts a packet into one notes what it is and
 * where its own headers are (skb_reset_inner_headers()), and nobody takes the note away, so it
 * counts only where another network header is in front of them. What IPsec has encrypted since
 * is no packet any more. */
static __noinline bool inner_begin_noted(struct tunnel_walk *w, struct sk_buff *skb)
{
	__u16 network = retis_read(skb, network_header);
	__u16 inner = retis_read(skb, inner_network_header);
	__u16 mac = retis_read(skb, inner_mac_header);
	bool l2 = mac > network && mac < inner;

	return inner > network && retis_read(skb, inner_protocol) && w->next != IPPROTO_ESP &&
	       inner_begin(w, skb, l2 ? mac : inner, l2);
}

enum inner_found {
	INNER_NOTHING,
	/* It is in no tunnel. */
	INNER_ITSELF,
	INNER_CARRIED,
};

static __noinline enum inner_found inner_find(struct tunnel_walk *w, void *address)
{
	struct sk_buff *skb = retis_cast(sk_buff, address);
	struct retis_headers h;
	bool l2;

	retis_headers_read(&h, skb);
	l2 = retis_mac_valid(&h);
	if ((!l2 && !retis_network_valid(&h)) || !inner_begin(w, skb, l2 ? h.mac : h.network, l2))
		return INNER_NOTHING;
	return tunnel_open_all(w) || inner_begin_noted(w, skb) ? INNER_CARRIED : INNER_ITSELF;
}

/* The tag beside the packet in its place, if the filter is about tags. */
static __noinline bool inner_tag(struct tunnel_walk *w, void *address, struct scratch *s)
{
	struct retis_extent e = { (void *)w->start, w->linear, w->total };

	if (!extent_tag(&e, retis_cast(sk_buff, address), s))
		return false;
	w->start = (__u64)e.start;
	w->linear = e.linear;
	w->total = e.total;
	return true;
}

static __always_inline bool inner_matches(struct tunnel_walk *w, void *address, struct scratch *s)
{
	enum inner_found found = inner_find(w, address);

	if (found == INNER_NOTHING)
		return false;
	if (!w->l2)
		return slot_inner_l3((void *)w->start, w->linear, w->total);
	if (inner_tags && found == INNER_ITSELF && !inner_tag(w, address, s))
		return false;
	return slot_inner_l2((void *)w->start, w->linear, w->total);
}

/* The walk is in scratch memory, behind the place for a packet with its tag. */
static __noinline bool inner_passes(void *address)
{
	struct scratch *s = scratch_get();
	bool passes;

	if (!s)
		return false;
	passes = inner_matches((void *)(s->data + TAGGED_MAX), address, s);
	scratch_put(s);
	return passes;
}

#endif
