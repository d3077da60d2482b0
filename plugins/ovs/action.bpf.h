/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an action of the datapath is told to do. Actions are netlink attributes; some
 * have a struct of the kernel's own in place of what user space sent.
 */
#ifndef OVS_ACTION_H
#define OVS_ACTION_H

#include <bpf/bpf_endian.h>

#include "section.h"
#include "tunnel.bpf.h"

/* include/uapi/linux/openvswitch.h: their numbers never change. */
enum {
	ACTION_OUTPUT = 1,
	ACTION_USERSPACE = 2,
	ACTION_SET = 3,
	ACTION_PUSH_VLAN = 4,
	ACTION_SAMPLE = 6,
	ACTION_RECIRC = 7,
	ACTION_HASH = 8,
	ACTION_PUSH_MPLS = 9,
	ACTION_POP_MPLS = 10,
	ACTION_SET_MASKED = 11,
	ACTION_CT = 12,
	ACTION_TRUNC = 13,
	ACTION_PUSH_ETH = 14,
	ACTION_METER = 19,
	ACTION_CHECK_PKT_LEN = 21,
	ACTION_ADD_MPLS = 22,
};

/* Those that only newer kernels have, or that are a kernel's own: their numbers here. */
const volatile __u16 action_set_to_masked = OVS_NO_NUMBER;
const volatile __u16 action_drop = OVS_NO_NUMBER;
const volatile __u16 action_psample = OVS_NO_NUMBER;
const volatile __u16 key_tunnel_info = OVS_NO_NUMBER;

#define USERSPACE_PID 1
#define PSAMPLE_GROUP 1

/* struct nlattr of include/uapi/linux/netlink.h. */
struct attr_head {
	__u16 length;
	__u16 type;
};

#define ATTR_TYPE_MASK 0x3fff

/* An attribute's payload as far as it is looked at here; if it is nested, the first
 * attribute in it is `inner`. */
struct attr {
	struct attr_head head;
	union {
		__u32 number;
		struct {
			__be16 proto;
			__be16 tci;
		} vlan;
		struct {
			__be32 lse;
			__be16 ethertype;
		} mpls;
		__be16 ethertype;
		__u32 hash[2];
		__u8 eth[2][6];
		struct {
			struct attr_head head;
			union {
				__u32 number;
				__u64 pointer;
				/* struct sample_arg */
				struct {
					__u32 last;
					__u32 probability;
				} sample;
				/* struct check_pkt_len_arg */
				__u16 length;
			};
		} __attribute__((packed)) inner;
	};
};

static __always_inline void put_attr_number(struct ovs_section *s, __u32 has, __u32 number)
{
	s->number = number;
	retis_section_present(s, has);
}

/* A tunnel is the only thing set by a struct of the kernel's own. */
static __always_inline void put_set(struct ovs_section *s, const struct attr *a,
				    const void *payload)
{
	s->key = a->inner.head.type & ATTR_TYPE_MASK;
	retis_section_present(s, OVS_HAS_KEY);
	if (s->key == key_tunnel_info)
		put_tunnel(s, payload + sizeof(struct attr_head));
}

static __always_inline void put_vlan(struct ovs_section *s, const struct attr *a)
{
	__u16 tci = bpf_ntohs(a->vlan.tci);

	s->vlan.proto = bpf_ntohs(a->vlan.proto);
	s->vlan.vid = tci & 0xfff;
	s->vlan.pcp = tci >> 13;
	retis_section_present(s, OVS_HAS_VLAN);
}

static __always_inline void put_mpls(struct ovs_section *s, const struct attr *a)
{
	__u32 lse = bpf_ntohl(a->mpls.lse);

	s->mpls.label = lse >> 12;
	s->mpls.tc = lse >> 9 & 7;
	s->mpls.bos = lse >> 8 & 1;
	s->mpls.ttl = lse;
	s->ethertype = bpf_ntohs(a->mpls.ethertype);
	retis_section_present(s, OVS_HAS_MPLS);
	retis_section_present(s, OVS_HAS_ETHERTYPE);
}

static __always_inline void put_newer(struct ovs_section *s, const struct attr *a,
				      const void *payload)
{
	if (s->action == action_set_to_masked)
		put_set(s, a, payload);
	else if (s->action == action_drop)
		put_attr_number(s, OVS_HAS_REASON, a->number);
	else if (s->action == action_psample &&
		 (a->inner.head.type & ATTR_TYPE_MASK) == PSAMPLE_GROUP)
		put_attr_number(s, OVS_HAS_GROUP, a->inner.number);
}

/* What has no payload, or none that is known, is told by its name. */
static __always_inline void put_payload(struct ovs_section *s, const struct attr *a,
					const void *payload)
{
	switch (s->action) {
	case ACTION_OUTPUT:
		s->port = a->number;
		retis_section_present(s, OVS_HAS_PORT);
		break;
	case ACTION_USERSPACE:
		if ((a->inner.head.type & ATTR_TYPE_MASK) == USERSPACE_PID)
			put_attr_number(s, OVS_HAS_PORTID, a->inner.number);
		break;
	case ACTION_SET:
	case ACTION_SET_MASKED:
		put_set(s, a, payload);
		break;
	case ACTION_PUSH_VLAN:
		put_vlan(s, a);
		break;
	case ACTION_SAMPLE:
		put_attr_number(s, OVS_HAS_PROBABILITY, a->inner.sample.probability);
		break;
	case ACTION_RECIRC:
		put_attr_number(s, OVS_HAS_ID, a->number);
		break;
	case ACTION_HASH:
		__builtin_memcpy(s->hash, a->hash, sizeof(s->hash));
		retis_section_present(s, OVS_HAS_HASH);
		break;
	case ACTION_PUSH_MPLS:
	case ACTION_ADD_MPLS:
		put_mpls(s, a);
		break;
	case ACTION_POP_MPLS:
		s->ethertype = bpf_ntohs(a->ethertype);
		retis_section_present(s, OVS_HAS_ETHERTYPE);
		break;
	case ACTION_TRUNC:
		put_attr_number(s, OVS_HAS_LENGTH, a->number);
		break;
	case ACTION_PUSH_ETH:
		__builtin_memcpy(s->eth, a->eth, sizeof(s->eth));
		retis_section_present(s, OVS_HAS_ETH);
		break;
	case ACTION_METER:
		put_attr_number(s, OVS_HAS_METER, a->number);
		break;
	case ACTION_CHECK_PKT_LEN:
		put_attr_number(s, OVS_HAS_LENGTH, a->inner.length);
		break;
	default:
		put_newer(s, a, payload);
	}
}

#endif
