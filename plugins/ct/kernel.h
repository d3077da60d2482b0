/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connection tracking's types: just the members in use. Most are in a module where it is one, and
 * which members there are depends on the kernel's configuration.
 */
#ifndef CT_KERNEL_H
#define CT_KERNEL_H

#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* With CONFIG_NF_CONNTRACK. A struct nf_conn * whose lowest bits are an enum ip_conntrack_info
 * (include/net/netfilter/nf_conntrack.h). */
struct sk_buff___ct {
	unsigned long _nfct;
};

/* include/net/netfilter/nf_conntrack_tuple.h */
union nf_inet_addr {
	__u32 all[4];
};

struct nf_conntrack_tuple {
	struct {
		union nf_inet_addr u3;
		union {
			__be16 all;
		} u;
		__u16 l3num;
	} src;
	struct {
		union nf_inet_addr u3;
		union {
			__be16 all;
			struct {
				__u8 type, code;
			} icmp;
		} u;
		__u8 protonum;
	} dst;
};

struct nf_conntrack_tuple_hash {
	struct nf_conntrack_tuple tuple;
};

/* include/net/netfilter/nf_conntrack_zones.h */
struct nf_conntrack_zone {
	__u16 id;
	__u8 dir;
};

/* include/net/netfilter/nf_conntrack_extend.h; NF_CT_EXT_LABELS with CONFIG_NF_CONNTRACK_LABELS. */
enum nf_ct_ext_id {
	NF_CT_EXT_HELPER,
	NF_CT_EXT_LABELS,
};

struct nf_ct_ext {
	__u8 offset[1];
};

/* include/net/netfilter/nf_conntrack_labels.h */
struct nf_conn_labels {
	unsigned long bits[2];
};

/* include/net/netfilter/nf_conntrack_helper.h */
struct nf_conntrack_helper {
	char name[16];
};

struct nf_conn_help {
	struct nf_conntrack_helper *helper;
};

/* include/uapi/linux/netfilter/nf_conntrack_sctp.h */
enum sctp_conntrack {
	SCTP_CONNTRACK_NONE,
};

/* include/net/netfilter/nf_conntrack.h; zone with CONFIG_NF_CONNTRACK_ZONES, mark with
 * CONFIG_NF_CONNTRACK_MARK. */
struct nf_conn {
	__u32 timeout;
	struct nf_conntrack_zone zone;
	struct nf_conntrack_tuple_hash tuplehash[2];
	unsigned long status;
	struct nf_conn *master;
	__u32 mark;
	struct nf_ct_ext *ext;
	union {
		struct {
			__u8 state;
		} tcp;
		/* With CONFIG_NF_CT_PROTO_SCTP. */
		struct {
			enum sctp_conntrack state;
			__be32 vtag[2];
		} sctp;
		/* Up to 6.15, with CONFIG_NF_CT_PROTO_DCCP. */
		struct {
			__u8 state;
		} dccp;
	} proto;
};

#pragma clang attribute pop

#endif
