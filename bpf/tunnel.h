/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a packet's first header to the packet that tunnels carry in it: VXLAN, Geneve, GRE and IP
 * in IP, in IPv4 or IPv6, and tunnels in tunnels.
 *
 * All that the walk knows is in one struct, which is not on the stack: in BPF all functions
 * together have 512 bytes of that. What is read of the packet is copied there, too, so verifiers
 * see numbers they know nothing about, and follow each branch once. Shared by BPF and user space.
 */
#ifndef BPF_TUNNEL_H
#define BPF_TUNNEL_H

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>

#ifdef __bpf__
#include <bpf/bpf_helpers.h>
#define TUNNEL_INLINE static __always_inline
#define TUNNEL_CALL static __noinline
#define TUNNEL_COPY(to, n, from) (!bpf_probe_read_kernel(to, n, (const void *)(from)))
#else
#define TUNNEL_INLINE static inline
#define TUNNEL_CALL static inline
#define TUNNEL_COPY(to, n, from) (__builtin_memcpy(to, (void *)(unsigned long)(from), n), 1)
#endif

/* Tunnels in tunnels. */
#define TUNNEL_DEPTH 4
#define TUNNEL_VLAN_TAGS 3
#define TUNNEL_IP6_EXTENSIONS 4

/* Ports of UDP; Linux has a default of its own. */
#define TUNNEL_VXLAN 4789
#define TUNNEL_VXLAN_LINUX 8472
#define TUNNEL_GENEVE 6081

struct tunnel_walk {
	/* The packet: the address of its first byte, how many can be read from there, and how
	 * long it is. */
	__u64 start;
	__u32 linear;
	__u32 total;
	/* It begins with an Ethernet header, not with that of the network. */
	__u32 l2;
	/* How far the walk is, counted from there, and what comes next. */
	__u32 at;
	__u32 next;
	/* What was read last. */
	__u8 bytes[20];
};

/* SIZE bytes from where the walk is. */
TUNNEL_INLINE int tunnel_read(struct tunnel_walk *w, __u32 size)
{
	return (__u64)w->at + size <= w->linear && TUNNEL_COPY(w->bytes, size, w->start + w->at);
}

TUNNEL_INLINE __u32 tunnel_number(const struct tunnel_walk *w, __u32 at)
{
	return (__u32)w->bytes[at] << 8 | w->bytes[at + 1];
}

/* What is AHEAD of where the walk is becomes the packet, if it is of a TYPE that is known. */
TUNNEL_INLINE int tunnel_enter(struct tunnel_walk *w, __u32 ahead, __u32 type)
{
	ahead += w->at;
	if (ahead >= w->linear || (type != ETH_P_TEB && type != ETH_P_IP && type != ETH_P_IPV6))
		return 0;
	w->start += ahead;
	w->linear -= ahead;
	w->total -= ahead;
	w->at = 0;
	w->l2 = type == ETH_P_TEB;
	return 1;
}

TUNNEL_INLINE int tunnel_pass_link(struct tunnel_walk *w)
{
	w->at = 12;
	for (int i = 0; i < TUNNEL_VLAN_TAGS; i++) {
		if (!tunnel_read(w, 2))
			return 0;
		w->next = tunnel_number(w, 0);
		w->at += 2;
		if (w->next != ETH_P_8021Q && w->next != ETH_P_8021AD)
			return 1;
		w->at += 2;
	}
	return 0;
}

/* A fragment that is not the first has nothing of what comes next. */
TUNNEL_INLINE int tunnel_pass_ip4(struct tunnel_walk *w)
{
	const __u32 fragment = 0x1fff;
	__u32 size;

	if (!tunnel_read(w, 20) || w->bytes[0] >> 4 != 4 || tunnel_number(w, 6) & fragment)
		return 0;
	size = (w->bytes[0] & 0xf) * 4;
	w->next = w->bytes[9];
	w->at += size;
	return size >= 20;
}

/* Is it a header between IPv6's and what that carries? */
TUNNEL_INLINE int tunnel_at_extension(const struct tunnel_walk *w)
{
	return w->next == IPPROTO_HOPOPTS || w->next == IPPROTO_ROUTING ||
	       w->next == IPPROTO_FRAGMENT || w->next == IPPROTO_DSTOPTS;
}

TUNNEL_INLINE int tunnel_pass_ip6(struct tunnel_walk *w)
{
	const __u32 fragment = 0xfff8;

	if (!tunnel_read(w, 8) || w->bytes[0] >> 4 != 6)
		return 0;
	w->next = w->bytes[6];
	w->at += 40;
	for (int i = 0; i < TUNNEL_IP6_EXTENSIONS && tunnel_at_extension(w); i++) {
		if (!tunnel_read(w, 4))
			return 0;
		if (w->next != IPPROTO_FRAGMENT)
			w->at += w->bytes[1] * 8;
		else if (tunnel_number(w, 2) & fragment)
			return 0;
		w->at += 8;
		w->next = w->bytes[0];
	}
	return 1;
}

TUNNEL_INLINE int tunnel_enter_udp(struct tunnel_walk *w)
{
	const __u8 has_network = 0x08, options = 0x3f;
	__u32 port;

	/* Its own header, and 8 bytes that both kinds of tunnels have. */
	if (!tunnel_read(w, 16))
		return 0;
	port = tunnel_number(w, 2);
	if (port == TUNNEL_VXLAN || port == TUNNEL_VXLAN_LINUX)
		return w->bytes[8] & has_network && tunnel_enter(w, 16, ETH_P_TEB);
	/* Of version 0. */
	if (port != TUNNEL_GENEVE || w->bytes[8] & ~options)
		return 0;
	return tunnel_enter(w, 16 + (w->bytes[8] & options) * 4, tunnel_number(w, 10));
}

TUNNEL_INLINE int tunnel_enter_gre(struct tunnel_walk *w)
{
	const __u32 checksum = 0x8000, routing = 0x4000, key = 0x2000, sequence = 0x1000,
		    version = 7;
	__u32 flags, fields;

	if (!tunnel_read(w, 4))
		return 0;
	flags = tunnel_number(w, 0);
	if (flags & (routing | version))
		return 0;
	fields = !!(flags & checksum) + !!(flags & key) + !!(flags & sequence);
	return tunnel_enter(w, 4 + 4 * fields, tunnel_number(w, 2));
}

/* The packet becomes the one that it carries; 0: it is no tunnel's. */
TUNNEL_CALL int tunnel_open(struct tunnel_walk *w)
{
	w->at = 0;
	if (w->l2 && (!tunnel_pass_link(w) || (w->next != ETH_P_IP && w->next != ETH_P_IPV6)))
		return 0;
	if (!tunnel_pass_ip4(w) && !tunnel_pass_ip6(w))
		return 0;
	switch (w->next) {
	case IPPROTO_UDP:
		return tunnel_enter_udp(w);
	case IPPROTO_GRE:
		return tunnel_enter_gre(w);
	case IPPROTO_IPIP:
		return tunnel_enter(w, 0, ETH_P_IP);
	case IPPROTO_IPV6:
		return tunnel_enter(w, 0, ETH_P_IPV6);
	default:
		return 0;
	}
}

/* The innermost; 0: the packet is in no tunnel. */
TUNNEL_INLINE int tunnel_open_all(struct tunnel_walk *w)
{
	int n = 0;

	while (n < TUNNEL_DEPTH && tunnel_open(w))
		n++;
	return n;
}

#endif
