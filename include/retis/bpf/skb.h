/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What can be relied upon in a packet: which of its headers are set, and whether
 * its device pointer is one.
 */
#ifndef RETIS_BPF_SKB_H
#define RETIS_BPF_SKB_H

#include <retis/bpf/hook.h>
#include <retis/bpf/kernel/net.h>
#include <retis/bpf/kernel/skb.h>

/* A header offset that was never set: (typeof(skb->mac_header))~0U, and 0 for
 * headers that can't be the first (include/linux/skbuff.h). */
#define RETIS_OFFSET_UNSET 0xffff

/* The header offsets of a packet, relative to skb->head. */
struct retis_headers {
	__u16 mac;
	__u16 network;
	__u16 transport;
	__u16 mac_len;
};

static __always_inline void retis_headers_read(struct retis_headers *h, struct sk_buff *skb)
{
	h->mac = retis_read(skb, mac_header);
	h->network = retis_read(skb, network_header);
	h->transport = retis_read(skb, transport_header);
	h->mac_len = retis_read(skb, mac_len);
}

static __always_inline bool retis_mac_set(const struct retis_headers *h)
{
	return h->mac != RETIS_OFFSET_UNSET;
}

static __always_inline bool retis_network_set(const struct retis_headers *h)
{
	return h->network && h->network != RETIS_OFFSET_UNSET;
}

/*
 * skb_reset_*_header() may have put an offset where no such header is, so two
 * equal offsets are told apart by mac_len: 0 on devices without a link layer.
 */
static __always_inline bool retis_mac_valid(const struct retis_headers *h)
{
	return retis_mac_set(h) && !(retis_network_set(h) && h->network == h->mac && !h->mac_len);
}

static __always_inline bool retis_network_valid(const struct retis_headers *h)
{
	return retis_network_set(h) && !(retis_mac_set(h) && h->mac == h->network && h->mac_len);
}

static __always_inline bool retis_transport_valid(const struct retis_headers *h)
{
	return h->transport && h->transport != RETIS_OFFSET_UNSET &&
	       !(retis_network_set(h) && h->network == h->transport);
}

/*
 * `address` as a device, or NULL if it is none: skb->dev shares its place with
 * scratch data of the UDP receive queue and with list pointers. A device points
 * to its transmit queues and these point back, from its allocation to its end.
 */
static __always_inline struct net_device *retis_device(void *address)
{
	struct net_device *dev = retis_cast(net_device, address);
	struct netdev_queue *queue;

	if (!address)
		return NULL;
	queue = retis_cast(netdev_queue, retis_read(dev, _tx));
	if (!queue || (void *)retis_read(queue, dev) != address)
		return NULL;
	return dev;
}

#endif
