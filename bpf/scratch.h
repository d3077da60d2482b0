/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Room that is a program's own for a while: see SCRATCH_LEVELS. */
#ifndef BPF_SCRATCH_H
#define BPF_SCRATCH_H

#include "maps.h"

/* The first level that nobody on this processor is using. Taken with an atomic
 * exchange: where programs can be preempted, tasks do not nest like
 * interrupts. */
static __always_inline struct scratch *scratch_get(void)
{
#pragma unroll
	for (__u32 level = 0; level < SCRATCH_LEVELS; level++) {
		__u32 key = level;
		struct scratch *s = bpf_map_lookup_elem(&scratch, &key);

		if (!s)
			break;
		if (!__sync_lock_test_and_set(&s->busy, 1))
			return s;
	}
	return NULL;
}

static __always_inline void scratch_put(struct scratch *s)
{
	barrier();
	*(volatile __u64 *)&s->busy = 0;
}

#endif
