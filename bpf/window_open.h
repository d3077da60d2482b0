/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Windows begin where functions are called, and end where they return. */
#ifndef BPF_WINDOW_OPEN_H
#define BPF_WINDOW_OPEN_H

#include "window.h"

static __always_inline struct window_stack *window_stack_make(__u64 frame)
{
	__u64 stack = frame & ~(WINDOW_STACK_SIZE - 1);
	const struct window_stack *blank;
	__u32 zero = 0;

	blank = bpf_map_lookup_elem(&window_blank, &zero);
	if (blank)
		bpf_map_update_elem(&windows, &stack, blank, BPF_NOEXIST);
	return bpf_map_lookup_elem(&windows, &stack);
}

/* The call that has FRAME is a window for PACKET; for the first one seen inside, if that
 * has no id. */
static __noinline void window_open(__u64 frame, const struct retis_packet *packet, __u32 probe)
{
	struct window_stack *w = window_stack_of(frame);
	struct window *window;
	__u32 n;

	if (!w)
		w = window_stack_make(frame);
	if (!w || !packet) {
		count_untracked(probe);
		return;
	}
	n = w->n_windows;
#pragma unroll
	for (int i = 0; i < WINDOWS_NESTED; i++)
		if (n && w->windows[WINDOW_INDEX(n - 1, WINDOWS_NESTED - 1)].frame <= frame)
			n--;
	if (n >= WINDOWS_NESTED) {
		count_untracked(probe);
		return;
	}
	window = &w->windows[WINDOW_INDEX(n, WINDOWS_NESTED - 1)];
	window->packet = *packet;
	/* What is inside is not at this struct sk_buff. */
	window->packet.skb = 0;
	window->frame = frame;
	w->n_windows = n + 1;
	window_push(w, window_depth(w, frame), frame);
}

/* A call that nobody has an event of at its entry. */
static __noinline void window_enter(__u64 frame)
{
	struct window_stack *w = window_stack_of(frame);

	if (w)
		window_push(w, window_depth(w, frame), frame);
}

static __noinline void window_close(__u64 frame)
{
	__u64 stack = frame & ~(WINDOW_STACK_SIZE - 1);
	struct window_stack *w = window_stack_of(frame);
	__u32 n;

	if (!w)
		return;
	n = w->n_windows;
#pragma unroll
	for (int i = 0; i < WINDOWS_NESTED; i++)
		if (n && w->windows[WINDOW_INDEX(n - 1, WINDOWS_NESTED - 1)].frame <= frame)
			n--;
	w->n_windows = n;
	w->n_calls = window_depth(w, frame);
	if (!n)
		bpf_map_delete_elem(&windows, &stack);
}

/* The call that had FRAME has returned. */
static __noinline void window_leave(__u64 frame)
{
	struct window_stack *w = window_stack_of(frame);

	if (w)
		w->n_calls = window_depth(w, frame);
}

static __always_inline void window_end(__u64 config, __u64 frame)
{
	if (CONFIG_ROLE(config) == TRACK_WINDOW)
		window_close(frame);
	else if (CONFIG_ROLE(config) == TRACK_CALL)
		window_leave(frame);
}

#endif
