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

/* The header offsets of a packet, relative to skb->head. */
struct retis_headers {
	__u16 mac;
	__u16 network;
	__u16 transport;
	/* If `mac` and `network` are the same: it is a link-layer header that is there. */
	__u16 is_mac;
};

/* enum of include/uapi/linux/if_arp.h: devices with an Ethernet header. */
#define RETIS_ARPHRD_ETHER 1
#define RETIS_ARPHRD_LOOPBACK 772

/* skb_reset_*_header() puts offsets where no such header is: packets on their way out
 * get their first byte as link layer whatever the device, frames from packet sockets
 * have it as network header. mac_len may be left from where the packet came in. */
static __always_inline bool retis_begins_with_mac(struct sk_buff *skb)
{
	struct net_device *dev = retis_device(retis_read(skb, dev));
	__u16 type;

	if (!dev)
		return retis_read(skb, mac_len);
	type = retis_read(dev, type);
	return type == RETIS_ARPHRD_ETHER || type == RETIS_ARPHRD_LOOPBACK;
}

static __always_inline void retis_headers_read(struct retis_headers *h, struct sk_buff *skb)
{
	h->mac = retis_read(skb, mac_header);
	h->network = retis_read(skb, network_header);
	h->transport = retis_read(skb, transport_header);
	h->is_mac = h->mac == h->network && retis_begins_with_mac(skb);
}

static __always_inline bool retis_mac_set(const struct retis_headers *h)
{
	return h->mac != RETIS_OFFSET_UNSET;
}

static __always_inline bool retis_network_set(const struct retis_headers *h)
{
	return h->network && h->network != RETIS_OFFSET_UNSET;
}

/* Behind the network header is what was the link layer of a packet that has been
 * encapsulated since. */
static __always_inline bool retis_mac_valid(const struct retis_headers *h)
{
	return retis_mac_set(h) && (!retis_network_set(h) || h->mac < h->network || h->is_mac);
}

static __always_inline bool retis_network_valid(const struct retis_headers *h)
{
	return retis_network_set(h) && !h->is_mac;
}

static __always_inline bool retis_transport_valid(const struct retis_headers *h)
{
	return h->transport && h->transport != RETIS_OFFSET_UNSET &&
	       !(retis_network_set(h) && h->network == h->transport);
}

/* The VLAN tag that is kept beside a packet's bytes (VLAN acceleration): its TPID, in network
 * byte order, and TCI. False: there is none. */
static __always_inline bool retis_vlan_tag(struct sk_buff *skb, __be16 *proto, __u16 *tci)
{
	/* VLAN_TAG_PRESENT, before 5.0. */
	const __u16 present = 0x1000;

	*proto = retis_read(skb, vlan_proto);
	*tci = retis_read(skb, vlan_tci);
	if (bpf_core_field_exists(struct sk_buff___vlan_all, vlan_all))
		return retis_read(retis_cast_flavour(sk_buff, vlan_all, skb), vlan_all);
	if (bpf_core_field_exists(struct sk_buff___vlan_present, vlan_present)) {
		struct sk_buff___vlan_present *old = retis_cast_flavour(sk_buff, vlan_present, skb);

		return retis_read_bitfield(old, vlan_present);
	}
	if (!(*tci & present))
		return false;
	*tci &= ~present;
	return true;
}

/* Where a packet's bytes are from one of its headers on, and how many. */
struct retis_extent {
	void *start;  /* the header, in the linear area; a kernel address */
	__s32 linear; /* bytes from there to the end of the linear area */
	__s32 total;  /* bytes from there to the end of the packet */
};

/* HEADER is the header's offset from skb->head. Both numbers may be 0 or less:
 * then the header has been pulled off together with all behind it. */
static __always_inline void retis_extent_read(struct retis_extent *e, struct sk_buff *skb,
					      __u16 header)
{
	void *head = retis_read(skb, head);
	__s32 ahead = (void *)retis_read(skb, data) - head - header;
	__u32 len = retis_read(skb, len);

	e->start = head + header;
	e->total = len + ahead;
	e->linear = e->total - retis_read(skb, data_len);
}

#endif
