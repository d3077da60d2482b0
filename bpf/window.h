/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions that see no packet, while they run for one: a window is a call with a packet,
 * and what it calls is inside. Calls on one stack are nested, so the addresses of their
 * frames tell which go on around a call: those above it. What is not above it has
 * returned, also if nobody saw that; what is above it goes on if its return was not seen.
 */
#ifndef BPF_WINDOW_H
#define BPF_WINDOW_H

#include "losses.h"
#include "maps.h"

/* N within 0 to MASK, for verifiers: the compiler may know, and leave it out. */
#define WINDOW_INDEX(n, mask)                                        \
	({                                                           \
		__u64 index_ = (n);                                  \
		asm volatile("%0 &= %1" : "+r"(index_) : "i"(mask)); \
		index_;                                              \
	})

static __always_inline struct window_stack *window_stack_of(__u64 frame)
{
	__u64 stack = frame & ~(WINDOW_STACK_SIZE - 1);

	return bpf_map_lookup_elem(&windows, &stack);
}

/* Number of calls that go on around the one that has FRAME. */
static __always_inline __u32 window_depth(const struct window_stack *w, __u64 frame)
{
	__u32 n = w->n_calls;

	for (int i = 0; i < WINDOW_CALLS; i++) {
		if (!n || w->calls[WINDOW_INDEX(n - 1, WINDOW_CALLS - 1)] > frame)
			break;
		n--;
	}
	return n;
}

static __always_inline void window_push(struct window_stack *w, __u32 depth, __u64 frame)
{
	if (depth >= WINDOW_CALLS)
		return;
	w->calls[WINDOW_INDEX(depth, WINDOW_CALLS - 1)] = frame;
	w->n_calls = depth + 1;
}

/* The innermost window around FRAME, or NULL. */
static __always_inline struct window *window_around(struct window_stack *w, __u64 frame)
{
	__u32 n = w->n_windows;

#pragma unroll
	for (int i = 0; i < WINDOWS_NESTED; i++)
		if (n && w->windows[WINDOW_INDEX(n - 1, WINDOWS_NESTED - 1)].frame <= frame)
			n--;
	return n ? &w->windows[WINDOW_INDEX(n - 1, WINDOWS_NESTED - 1)] : NULL;
}

/* A call, or what is hit during one: how deep it is, and the packet it is about if it has
 * none. ENTRY: what follows may be inside of it. */
static __noinline void window_visit(struct retis_ctx *ctx, __u64 frame, bool entry)
{
	struct window_stack *w = window_stack_of(frame);
	struct window *window;
	__u32 depth;

	if (!w)
		return;
	depth = window_depth(w, frame);
	if (entry)
		window_push(w, depth, frame);
	window = window_around(w, frame);
	if (!window)
		return;
	ctx->depth = depth;
	if (ctx->packet && !window->packet.id.time) {
		window->packet = *ctx->packet;
		window->packet.skb = 0;
	}
	if (!ctx->skb && !ctx->packet && window->packet.id.time)
		ctx->packet = &window->packet;
}

#endif
