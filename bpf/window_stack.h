/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept of the calls on a stack that has windows; see window.h. */
#ifndef BPF_WINDOW_STACK_H
#define BPF_WINDOW_STACK_H

#include <linux/types.h>

#include <retis/bpf/ctx.h>

/* Stacks of the kernel are that large at least, and so aligned (THREAD_SIZE). */
#define WINDOW_STACK_SIZE 16384ULL
/* Windows in windows, and calls that are told apart on one stack. Powers of two. */
#define WINDOWS_NESTED 8
#define WINDOW_CALLS 32
/* Stacks that have windows at one time. */
#define WINDOWS_MAX 1024

struct window {
	/* Where the call's return address is. */
	__u64 frame;
	struct retis_packet packet;
};

/* Calls on one stack of the kernel, outermost first. */
struct window_stack {
	__u32 n_windows;
	__u32 n_calls;
	struct window windows[WINDOWS_NESTED];
	__u64 calls[WINDOW_CALLS];
};

#endif
