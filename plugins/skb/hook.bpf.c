/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The packet's metadata in its struct sk_buff. */
#include <bpf/bpf_endian.h>

#include <retis/bpf/skb.h>

#include "packet.bpf.h"
#include "section.h"

#define AF_NETLINK 16

char LICENSE[] SEC("license") = "GPL";

/* Groups to report besides the VLAN tag, SKB_WANTS(). Set by the plugin. */
const volatile __u64 wanted = 0;

/* VLAN_CFI_MASK */
#define VLAN_BIT_12 0x1000

/* A socket starts with it. */
struct sock_common___family {
	unsigned short skc_family;
} __attribute__((preserve_access_index));

/* Messages of netlink sockets travel in an skb too, and are no packets. */
static __always_inline bool is_netlink(struct sk_buff *skb)
{
	struct sock_common___family *sk = (void *)retis_read(skb, sk);

	return sk && retis_read(sk, skc_family) == AF_NETLINK;
}

SEC("hook/packet")
int packet(struct retis_ctx *ctx, struct retis_event *event)
{
	if (ctx->skb && !is_netlink(retis_cast(sk_buff, ctx->skb)))
		packet_capture(retis_cast(sk_buff, ctx->skb), event);
	return 0;
}

/* A tag that hardware offloading took out of the packet's bytes. */
static __always_inline bool vlan_read(struct skb_vlan *vlan, struct sk_buff *skb)
{
	__be16 proto;
	__u16 tci;

	if (!retis_vlan_tag(skb, &proto, &tci))
		return false;
	vlan->proto = bpf_ntohs(proto);
	vlan->vid = tci & 0xfff;
	vlan->dei = !!(tci & VLAN_BIT_12);
	vlan->pcp = tci >> 13;
	return true;
}

static __always_inline void meta_read(struct skb_meta *meta, struct sk_buff *skb)
{
	meta->len = retis_read(skb, len);
	meta->data_len = retis_read(skb, data_len);
	meta->hash = retis_read(skb, hash);
	meta->csum = retis_read(skb, csum);
	meta->priority = retis_read(skb, priority);
	meta->ip_summed = retis_read_bitfield(skb, ip_summed);
	meta->csum_level = retis_read_bitfield(skb, csum_level);
}

static __always_inline void data_ref_read(struct skb_data_ref *ref, struct sk_buff *skb,
					  struct skb_shared_info *shared)
{
	/* Low half: all references; high half: those to the payload only. */
	__u32 dataref = retis_read(shared, dataref.counter);

	ref->users = retis_read(skb, users.refs.counter);
	ref->dataref = dataref & 0xffff;
	ref->payload_refs = dataref >> 16;
	ref->nohdr = retis_read_bitfield(skb, nohdr);
	ref->cloned = retis_read_bitfield(skb, cloned);
	ref->fclone = retis_read_bitfield(skb, fclone);
}

static __always_inline bool gso_read(struct skb_gso *gso, struct skb_shared_info *shared)
{
	__u32 size = retis_read(shared, gso_size);

	if (!size)
		return false;
	gso->size = size;
	gso->segs = retis_read(shared, gso_segs);
	gso->type = retis_read(shared, gso_type);
	gso->frags = retis_read(shared, nr_frags);
	if (bpf_core_field_exists(struct skb_shared_info, flags))
		gso->flags = retis_read(shared, flags);
	return true;
}

/* The section ends behind the last group that was asked for. */
static __always_inline __u32 section_size(void)
{
	if (wanted & SKB_WANTS(SKB_GSO))
		return sizeof(struct skb_section);
	if (wanted & SKB_WANTS(SKB_DATA_REF))
		return offsetof(struct skb_section, gso);
	if (wanted & SKB_WANTS(SKB_META))
		return offsetof(struct skb_section, data_ref);
	return sizeof(struct skb_vlan);
}

SEC("hook/skb")
int skb(struct retis_ctx *ctx, struct retis_event *event)
{
	struct sk_buff *skb = retis_cast(sk_buff, ctx->skb);
	struct skb_section *section, local = {};
	struct skb_shared_info *shared;
	__u32 present = 0;

	if (!ctx->skb)
		return 0;
	if (vlan_read(&local.vlan, skb))
		present |= SKB_WANTS(SKB_VLAN);
	if (wanted & SKB_WANTS(SKB_META)) {
		meta_read(&local.meta, skb);
		present |= SKB_WANTS(SKB_META);
	}
	if (wanted & (SKB_WANTS(SKB_DATA_REF) | SKB_WANTS(SKB_GSO))) {
		shared = retis_shared_info(skb);
		if (wanted & SKB_WANTS(SKB_DATA_REF)) {
			data_ref_read(&local.data_ref, skb, shared);
			present |= SKB_WANTS(SKB_DATA_REF);
		}
		if (wanted & SKB_WANTS(SKB_GSO) && gso_read(&local.gso, shared))
			present |= SKB_WANTS(SKB_GSO);
	}
	if (!present)
		return 0;

	section = retis_section_open(event, SKB_SECTION, sizeof(*section));
	if (!section)
		return 0;
	*section = local;
	retis_section_set_present(section, present);
	retis_section_finish(event, section, sizeof(*section), section_size());
	return 0;
}
