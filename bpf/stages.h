/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A hit as a whole: hooks of each stage, tracking, the event. */
#ifndef BPF_STAGES_H
#define BPF_STAGES_H

#include "emit.h"
#include "window.h"

/* Several in one question: each one costs instructions even if its answer is known. What comes
 * ahead of the event, decides about it, or comes behind it. */
#define CONFIG_EARLY(config) ((config) & (CONFIG_WITH_SUPPLIED | CONFIG_WITH_BEFORE))
#define CONFIG_DECIDES(config) \
	((config) & (CONFIG_CHOOSES(~0ULL) | CONFIG_WITH_CALL_FILTER | CONFIG_WITH_WINDOWS))
#define CONFIG_LATE(config) ((config) & (CONFIG_WITH_AFTER | CONFIG_WITH_ROLE(0xf)))

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

/* Without a packet, or one that is NULL, only what runs for one is wanted. */
static __always_inline bool hit_wanted(struct retis_ctx *ctx, __u64 config, __u32 probe,
				       __u64 frame)
{
	bool windows = CONFIG_WINDOWS(config);

	if (!CONFIG_DECIDES(config))
		return !packet_draw(probe);
	if (windows && !ctx->skb && !CONFIG_STANDIN(config)) {
		window_visit(ctx, frame, true);
		return ctx->packet != NULL;
	}
	if (!packet_wanted(ctx, config, probe))
		return false;
	if (windows)
		window_visit(ctx, frame, true);
	return true;
}

/* A hit of a tracepoint, or of a function's entry. FRAME is on its stack. */
static __always_inline void probe_run(void *raw, struct retis_ctx *ctx, __u64 config, __u32 probe,
				      __u64 frame)
{
	if (CONFIG_EARLY(config)) {
		if (CONFIG_SUPPLIED(config))
			ctx->skb = (void *)slot_packet(ctx);
		if (CONFIG_BEFORE(config))
			slot_before(ctx);
	}
	if (CONFIG_EVENTS(config) && hit_wanted(ctx, config, probe, frame))
		event_make(raw, ctx, config, probe);
	if (!CONFIG_LATE(config))
		return;
	if (CONFIG_AFTER(config) && packet_known(ctx, config))
		slot_after(ctx);
	track_enter(ctx->skb, ctx->args[1], CONFIG_ROLE(config), probe);
}

/* The same where a function returns. */
static __always_inline bool return_wanted(struct retis_ctx *ctx, __u64 config,
					  const struct call *call, __u32 probe, __u64 frame)
{
	bool windows = CONFIG_WINDOWS(config);

	if (windows && call && call->time)
		ctx->duration = ctx->timestamp - call->time;
	if (windows && !ctx->skb) {
		window_visit(ctx, frame, false);
		return ctx->packet != NULL;
	}
	if (!call_wanted(ctx, config, call, probe))
		return false;
	if (windows)
		window_visit(ctx, frame, false);
	return true;
}

/* The return of CALL, which had FRAME. */
static __always_inline void probe_return(void *raw, struct retis_ctx *ctx, __u64 config,
					 __u32 probe, const struct call *call, __u64 frame)
{
	track_follow(ctx, CONFIG_ROLE(config), call, probe);
	if (CONFIG_BEFORE(config))
		slot_before(ctx);
	if (CONFIG_EVENTS(config) && return_wanted(ctx, config, call, probe, frame))
		event_make(raw, ctx, config, probe);
	if (CONFIG_AFTER(config) && packet_known(ctx, config))
		slot_after(ctx);
}

#endif
