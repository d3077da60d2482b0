/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tunnel that the action "set" sets: a struct of the kernel's own. */
#ifndef OVS_TUNNEL_H
#define OVS_TUNNEL_H

#include <bpf/bpf_endian.h>

#include "kernel.bpf.h"
#include "section.h"

static __always_inline void put_tunnel(struct ovs_section *s, const void *address)
{
	const struct ovs_tunnel_info *info = address;
	struct metadata_dst *dst = retis_read_module(info, tun_dst);
	struct ip_tunnel_key *key = &dst->u.tun_info.key;
	struct ovs_tunnel *t = &s->tunnel;

	t->id = bpf_be64_to_cpu(retis_read_module(key, tun_id));
	t->tos = retis_read_module(key, tos);
	t->ttl = retis_read_module(key, ttl);
	t->src_port = bpf_ntohs(retis_read_module(key, tp_src));
	t->dst_port = bpf_ntohs(retis_read_module(key, tp_dst));
	if (retis_read_module(dst, u.tun_info.mode) & IP_TUNNEL_INFO_IPV6) {
		bpf_core_read(t->src, sizeof(t->src), &key->u.ipv6.src);
		bpf_core_read(t->dst, sizeof(t->dst), &key->u.ipv6.dst);
	} else {
		t->src[10] = t->src[11] = t->dst[10] = t->dst[11] = 0xff;
		bpf_core_read(t->src + 12, 4, &key->u.ipv4.src);
		bpf_core_read(t->dst + 12, 4, &key->u.ipv4.dst);
	}
	retis_section_present(s, OVS_HAS_TUNNEL);
}

#endif
