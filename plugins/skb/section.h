/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packet and skb sections as they travel. */
#ifndef SKB_SECTION_H
#define SKB_SECTION_H

#include <linux/types.h>

/* Indexes in the plugin's sections. */
#define SKB_PACKET_SECTION 0
#define SKB_SECTION 1

/* Bytes of a packet that can be captured. */
#define SKB_SNAPLEN_DEFAULT 255
#define SKB_SNAPLEN_MAX 4096

/* Presence of made_up. */
#define PACKET_HAS_MADE_UP 1

struct packet_section {
	__u32 len;
	__u16 capture_len;
	/* Bytes of a link-layer header that the packet does not have. */
	__u16 made_up;
	__u8 data[];
};

/* Groups of the skb section: what --skb-sections selects, and their `present`. */
#define SKB_VLAN 1
#define SKB_META 2
#define SKB_DATA_REF 3
#define SKB_GSO 4
#define SKB_WANTS(group) (1u << ((group)-1))

struct skb_vlan {
	__u16 proto;
	__u16 vid;
	__u8 pcp;
	__u8 dei;
};

struct skb_meta {
	__u32 len;
	__u32 data_len;
	__u32 hash;
	__u32 csum;
	__u32 priority;
	__u8 ip_summed;
	__u8 csum_level;
};

struct skb_data_ref {
	__u32 users;
	__u16 dataref;
	__u16 payload_refs;
	__u8 nohdr;
	__u8 cloned;
	__u8 fclone;
};

struct skb_gso {
	__u32 size;
	__u32 segs;
	__u32 type;
	__u8 flags;
	__u8 frags;
};

/* Only as much of it travels as groups are selected. */
struct skb_section {
	struct skb_vlan vlan;
	struct skb_meta meta;
	struct skb_data_ref data_ref;
	struct skb_gso gso;
};

#endif
