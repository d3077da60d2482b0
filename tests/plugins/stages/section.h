/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef STAGES_SECTION_H
#define STAGES_SECTION_H

#include <linux/types.h>

#define STAGES_SECTION 0

/* Counters. */
#define STAGES_BEFORE 0
#define STAGES_AFTER 1
#define N_STAGES_COUNTERS 2

/* Arguments of the hook that collects. */
#define STAGES_BY_TYPE 0
#define STAGES_BY_NAME 1
#define STAGES_BY_POSITION 2
#define STAGES_NOT_THERE 3

struct stages_section {
	/* Hits so far, of the map that BEFORE and this hook share. */
	__u64 hits;
	__u64 skb;
	__u64 by_type;
	__u64 by_name;
	__u64 by_position;
	__u64 not_there;
};

#endif
