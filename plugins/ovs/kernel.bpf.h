/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Types of openvswitch.ko and what they are made of: just the members in use. */
#ifndef OVS_KERNEL_H
#define OVS_KERNEL_H

#include <retis/bpf/hook.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* net/openvswitch/datapath.h */
struct dp_upcall_info {
	__u32 portid;
	__u8 cmd;
};

/* net/openvswitch/flow.h */
struct sw_flow_key {
	__u32 recirc_id;
};

struct sw_flow_actions;

/* Up to 16 bytes of ufid; 0: the flow is known by its key. */
struct sw_flow_id {
	__u32 ufid_len;
	__u32 ufid[4];
};

struct sw_flow {
	struct sw_flow_id id;
	struct sw_flow_actions *sf_acts;
};

/* include/net/netfilter/nf_conntrack_zones.h */
struct nf_conntrack_zone {
	__u16 id;
};

/* include/uapi/linux/netfilter/nf_nat.h */
union nf_inet_addr {
	__u32 all[4];
};

union nf_conntrack_man_proto {
	__be16 all;
};

struct nf_nat_range2 {
	unsigned int flags;
	union nf_inet_addr min_addr;
	union nf_inet_addr max_addr;
	union nf_conntrack_man_proto min_proto;
	union nf_conntrack_man_proto max_proto;
};

/* net/openvswitch/conntrack.c; `range` is there if the kernel has NAT. */
struct ovs_conntrack_info {
	struct nf_conntrack_zone zone;
	__u8 commit : 1;
	__u8 nat : 3;
	__u8 force : 1;
	__u16 family;
	struct nf_nat_range2 range;
};

/* include/uapi/linux/in6.h */
struct in6_addr {
	union {
		__u8 u6_addr8[16];
	} in6_u;
};

/* include/net/ip_tunnels.h */
struct ip_tunnel_key {
	__be64 tun_id;
	union {
		struct {
			__be32 src;
			__be32 dst;
		} ipv4;
		struct {
			struct in6_addr src;
			struct in6_addr dst;
		} ipv6;
	} u;
	__u8 tos;
	__u8 ttl;
	__be16 tp_src;
	__be16 tp_dst;
};

struct ip_tunnel_info {
	struct ip_tunnel_key key;
	__u8 mode;
};

/* include/net/dst_metadata.h */
struct metadata_dst {
	union {
		struct ip_tunnel_info tun_info;
	} u;
};

/* net/openvswitch/flow_netlink.h */
struct ovs_tunnel_info {
	struct metadata_dst *tun_dst;
};

#pragma clang attribute pop

/* enum of include/net/ip_tunnels.h */
#define IP_TUNNEL_INFO_IPV6 0x02

/* net/openvswitch/conntrack.c */
#define OVS_SRC_NAT 2
#define OVS_DST_NAT 4

#endif
