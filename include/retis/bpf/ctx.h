/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What a probe knows when it is hit, handed to each hook. */
#ifndef RETIS_BPF_CTX_H
#define RETIS_BPF_CTX_H

#include <linux/types.h>

/* Raw tracepoints have at most this many arguments (include/trace/bpf_probe.h),
 * and so have functions that can be traced. */
#define RETIS_MAX_ARGS 12

/* Hooks only read it. */
struct retis_ctx {
	/* CLOCK_MONOTONIC nanoseconds. */
	__u64 timestamp;
	/* The packet: a struct sk_buff *, or NULL if this probe has none. */
	void *skb;
	/* Arguments of the probed function or tracepoint; filled are only those
	 * that some hook of this probe asked for. */
	__u64 args[RETIS_MAX_ARGS];
	/* What the function returned, if `has_ret`: the probe is at its end, and
	 * it returns something. */
	__u64 ret;
	__u64 has_ret;
};

#endif
