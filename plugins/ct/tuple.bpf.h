/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading addresses and ports of a struct nf_conn. */
#ifndef CT_TUPLE_BPF_H
#define CT_TUPLE_BPF_H

#include <bpf/bpf_endian.h>
#include <linux/in.h>
#include <linux/in6.h>

#include <retis/bpf/hook.h>

#include "kernel.h"
#include "section.h"

#define HAS(PRESENT) (1u << ((PRESENT)-1))

/* include/uapi/linux/netfilter.h */
#define NFPROTO_IPV4 2
#define NFPROTO_IPV6 10

/* A struct nf_conntrack_tuple takes as many words of 8 bytes. */
#define TUPLE_WORDS 5
/* Where MEMBER is in one. */
#define TUPLE_AT(RAW, MEMBER) \
	((const void *)(RAW) + bpf_core_field_offset(struct nf_conntrack_tuple, MEMBER))
#define TUPLE_GET(RAW, MEMBER) \
	(*(const typeof(((struct nf_conntrack_tuple *)0)->MEMBER) *)TUPLE_AT(RAW, MEMBER))

static __always_inline void address_put(__u8 to[16], const __u32 *from, bool v6)
{
	__u32 *words = (__u32 *)to;

	words[0] = v6 ? from[0] : 0;
	words[1] = v6 ? from[1] : 0;
	words[2] = v6 ? from[2] : bpf_htonl(0xffff);
	words[3] = v6 ? from[3] : from[0];
}

static __always_inline void tuple_put(struct ct_tuple *to, const __u64 *raw, bool v6)
{
	address_put(to->src, TUPLE_AT(raw, src.u3), v6);
	address_put(to->dst, TUPLE_AT(raw, dst.u3), v6);
	to->sport = bpf_ntohs(TUPLE_GET(raw, src.u.all));
	to->dport = bpf_ntohs(TUPLE_GET(raw, dst.u.all));
	to->vtag = 0;
}

static __always_inline void icmp_put(struct ct_tuple *to, const __u64 *raw)
{
	to->type = TUPLE_GET(raw, dst.u.icmp.type);
	to->code = TUPLE_GET(raw, dst.u.icmp.code);
}

/* What the kernel follows no further has no ports. */
static __always_inline __u32 proto_presence(__u8 proto, bool ports)
{
	switch (proto) {
	case IPPROTO_TCP:
		return HAS(CT_HAS_TCP);
	case IPPROTO_UDP:
		return HAS(CT_HAS_UDP);
	case IPPROTO_ICMP:
		return HAS(CT_HAS_ICMP);
	case IPPROTO_ICMPV6:
		return HAS(CT_HAS_ICMPV6);
	case IPPROTO_GRE:
		return HAS(CT_HAS_GRE);
	case IPPROTO_SCTP:
		return HAS(ports ? CT_HAS_SCTP : CT_HAS_OTHER);
	case IPPROTO_DCCP:
		return HAS(ports ? CT_HAS_DCCP : CT_HAS_OTHER);
	case IPPROTO_UDPLITE:
		return HAS(ports ? CT_HAS_UDPLITE : CT_HAS_OTHER);
	}
	return HAS(CT_HAS_OTHER);
}

/* No stale bytes leave. */
static __always_inline __u32 tuples_clear(struct ct_conn *to)
{
	to->version = 0;
	__builtin_memset(&to->orig, 0, sizeof(to->orig));
	__builtin_memset(&to->reply, 0, sizeof(to->reply));
	return 0;
}

/* Templates, which only tell what a connection shall be like, have no addresses. */
static __always_inline __u32 tuples_read(struct ct_conn *to, struct nf_conn *ct)
{
	__u64 orig[TUPLE_WORDS], reply[TUPLE_WORDS];
	const void *from = (const void *)ct;
	__u32 present;
	__u16 l3;
	__u8 proto;

	if (bpf_core_type_size(struct nf_conntrack_tuple) > sizeof(orig))
		return tuples_clear(to);
	retis_read_words(orig, TUPLE_WORDS,
			 from + bpf_core_field_offset(struct nf_conn, tuplehash[0].tuple));
	l3 = TUPLE_GET(orig, src.l3num);
	if (l3 != NFPROTO_IPV4 && l3 != NFPROTO_IPV6)
		return tuples_clear(to);
	retis_read_words(reply, TUPLE_WORDS,
			 from + bpf_core_field_offset(struct nf_conn, tuplehash[1].tuple));
	to->version = l3 == NFPROTO_IPV4 ? 4 : 6;
	tuple_put(&to->orig, orig, l3 == NFPROTO_IPV6);
	tuple_put(&to->reply, reply, l3 == NFPROTO_IPV6);
	proto = TUPLE_GET(orig, dst.protonum);
	present = proto_presence(proto, to->orig.sport | to->orig.dport);
	if (present & (HAS(CT_HAS_ICMP) | HAS(CT_HAS_ICMPV6))) {
		icmp_put(&to->orig, orig);
		icmp_put(&to->reply, reply);
	} else if (present & HAS(CT_HAS_OTHER)) {
		to->orig.number = proto;
		to->reply.number = proto;
	}
	return present | HAS(CT_HAS_IP);
}

#endif
