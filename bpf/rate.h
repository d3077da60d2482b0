/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is left out because less was asked for. */
#ifndef BPF_RATE_H
#define BPF_RATE_H

#include "losses.h"
#include "maps.h"

/* Deliberately left out: nothing is lost. */
static __always_inline void count_undrawn(__u32 probe)
{
	struct loss_counters *c = loss_counters(probe);

	if (c)
		__sync_fetch_and_add(&c->undrawn, 1);
}

static __always_inline void count_limited(__u32 probe)
{
	struct loss_counters *c = loss_counters(probe);

	if (c)
		__sync_fetch_and_add(&c->limited, 1);
}

/* PACKET_MUTED: it was not drawn. */
static __always_inline __u64 packet_draw(__u32 probe)
{
	if (!sample_of || !(bpf_get_prandom_u32() % sample_of))
		return 0;
	count_undrawn(probe);
	return PACKET_MUTED;
}

/* Each second has its number of events, counted by all processors together. */
static __noinline bool rate_count(__u64 now)
{
	__u32 zero = 0;
	struct collect_state *s = bpf_map_lookup_elem(&state, &zero);
	__u64 since;

	if (!s)
		return false;
	since = s->rate_since;
	if (now - since >= 1000000000 && now > since &&
	    __sync_val_compare_and_swap(&s->rate_since, since, now) == since)
		__sync_lock_test_and_set(&s->rate_count, 0);
	return __sync_fetch_and_add(&s->rate_count, 1) < rate_limit;
}

/* The constants first: without a limit there is nothing of this. */
static __always_inline bool rate_allows(__u64 now, __u32 probe)
{
	if (!rate_limit || rate_count(now))
		return true;
	count_limited(probe);
	return false;
}

#endif
