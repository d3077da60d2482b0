/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every way an event or a section can get lost has its counter. */
#ifndef BPF_LOSSES_H
#define BPF_LOSSES_H

#include "maps.h"

/* Interrupts nest on a processor, so every counter is touched atomically. */
static __always_inline void count_lost_events(__u32 n)
{
	__u32 zero = 0;
	struct cpu_state *cpu = bpf_map_lookup_elem(&cpus, &zero);

	if (cpu)
		__sync_fetch_and_add(&cpu->lost, n);
}

static __always_inline struct loss_counters *loss_counters(__u32 probe)
{
	return bpf_map_lookup_elem(&losses, &probe);
}

static __always_inline void count_nesting(__u32 probe)
{
	struct loss_counters *c = loss_counters(probe);

	if (c)
		__sync_fetch_and_add(&c->nesting, 1);
	count_lost_events(1);
}

/* The event had to tell about TOLD others. */
static __always_inline void count_ring_full(__u32 probe, __u32 size, __u32 told)
{
	struct loss_counters *c = loss_counters(probe);

	if (c) {
		__sync_fetch_and_add(&c->ring_full, 1);
		__sync_fetch_and_add(&c->ring_bytes, size);
	}
	count_lost_events(told + 1);
}

static __always_inline void count_space(__u32 probe, __u32 sections)
{
	struct loss_counters *c = loss_counters(probe);

	if (c)
		__sync_fetch_and_add(&c->space, sections);
}

static __always_inline void count_unpaired(__u32 probe)
{
	struct loss_counters *c = loss_counters(probe);

	if (c)
		__sync_fetch_and_add(&c->unpaired, 1);
	count_lost_events(1);
}

static __always_inline void count_unread(__u32 probe)
{
	struct loss_counters *c = loss_counters(probe);

	if (c)
		__sync_fetch_and_add(&c->unread, 1);
	count_lost_events(1);
}

static __always_inline void count_spoiled(__u32 probe, __u32 spoiler)
{
	struct loss_counters *c = loss_counters(probe);

	if (!c)
		return;
	__sync_fetch_and_add(&c->spoiled, 1);
	c->spoiler = spoiler;
}

static __noinline void count_return(__u32 probe, bool held)
{
	struct loss_counters *c = loss_counters(probe);

	if (c && !held)
		__sync_fetch_and_add(&c->gone, 1);
	else if (c && !c->kept)
		c->kept = 1;
}

static __always_inline void count_untracked(__u32 probe)
{
	struct loss_counters *c = loss_counters(probe);

	if (c)
		__sync_fetch_and_add(&c->untracked, 1);
}

#endif
