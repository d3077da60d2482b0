/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hit as a whole: hooks of each stage, tracking, the event. */
#ifndef BPF_STAGES_H
#define BPF_STAGES_H

#include "emit.h"

static __noinline __u64 slot_before(struct retis_ctx *ctx)
{
	return retis_slot(RETIS_SLOT_BEFORE, ctx, 0, 0);
}

static __noinline __u64 slot_after(struct retis_ctx *ctx)
{
	return retis_slot(RETIS_SLOT_AFTER, ctx, 0, 0);
}

static __noinline __u64 slot_packet(struct retis_ctx *ctx)
{
	return retis_slot(RETIS_SLOT_PACKET, ctx, 0, 0);
}

/* A hit of a tracepoint, or of a function's entry. */
static __always_inline void probe_run(void *raw, struct retis_ctx *ctx, __u64 config, __u32 probe)
{
	if (CONFIG_SUPPLIED(config))
		ctx->skb = (void *)slot_packet(ctx);
	if (CONFIG_BEFORE(config))
		slot_before(ctx);
	if (CONFIG_EVENTS(config) && packet_wanted(ctx, config, probe))
		event_make(raw, ctx, config, probe);
	if (CONFIG_AFTER(config) && packet_known(ctx, config))
		slot_after(ctx);
	track_leave(ctx->skb, ctx->args[1], CONFIG_ROLE(config));
}

/* The return of CALL. */
static __always_inline void probe_return(void *raw, struct retis_ctx *ctx, __u64 config,
					 __u32 probe, const struct call *call)
{
	track_follow(ctx, CONFIG_ROLE(config), call, probe);
	if (CONFIG_BEFORE(config))
		slot_before(ctx);
	if (CONFIG_EVENTS(config) && call_wanted(ctx, config, call))
		event_make(raw, ctx, config, probe);
	if (CONFIG_AFTER(config) && packet_known(ctx, config))
		slot_after(ctx);
}

#endif
