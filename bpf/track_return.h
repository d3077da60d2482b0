/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What became of a packet while a function ran, seen where that returns. */
#ifndef BPF_TRACK_RETURN_H
#define BPF_TRACK_RETURN_H

#include "track_copy.h"

/* Pointers that functions return may be errors (include/linux/err.h). */
#define IS_POINTER(p) ((p) && (p) < -4095ULL)

/* What the function returned are copies of its packet, which is still there. */
static __noinline void track_copies(struct retis_ctx *ctx, __u32 probe)
{
	struct copies c = { .skb = (const void *)ctx->ret, .now = ctx->timestamp, .probe = probe };

	if (IS_POINTER(ctx->ret))
		track_list(ctx->skb, &c);
}

static __noinline void track_move(const void *skb, const struct call *call, __u32 probe)
{
	struct retis_packet same = call->packet;
	__u64 head = packet_head(skb);

	if (head != call->head)
		track_put(head, &same, probe);
}

/* What became of the packet; CALL is there for roles that need it. */
static __always_inline void track_follow(struct retis_ctx *ctx, enum track_role role,
					 const struct call *call, __u32 probe)
{
	if (role == TRACK_COPIES)
		track_copies(ctx, probe);
	if ((role != TRACK_MOVE && role != TRACK_REPLACE) || ctx->ret || !call->packet.id.time)
		return;
	if (role == TRACK_MOVE)
		track_move(ctx->skb, call, probe);
	else if (packet_head(ctx->skb) != call->head)
		track_copy(ctx->skb, &call->packet.id, ctx->timestamp, probe);
}

/* Where memory is free and nobody else's yet, the kernel keeps its list of what is free in
 * the middle of it, which is where an sk_buff has its lengths. */
static __always_inline bool lengths_agree(const void *address)
{
	struct sk_buff *skb = retis_cast(sk_buff, address);
	__u64 linear = retis_read(skb, len) - retis_read(skb, data_len);

	return (__u64)retis_read(skb, data) + linear ==
	       packet_head(address) + retis_read(skb, tail);
}

/* Does SKB still hold the packet ID? It may have been freed and be another one, or one of
 * several that share their bytes. */
static __noinline bool track_holds(const void *skb, const struct retis_packet_id *id, __u64 now)
{
	struct retis_packet *p = track_at(packet_head(skb), now);

	return p && p->id.time == id->time && p->id.head == id->head && lengths_agree(skb);
}

/* The same when a function returns: what was found out when it was called holds. */
static __always_inline bool call_wanted(struct retis_ctx *ctx, __u64 config,
					const struct call *call, __u32 probe)
{
	bool wanted, held;

	if (!CONFIG_CALL(config)) {
		wanted = filters_pass(ctx, config & ~CONFIG_WITH_STANDIN) && !packet_draw(probe);
		ctx->skb = NULL;
		return wanted;
	}
	if (call->packet.id.time)
		ctx->packet = &call->packet;
	else if (CONFIG_CALL_FILTER(config) && !slot_call_filter(ctx))
		return false;
	held = CONFIG_TRACK(config) && !CONFIG_END(config) &&
	       track_holds(ctx->skb, &call->packet.id, ctx->timestamp);
	if (!held)
		ctx->skb = NULL;
	if (call->wanted)
		count_return(probe, held);
	return call->wanted;
}

#endif
