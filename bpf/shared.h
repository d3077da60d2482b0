/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the probe templates and the program agree upon. */
#ifndef BPF_SHARED_H
#define BPF_SHARED_H

#include <linux/types.h>

#include <retis/event.h>

/* Interrupted by an interrupt, interrupted by an NMI: task, softirq, hardirq,
 * NMI may each be building an event on one processor. */
#define SCRATCH_LEVELS 4

/* What the configuration slot of a probe returns: one immediate. */
#define CONFIG_PROBE(config) ((__u16)(config))
#define CONFIG_HAS_ARG(config, i) ((config) >> 16 & 1ULL << (i))
#define CONFIG_SKB(config) ((__u8)((config) >> 28 & 0xf))
#define CONFIG_NO_SKB 0xf
#define CONFIG_MAKE(probe, args, skb) \
	((__u64)(__u16)(probe) | (__u64)((args)&0xfff) << 16 | (__u64)((skb)&0xf) << 28)

/* Per probe and processor; only ever grow. */
struct loss_counters {
	__u64 ring_full;  /* events that found no room in the ring */
	__u64 ring_bytes; /* and their size */
	__u64 nesting;	  /* hits while all scratch buffers were in use */
	__u64 space;	  /* sections that found no room in their event */
};

/* For all processors. */
struct collect_state {
	/* Events are wanted: set once every probe is attached. */
	__u32 enabled;
};

/* Per processor. */
struct cpu_state {
	/* Events lost since the last one that made it into the ring. */
	__u32 lost;
};

#endif
