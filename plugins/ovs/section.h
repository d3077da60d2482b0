/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ovs section as it travels. */
#ifndef OVS_SECTION_H
#define OVS_SECTION_H

#include <linux/types.h>

#define OVS_SECTION 0
#define OVS_DETRACE_SECTION 1

/* What an event is about. */
enum ovs_event {
	OVS_EVENT_UPCALL = 1,
	OVS_EVENT_ENQUEUE,
	OVS_EVENT_RETURN,
	OVS_EVENT_RECEIVE,
	OVS_EVENT_OPERATION,
	OVS_EVENT_ACTION,
	OVS_EVENT_LOOKUP,
};

/* enum of user space's operations on flows. */
#define OVS_OPERATION_EXEC 0
#define OVS_OPERATION_PUT 1

/* Presence numbers; each stands for the fields of one member of struct ovs_section. */
enum {
	OVS_HAS_RET = 1,
	OVS_HAS_CMD,
	OVS_HAS_PORT,
	OVS_HAS_CPU,
	OVS_HAS_UPCALL,
	OVS_HAS_QUEUE,
	OVS_HAS_RECEIVE,
	OVS_HAS_OPERATION,
	OVS_HAS_BATCH,
	OVS_HAS_RECIRC,
	OVS_HAS_ACTION,
	OVS_HAS_ID,
	OVS_HAS_REASON,
	OVS_HAS_CT,
	OVS_HAS_NAT,
	OVS_HAS_NAT_DIR,
	OVS_HAS_NAT_ADDRESS,
	OVS_HAS_NAT_PORT,
	OVS_HAS_LOOKUP,
	OVS_HAS_KEY,
	OVS_HAS_TUNNEL,
	OVS_HAS_VLAN,
	OVS_HAS_MPLS,
	OVS_HAS_ETHERTYPE,
	OVS_HAS_ETH,
	OVS_HAS_PROBABILITY,
	OVS_HAS_LENGTH,
	OVS_HAS_METER,
	OVS_HAS_PORTID,
	OVS_HAS_HASH,
	OVS_HAS_GROUP,
	OVS_HAS_FLOWS,
};

/* Bits of struct ovs_ct's flags. */
#define OVS_CT_COMMIT (1u << 0)
#define OVS_CT_FORCE (1u << 1)
#define OVS_CT_IP4 (1u << 2)
#define OVS_CT_IP6 (1u << 3)
#define OVS_CT_NAT (1u << 4)
#define OVS_CT_NAT_SRC (1u << 5)
#define OVS_CT_NAT_DST (1u << 6)
/* From here on they are those of struct nf_nat_range2, shifted. */
#define OVS_CT_RANGE_SHIFT 7
#define OVS_CT_RANGE_ADDRESS (1u << 7)
#define OVS_CT_RANGE_PORT (1u << 8)
#define OVS_CT_RANGE_RANDOM (1u << 9)
#define OVS_CT_RANGE_PERSISTENT (1u << 10)
#define OVS_CT_RANGE_RANDOM_FULLY (1u << 11)
#define OVS_CT_RANGE_BITS 0x1f

#define OVS_NAT_SRC 0
#define OVS_NAT_DST 1

/* Where a packet was handed to user space: the event that says so, and how that went. */
struct ovs_upcall {
	__u64 time;
	__u32 cpu;
	__s32 ret;
};

/* In user space. */
struct ovs_user {
	/* Where it was handed over. */
	struct ovs_upcall upcall;
	__u64 batch_time;
	__u64 key_size;
	__u32 type;
	__u32 packet_size;
	__u8 batch_index;
	__u8 operation;
};

/* Begins with the members of struct ovs_flow_id. */
struct ovs_lookup {
	__u64 flow;
	__u64 actions;
	__u32 ufid[4];
	__u32 mask_hit;
	__u32 cache_hit;
};

struct ovs_ct {
	__u32 flags;
	__u16 zone;
	__u8 direction;
	__u8 reserved;
	/* IPv4 addresses are mapped into IPv6 ones. */
	__u8 min_address[16];
	__u8 max_address[16];
	__u16 min_port;
	__u16 max_port;
};

struct ovs_tunnel {
	__u64 id;
	__u8 src[16];
	__u8 dst[16];
	__u16 src_port;
	__u16 dst_port;
	__u8 tos;
	__u8 ttl;
};

struct ovs_vlan {
	__u16 proto;
	__u16 vid;
	__u8 pcp;
};

struct ovs_mpls {
	__u32 label;
	__u8 tc;
	__u8 bos;
	__u8 ttl;
};

/* Only as much of it travels as the event needs. */
struct ovs_section {
	__u8 event;
	/* OVS_PACKET_CMD_* of an upcall. */
	__u8 cmd;
	/* Of an action: its OVS_ACTION_ATTR_*, its OVS_KEY_ATTR_* if it sets something, an
	 * Ethernet type. */
	__u16 action;
	__u16 key;
	__u16 ethertype;
	/* Of an upcall, a netlink port; of an output, a port of the datapath. */
	__u32 port;
	/* What a packet on its way to user space and back is known by. */
	__u32 queue;
	__u32 recirc;
	/* Other numbers of actions. */
	__u32 number;
	union {
		struct ovs_upcall upcall;
		struct ovs_user user;
		struct ovs_lookup lookup;
		struct ovs_ct ct;
		struct ovs_tunnel tunnel;
		struct ovs_vlan vlan;
		struct ovs_mpls mpls;
		/* Algorithm and basis. */
		__u32 hash[2];
		/* Source and destination. */
		__u8 eth[2][6];
	};
};

/* No number of an action or a key. */
#define OVS_NO_NUMBER 0xffff

/* How much of a section an event needs that has MEMBER. */
#define OVS_SIZE(MEMBER) \
	(offsetof(struct ovs_section, MEMBER) + sizeof(((struct ovs_section *)0)->MEMBER))

#endif
