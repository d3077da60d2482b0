/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One hook of each stage, and one that spoils events. */
#include <retis/bpf/hook.h>

#include "section.h"

char LICENSE[] SEC("license") = "GPL";

RETIS_COUNTERS(N_STAGES_COUNTERS);

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} hits SEC(".maps");

/* include/net/netfilter/nf_tables.h; the packet is its first member in all kernels. */
struct nft_pktinfo {
	void *skb;
} __attribute__((preserve_access_index));

/* Up to 6.3 the packet is behind this one. */
struct nft_traceinfo {
	struct nft_pktinfo *pkt;
} __attribute__((preserve_access_index));

const volatile __u8 spoils = 0;

SEC("hook/before")
int before(struct retis_ctx *ctx, struct retis_event *event)
{
	/* The last one: there is none unless setup() made room for it. */
	__u32 last = 3;
	__u64 *n = bpf_map_lookup_elem(&hits, &last);

	if (n)
		__sync_fetch_and_add(n, 1);
	if (!event)
		retis_count(STAGES_BEFORE);
	return 0;
}

SEC("hook/after")
int after(struct retis_ctx *ctx, struct retis_event *event)
{
	if (!event && ctx->packet)
		retis_count(STAGES_AFTER);
	return 0;
}

SEC("hook/packet")
__u64 packet(struct retis_ctx *ctx, struct retis_event *event)
{
	struct nft_pktinfo *info = (void *)retis_arg(ctx, 0);
	struct nft_traceinfo *trace = (void *)retis_arg(ctx, 1);

	if (bpf_core_field_exists(struct nft_traceinfo, pkt))
		return (__u64)BPF_CORE_READ(trace, pkt, skb);
	return (__u64)BPF_CORE_READ(info, skb);
}

SEC("hook/collect")
int collect(struct retis_ctx *ctx, struct retis_event *event)
{
	struct stages_section *s = retis_section(event, STAGES_SECTION, sizeof(*s));
	__u32 last = 3;
	__u64 *n;

	if (!s)
		return 0;
	n = bpf_map_lookup_elem(&hits, &last);
	s->hits = n ? *n : 0;
	s->skb = (__u64)ctx->skb;
	s->by_type = retis_arg(ctx, STAGES_BY_TYPE);
	s->by_name = retis_arg(ctx, STAGES_BY_NAME);
	s->by_position = retis_arg(ctx, STAGES_BY_POSITION);
	s->not_there = retis_arg(ctx, STAGES_NOT_THERE);
	return 0;
}

SEC("hook/spoil")
int spoil(struct retis_ctx *ctx, struct retis_event *event)
{
	if (spoils)
		event->size += 3;
	return 0;
}
