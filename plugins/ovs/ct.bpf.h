/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the action "ct" is told to do: a struct of the kernel's own. */
#ifndef OVS_CT_ACTION_H
#define OVS_CT_ACTION_H

#include <bpf/bpf_endian.h>

#include "kernel.bpf.h"
#include "section.h"

#define AF_INET 2
#define AF_INET6 10

static __always_inline __u32 ct_flags(const struct ovs_conntrack_info *info, __u16 family, __u8 nat)
{
	__u32 flags = 0;

	if (BPF_CORE_READ_BITFIELD_PROBED(info, commit))
		flags |= OVS_CT_COMMIT;
	if (BPF_CORE_READ_BITFIELD_PROBED(info, force))
		flags |= OVS_CT_FORCE;
	if (family == AF_INET)
		flags |= OVS_CT_IP4;
	if (family == AF_INET6)
		flags |= OVS_CT_IP6;
	if (nat)
		flags |= OVS_CT_NAT;
	if (nat & OVS_SRC_NAT)
		flags |= OVS_CT_NAT_SRC;
	if (nat & OVS_DST_NAT)
		flags |= OVS_CT_NAT_DST;
	return flags;
}

static __always_inline void ct_address(__u8 to[16], const union nf_inet_addr *from, __u16 family)
{
	if (family == AF_INET6) {
		bpf_core_read(to, 16, from);
		return;
	}
	to[10] = to[11] = 0xff;
	bpf_core_read(to + 12, 4, from);
}

static __always_inline void put_range(struct ovs_section *s, const struct nf_nat_range2 *range,
				      __u16 family)
{
	__u32 flags = retis_read_module(range, flags) & OVS_CT_RANGE_BITS;

	s->ct.flags |= flags << OVS_CT_RANGE_SHIFT;
	if (s->ct.flags & OVS_CT_RANGE_ADDRESS && s->ct.flags & (OVS_CT_IP4 | OVS_CT_IP6)) {
		ct_address(s->ct.min_address, &range->min_addr, family);
		ct_address(s->ct.max_address, &range->max_addr, family);
		retis_section_present(s, OVS_HAS_NAT_ADDRESS);
	}
	if (s->ct.flags & OVS_CT_RANGE_PORT) {
		s->ct.min_port = bpf_ntohs(retis_read_module(range, min_proto.all));
		s->ct.max_port = bpf_ntohs(retis_read_module(range, max_proto.all));
		retis_section_present(s, OVS_HAS_NAT_PORT);
	}
}

/* Not inline: there are programs enough that never get here. */
static __noinline void put_ct(struct ovs_section *s, const void *address)
{
	const struct ovs_conntrack_info *info = address;
	__u16 family = retis_read_module(info, family);
	__u8 nat = BPF_CORE_READ_BITFIELD_PROBED(info, nat);

	if (!s)
		return;
	s->ct.flags = ct_flags(info, family, nat);
	s->ct.zone = retis_read_module(info, zone.id);
	retis_section_present(s, OVS_HAS_CT);
	if (!nat)
		return;
	retis_section_present(s, OVS_HAS_NAT);
	if (nat & (OVS_SRC_NAT | OVS_DST_NAT)) {
		s->ct.direction = nat & OVS_SRC_NAT ? OVS_NAT_SRC : OVS_NAT_DST;
		retis_section_present(s, OVS_HAS_NAT_DIR);
	}
	if (bpf_core_field_exists(struct ovs_conntrack_info, range))
		put_range(s, &info->range, family);
}

#endif
