/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What a probe knows when it is hit, handed to each hook. */
#ifndef RETIS_BPF_CTX_H
#define RETIS_BPF_CTX_H

#include <linux/types.h>

/* Raw tracepoints have at most this many arguments (include/trace/bpf_probe.h),
 * and so have functions that can be traced. */
#define RETIS_MAX_ARGS 12

/* What hooks and the host agree upon, which is in this file and hook.h. */
#define RETIS_BPF_ABI 1

/* A hook reads its argument N from this far behind the context, and 8 * N more: the host puts
 * the place where it is instead. */
#define RETIS_ARG_OFFSET 0x4000
/* The same for whether it is there: the host puts a constant. */
#define RETIS_HAS_ARG_OFFSET (RETIS_ARG_OFFSET + 8 * RETIS_MAX_ARGS)

/* What a packet is known by, whatever becomes of it. */
struct retis_packet_id {
	/* When it was first seen, CLOCK_MONOTONIC nanoseconds; never 0. */
	__u64 time;
	/* Its skb->head at that time. */
	__u64 head;
};

/* A packet that is tracked. */
struct retis_packet {
	struct retis_packet_id id;
	/* Of the packet it was copied from; time 0: it is no copy. */
	struct retis_packet_id parent;
	/* When a probe saw it last, CLOCK_MONOTONIC nanoseconds. */
	__u64 seen;
	/* Where its struct sk_buff was then. Clones of a packet differ in it. */
	__u64 skb;
};

/* Room for headers that a packet filter shall look at, see RETIS_STAGE_STANDIN; all zero. */
#define RETIS_STANDIN_SIZE 64
struct retis_standin {
	__u8 bytes[RETIS_STANDIN_SIZE];
} __attribute__((aligned(8)));

/* Hooks only read it. */
struct retis_ctx {
	/* CLOCK_MONOTONIC nanoseconds. */
	__u64 timestamp;
	/* The packet: a struct sk_buff *, or NULL if this probe has none, or if
	 * it is gone when a function returns. */
	void *skb;
	/* What is known of the packet, also if it is gone; NULL if it is not tracked. */
	const struct retis_packet *packet;
	/* Arguments of the probed function or tracepoint, where retis_arg() finds
	 * those that a hook asks for. */
	__u64 args[RETIS_MAX_ARGS];
	/* Where a function returns, if there are windows: how long the call took, ns. */
	__u64 duration;
	/* What the function returned, if `has_ret`: the probe is at its end, and
	 * it returns something. */
	__u64 ret;
	__u16 has_ret;
	/* In a window (probe option `ftrace`): calls of probed functions that go on around
	 * this one. */
	__u16 depth;
	/* The host's. */
	__u32 spoiled;
};

#endif
