/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ct section as it travels. */
#ifndef CT_SECTION_H
#define CT_SECTION_H

#include <linux/types.h>

#define CT_SECTION 0

/* Presence of what is said of a connection, and, that much above, of its parent. */
#define CT_HAS_CONN 1
#define CT_HAS_IP 2
#define CT_HAS_MARK 3
#define CT_HAS_LABELS 4
#define CT_HAS_HELPER 5
#define CT_HAS_TIMEOUT 6
#define CT_HAS_PROTO_STATE 7
#define CT_HAS_TCP 8
#define CT_HAS_UDP 9
#define CT_HAS_ICMP 10
#define CT_HAS_SCTP 11
#define CT_HAS_ICMPV6 12
#define CT_HAS_GRE 13
#define CT_HAS_DCCP 14
#define CT_HAS_UDPLITE 15
#define CT_HAS_OTHER 16
#define CT_PARENT 16

/* Whose states proto_state has, from bit 8 on; 0: TCP's. */
#define CT_STATE_SCTP 0x100
#define CT_STATE_DCCP 0x200

/* Directions the zone is for, bits of zone_dir. */
#define CT_ZONE_ORIGINAL 1
#define CT_ZONE_REPLY 2

/* Numbers in host byte order. */
struct ct_tuple {
	/* IPv4 addresses are mapped into ::ffff:0:0/96. */
	__u8 src[16];
	__u8 dst[16];
	/* Which of them it is depends on the protocol. */
	union {
		__u16 sport;
		__u16 srckey;
		__u16 id;
		__u16 number;
	};
	union {
		__u16 dport;
		__u16 dstkey;
		struct {
			__u8 type;
			__u8 code;
		};
	};
	__u32 vtag;
};

struct ct_conn {
	/* enum ip_conntrack_info, of the packet; nothing of a parent. */
	__u8 state;
	/* 4 or 6. */
	__u8 version;
	__u8 zone_dir;
	__u8 reserved;
	__u16 zone_id;
	__u16 proto_state;
	/* Seconds. */
	__u32 timeout;
	__u32 mark;
	__u64 status;
	struct ct_tuple orig;
	struct ct_tuple reply;
};

/* What few connections have. */
struct ct_extra {
	__u64 labels_hi;
	__u64 labels_lo;
	char helper[16];
};

/* Of a packet that is not tracked only the state travels; the rest as far as something is there. */
struct ct_section {
	struct ct_conn conn;
	struct ct_extra extra;
	struct ct_conn parent;
	struct ct_extra parent_extra;
};

#endif
