/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The skb-tracking section as it travels. */
#ifndef TRACKING_SECTION_H
#define TRACKING_SECTION_H

#include <linux/types.h>

#define TRACKING_SECTION 0

#define TRACKING_HAS_PARENT 1
#define TRACKING_HAS_DEPTH 2
#define TRACKING_HAS_DURATION 3

/* When a packet was first seen (CLOCK_MONOTONIC, ns), and its head then. */
struct tracking_id {
	__u64 orig_head;
	__u64 timestamp;
};

struct tracking_section {
	struct tracking_id id;
	/* Address of the struct sk_buff. */
	__u64 skb;
	/* TRACKING_HAS_PARENT: of the packet it was copied from. */
	struct tracking_id parent;
	/* TRACKING_HAS_DURATION: of the call, ns. */
	__u64 duration;
	/* TRACKING_HAS_DEPTH: calls of probed functions around it. */
	__u32 depth;
};

#endif
