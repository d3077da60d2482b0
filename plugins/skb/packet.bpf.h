/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies a packet's bytes: from its first valid header to the end of the linear
 * area, then on through its page fragments. A packet that has lost its link
 * layer, or never had one, gets an Ethernet header with zero addresses, so that
 * readers find Ethernet whatever the probe.
 */
#ifndef SKB_PACKET_BPF_H
#define SKB_PACKET_BPF_H

#include <bpf/bpf_endian.h>

#include <retis/bpf/frags.h>
#include <retis/bpf/skb.h>

#include "section.h"

/* Set by the plugin. */
const volatile __u32 snaplen = SKB_SNAPLEN_DEFAULT;
#define ETH_HLEN 14
#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd
#define IP6_HLEN 40
/* include/linux/skbuff.h: the route is borrowed. */
#define SKB_DST_NOREF 1UL
/* MAX_SKB_FRAGS of a default configuration; it can go up to 45. */
#define FRAGS_FOLLOWED 17
/* EtherType of a packet without link layer, in network order, or 0. Early in the
 * transmit path `protocol` is not set yet, or what it was before encapsulation: IP
 * headers without options or extensions speak for themselves. */
static __always_inline __be16 packet_ethertype(struct sk_buff *skb, const struct retis_headers *h,
					       void *network)
{
	__u8 first = 0;

	if (retis_transport_valid(h) && !retis_read_bytes(&first, 1, network)) {
		if (first >> 4 == 4 && h->transport - h->network == 20)
			return bpf_htons(ETH_P_IP);
		if (first >> 4 == 6 && h->transport - h->network == 40)
			return bpf_htons(ETH_P_IPV6);
	}
	return retis_read(skb, protocol);
}

/* Fills DATA from GOT on with bytes of the fragments; returns the new end. */
static __always_inline __u32 packet_frags(struct sk_buff *skb, __u8 *data, __u32 got)
{
	struct skb_shared_info *shared = retis_shared_info(skb);
	__u32 n = retis_read(shared, nr_frags);

	if (!n || !retis_follows_frags())
		return got;
	for (__u32 i = 0; i < FRAGS_FOLLOWED; i++) {
		__u32 size = 0;
		void *from;

		if (i >= n || got >= snaplen)
			break;
		from = retis_frag(shared, i, &size);
		size = retis_min(size, snaplen - got);
		if (!from || retis_read_bytes(data + retis_min(got, snaplen),
					      retis_min(size, snaplen), from))
			break;
		got += size;
	}
	return got;
}

static __always_inline void packet_bytes(struct retis_event *event, struct sk_buff *skb,
					 const struct retis_extent *e, __u32 fake, __be16 ethertype)
{
	__u32 room = sizeof(struct packet_section) + snaplen;
	struct packet_section *p;
	__u32 n, got;

	if (e->linear <= 0 || e->total <= 0)
		return;
	n = retis_min(e->linear, snaplen - fake);
	p = retis_section_open(event, SKB_PACKET_SECTION, room);
	if (!p)
		return;
	if (fake) {
		__builtin_memset(p->data, 0, ETH_HLEN - 2);
		*(__be16 *)(p->data + ETH_HLEN - 2) = ethertype;
	}
	if (retis_read_bytes(p->data + fake, n, e->start)) {
		retis_section_drop(event, p, room);
		return;
	}
	got = fake + n;
	if (got < snaplen && e->total > e->linear)
		got = packet_frags(skb, p->data, got);
	p->len = fake + e->total;
	p->capture_len = got;
	p->made_up = fake;
	if (fake)
		retis_section_present(p, PACKET_HAS_MADE_UP);
	retis_section_finish(event, p, room, sizeof(*p) + got);
}

/* A route with a transformation (IPsec) is ahead of the packet. */
static __always_inline bool packet_has_xfrm(struct sk_buff *skb)
{
	struct dst_entry *dst;

	if (!bpf_core_field_exists(struct dst_entry, xfrm))
		return false;
	dst = retis_cast(dst_entry, retis_read(skb, _skb_refdst) & ~SKB_DST_NOREF);
	return dst && retis_read(dst, xfrm);
}

/* While a packet is transformed, headers are moved and filled in one by one: the bytes are
 * no packet until a header says that it begins there and ends where they do. */
static __always_inline bool packet_is_half_built(struct sk_buff *skb, const struct retis_extent *e)
{
	bool ip6 = retis_read(skb, protocol) == bpf_htons(ETH_P_IPV6);
	__u16 start[3];
	__u8 first;

	if (!packet_has_xfrm(skb))
		return false;
	if (retis_read_bytes(start, sizeof(start), e->start))
		return true;
	first = bpf_ntohs(start[0]) >> 8;
	if (ip6 ? first >> 4 != 6 : first < 0x45 || first > 0x4f)
		return true;
	/* Longer ones can't tell. */
	return e->total <= 0xffff &&
	       e->total != (ip6 ? IP6_HLEN + bpf_ntohs(start[2]) : bpf_ntohs(start[1]));
}

static __always_inline void packet_capture(struct sk_buff *skb, struct retis_event *event)
{
	struct retis_extent extent;
	struct retis_headers h;
	__be16 ethertype;

	retis_headers_read(&h, skb);
	if (retis_mac_valid(&h)) {
		retis_extent_read(&extent, skb, h.mac);
		packet_bytes(event, skb, &extent, 0, 0);
	} else if (retis_network_valid(&h)) {
		retis_extent_read(&extent, skb, h.network);
		if (packet_is_half_built(skb, &extent))
			return;
		ethertype = packet_ethertype(skb, &h, extent.start);
		if (ethertype)
			packet_bytes(event, skb, &extent, ETH_HLEN, ethertype);
	}
}

#endif
