/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which packet is this? One is known by its skb->head as long as that is its own:
 * clones share it, copies and changes of it are followed where functions that make
 * them return, and its end is where the kernel frees it. In between it may look like
 * anything.
 */
#ifndef BPF_TRACK_H
#define BPF_TRACK_H

#include <linux/errno.h>

#include "filter.h"
#include "losses.h"
#include "maps.h"
#include "rate.h"

static __always_inline __u64 packet_head(const void *address)
{
	return retis_read_number(sk_buff, address, head);
}

static __always_inline struct track_bucket *track_bucket(__u64 head)
{
	__u32 index = (__u32)(head * 0x9e3779b97f4a7c15ULL >> 32) & track_mask;

	return bpf_map_lookup_elem(&tracked, &index);
}

/* One of B's packets, which one the verifier shall not know: it would follow each by itself
 * through all that comes. */
static __always_inline struct retis_packet *track_slot(struct track_bucket *b, __u64 slot)
{
	return &b->packets[(slot + b->zero) & (TRACK_SLOTS - 1)];
}

/* The packet whose head is HEAD, or NULL. */
static __always_inline struct retis_packet *track_at(__u64 head, __u64 now)
{
	struct track_bucket *b = track_bucket(head);
	struct retis_packet *p;
	__u64 slot;

	if (!b || !head)
		return NULL;
#pragma unroll
	for (slot = 0; slot < TRACK_SLOTS; slot++)
		if (b->heads[slot] == head)
			break;
	if (slot == TRACK_SLOTS)
		return NULL;
	p = track_slot(b, slot);
	return track_max_age && now - p->seen > track_max_age ? NULL : p;
}

/* Is it known? Then it is in CTX. */
static __noinline bool track_find(struct retis_ctx *ctx)
{
	struct retis_packet *p = track_at(packet_head(ctx->skb), ctx->timestamp);

	if (!p)
		return false;
	p->seen = ctx->timestamp;
	p->skb = (__u64)ctx->skb;
	ctx->packet = p;
	return true;
}

/* Free, or left by another packet that had HEAD, or that was not seen for too long. */
static __always_inline bool track_is_free(const struct track_bucket *b, __u64 slot, __u64 held,
					  __u64 head, __u64 now)
{
	return !held || held == head ||
	       (track_max_age && now - b->packets[slot].seen > track_max_age);
}

/* A slot of B that is SLOT_BUSY from then on; TRACK_SLOTS: there is none. */
static __always_inline __u64 track_claim(struct track_bucket *b, __u64 head, __u64 now)
{
	__u64 slot;

#pragma unroll
	for (slot = 0; slot < TRACK_SLOTS; slot++) {
		__u64 held = b->heads[slot];

		if (track_is_free(b, slot, held, head, now) &&
		    __sync_val_compare_and_swap(&b->heads[slot], held, SLOT_BUSY) == held)
			break;
	}
	return slot;
}

/* P to a slot of its own, and where that is; or NULL, and counted. */
static __always_inline struct retis_packet *track_put(__u64 head, const struct retis_packet *p,
						      __u32 probe)
{
	struct track_bucket *b = track_bucket(head);
	__u64 slot = b ? track_claim(b, head, p->seen) : TRACK_SLOTS;
	struct retis_packet *to;

	if (!b || slot == TRACK_SLOTS) {
		count_untracked(probe);
		return NULL;
	}
	slot = (slot + b->zero) & (TRACK_SLOTS - 1);
	to = &b->packets[slot];
	*to = *p;
	__sync_lock_test_and_set(&b->heads[slot], head);
	return to;
}

/* From here on it is known, if it was not before. */
static __noinline void track_begin(struct retis_ctx *ctx, __u32 probe, __u64 muted)
{
	__u64 head = packet_head(ctx->skb), now = ctx->timestamp;
	struct retis_packet fresh = { .id = { now, head | muted },
				      .seen = now,
				      .skb = (__u64)ctx->skb };

	if (head && is_of_network(ctx->skb))
		ctx->packet = track_put(head, &fresh, probe);
}

/* In all slots: two clones may have begun at the same time, and ends may be missed. */
static __noinline void track_end(const void *skb)
{
	__u64 head = packet_head(skb);
	struct track_bucket *b = track_bucket(head);

	if (!b || !head)
		return;
#pragma unroll
	for (int i = 0; i < TRACK_SLOTS; i++)
		if (b->heads[i] == head)
			b->heads[i] = 0;
}

/* The low half of dataref are all users of a head, the high half those who need only what is
 * behind its headers (include/linux/skbuff.h). */
static __always_inline bool is_last_user(const void *address)
{
	struct sk_buff *skb = retis_cast(sk_buff, address);
	void *shared = (void *)packet_head(address) + retis_read(skb, end);

	if (!retis_read_bitfield(skb, cloned))
		return true;
	return retis_read(retis_cast(skb_shared_info, shared), dataref.counter) ==
	       (retis_read_bitfield(skb, nohdr) ? (1 << 16) + 1 : 1);
}

/* --- is it wanted? ---------------------------------------------------------- */

/* CONFIG is a constant, as everywhere. */
static __always_inline bool packet_wanted(struct retis_ctx *ctx, __u64 config, __u32 probe)
{
	__u64 muted;

	if (CONFIG_TRACK(config) && track_find(ctx))
		return !sample_of || !(ctx->packet->id.head & PACKET_MUTED);
	if (!CONFIG_EVENTS(config) || !filters_pass(ctx, config))
		return false;
	muted = packet_draw(probe);
	if (CONFIG_TRACK(config) && !CONFIG_NO_BEGIN(config))
		track_begin(ctx, probe, muted);
	return !muted;
}

/* Is the packet tracked? Who had no event to make has not looked yet. */
static __always_inline bool packet_known(struct retis_ctx *ctx, __u64 config)
{
	if (!CONFIG_TRACK(config))
		return false;
	return CONFIG_EVENTS(config) ? ctx->packet != NULL : track_find(ctx);
}

#endif
