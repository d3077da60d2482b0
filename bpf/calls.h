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
#include "window_open.h"

/* What CALL was called with, as far as it is about its packet. */
static __noinline void call_note_packet(struct call *call, void *skb, __u64 config, __u32 probe)
{
	struct retis_ctx ctx = { .timestamp = bpf_ktime_get_ns(), .skb = skb };

	/* Stand-ins would need arguments, and more stack than there is. Conditions on the call
	 * wait for its return. */
	config &= ~(CONFIG_WITH_STANDIN | CONFIG_WITH_CALL_FILTER);
	call->wanted = packet_wanted(&ctx, config, probe);
	if (ctx.packet)
		call->packet = *ctx.packet;
	call->head = packet_head(skb);
}

/* The call that has FRAME on its stack. */
static __always_inline void call_note_window(struct call *call, const void *skb, __u64 frame,
					     __u64 config, __u32 probe)
{
	call->time = bpf_ktime_get_ns();
	if (CONFIG_EVENTS(config))
		window_enter(frame);
	if (CONFIG_ROLE(config) == TRACK_WINDOW && (call->packet.id.time || !skb))
		window_open(frame, &call->packet, probe);
}

/* Also before events are wanted: the call may return when they are. Packets are tracked
 * only once everything is attached that sees their ends. CALL may have the arguments. STACK
 * is where the call's frame is, FRAME its name. */
static __always_inline long call_keep(__u64 frame, __u64 probe, struct call *call, void *skb,
				      __u64 config, __u64 stack)
{
	const struct call_key key = { frame, probe };

	/* Who neither tracks nor filters spares the stack that this takes. */
	if (CONFIG_CHOOSES(config) && skb && is_collecting())
		call_note_packet(call, skb, config, probe);
	if (CONFIG_WINDOWS(config) && is_collecting())
		call_note_window(call, skb, stack, config, probe);
	if (!CONFIG_EVENTS(config) && !call->packet.id.time && CONFIG_ROLE(config) != TRACK_WINDOW)
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
