/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls that are going on, for probes at returns. An entry keeps what the function
 * was called with under the call's own name: an address no other call has while it
 * lives, be it nested, recursive or in an interrupt; and the probe, as a function
 * that ends by jumping to another one leaves it its frame.
 */
#ifndef BPF_CALLS_H
#define BPF_CALLS_H

#include "stages.h"

/* What CALL was called with, as far as it is about its packet. */
static __noinline void call_note_packet(struct call *call, void *skb, __u64 config, __u32 probe)
{
	struct retis_ctx ctx = { .timestamp = bpf_ktime_get_ns(), .skb = skb };

	call->wanted = packet_wanted(&ctx, config, probe);
	if (ctx.packet)
		call->packet = *ctx.packet;
	call->head = packet_head(skb);
}

/* Also before events are wanted: the call may return when they are. Packets are tracked
 * only once everything is attached that sees their ends. CALL may have the arguments. */
static __always_inline long call_keep(__u64 frame, __u64 probe, struct call *call, void *skb,
				      __u64 config)
{
	const struct call_key key = { frame, probe };

	if (CONFIG_TRACK(config) && skb && collecting())
		call_note_packet(call, skb, config, probe);
	if (!CONFIG_EVENTS(config) && !call->packet.id.time)
		return 0;
	return bpf_map_update_elem(&calls, &key, call, BPF_ANY);
}

/* At the return: what was kept at the entry, until call_forget(). Like that one not
 * inline: its key would take stack from the hooks. */
static __noinline const struct call *call_find(__u64 frame, __u64 probe)
{
	const struct call_key key = { frame, probe };

	return bpf_map_lookup_elem(&calls, &key);
}

static __noinline void call_forget(__u64 frame, __u64 probe)
{
	const struct call_key key = { frame, probe };

	bpf_map_delete_elem(&calls, &key);
}

#endif
