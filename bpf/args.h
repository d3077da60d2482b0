/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arguments of what is probed, as they are meant. */
#ifndef BPF_ARGS_H
#define BPF_ARGS_H

#include "maps.h"

/* Argument I is wanted, or one behind it: mostly there are few. */
#define CONFIG_HAS_ARGS_FROM(config, i) ((config) & (0xfff0000ULL & ~0ULL << (16 + (i))))

/* VALUE as it is meant: WIDTH is a constant, so most of this never is code. */
static __always_inline __u64 narrow_arg(__u64 value, __u64 width)
{
	__u64 lost = WIDTH_LOST(width);

	if (!width)
		return value;
	return width & WIDTH_SIGNED ? (__u64)((__s64)(value << lost) >> lost)
				    : value << lost >> lost;
}

/* What the packet's ARGUMENT leads to; NULL: nowhere. */
static __always_inline void *packet_of(__u64 config, __u64 argument)
{
	void *skb = (void *)argument;

	if (CONFIG_SKB_INDIRECT(config) && bpf_probe_read_kernel(&skb, sizeof(skb), skb))
		return NULL;
	return skb;
}

#endif
