/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * struct sk_buff and what hangs off it: just the members in use. Offsets come
 * from the running kernel's BTF (CO-RE).
 */
#ifndef RETIS_BPF_KERNEL_SKB_H
#define RETIS_BPF_KERNEL_SKB_H

#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct net_device;
struct sock;
struct xfrm_state;

/* include/linux/refcount.h */
typedef struct refcount_struct {
	struct {
		int counter;
	} refs;
} refcount_t;

/* include/linux/skbuff.h */
struct sk_buff {
	struct sk_buff *next;
	struct net_device *dev;
	struct sock *sk;
	unsigned int len, data_len;
	__u16 mac_len;
	__u8 cloned : 1, nohdr : 1, fclone : 2;
	__u8 ip_summed : 2, csum_level : 2;
	__u32 csum;
	__u32 priority;
	int skb_iif;
	__u32 hash;
	__be16 vlan_proto;
	__u16 vlan_tci;
	__be16 protocol;
	__u16 transport_header;
	__u16 network_header;
	__u16 mac_header;
	__be16 inner_protocol;
	__u16 inner_network_header;
	__u16 inner_mac_header;
	unsigned int tail, end;
	unsigned char *head, *data;
	refcount_t users;
	unsigned long _skb_refdst;
};

/* include/net/dst.h; CONFIG_XFRM. */
struct dst_entry {
	struct xfrm_state *xfrm;
};

/* 5.0 to 6.1, before commit 354259fa73e2 ("net: remove skb->vlan_present"). */
struct sk_buff___vlan_present {
	__u8 vlan_present : 1;
};

/* 6.2 and later, same commit. */
struct sk_buff___vlan_all {
	__u32 vlan_all;
};

struct page {
	unsigned long flags;
};

/* skb_frag_t: a struct bio_vec up to 6.8; later a struct of its own whose page
 * pointer doubles as a netmem reference, bit 0 saying that it is no page. */
struct bio_vec {
	struct page *bv_page;
	unsigned int bv_len;
	unsigned int bv_offset;
};

struct skb_frag {
	unsigned long netmem;
	unsigned int len;
	unsigned int offset;
};

/* `frags` stands for an array of struct bio_vec or struct skb_frag. */
struct skb_shared_info {
	__u8 flags;
	__u8 nr_frags;
	unsigned short gso_size;
	unsigned short gso_segs;
	unsigned int gso_type;
	struct sk_buff *frag_list;
	struct {
		int counter;
	} dataref;
	struct {
		char opaque[16];
	} frags[1];
};

#pragma clang attribute pop

#endif
