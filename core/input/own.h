/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Sections that belong to no plugin. */
#ifndef INPUT_OWN_H
#define INPUT_OWN_H

#include <retis/section.h>

/* Stack traces: addresses of 8 bytes, innermost first. */
extern const struct retis_section_type stack_section;

struct tracking {
	uint64_t orig_head;
	uint64_t timestamp;
	uint64_t skb;
	uint32_t idx;
};

/* Which packet an event is about, and the how many-th of its events it is: in
 * sorted files. */
extern const struct retis_section_type tracking_section;

/* Its payload. What comes first is all that upstream has. */
struct own_tracking {
	/* The packet of the series: its id, and the struct sk_buff of its first event. */
	uint64_t orig_head;
	uint64_t timestamp;
	uint64_t skb;
	uint32_t idx;
	/* OWN_TRACKING_LOST, in the first event: so many events of others and maybe of
	 * this series were lost meanwhile; enum retis_loss_cause. */
	uint16_t lost_cause;
	/* OWN_TRACKING_ORPHAN: true. */
	uint8_t orphan;
	/* OWN_TRACKING_JOINED: how sure it is that the packet is the one of another host, from 1
	 * to 3. */
	uint8_t joined;
	uint64_t lost_count;
	/* OWN_TRACKING_LATENCY: since the event before with the same struct sk_buff, ns. */
	uint64_t latency;
	/* For the text only, as JSON has it elsewhere: the event's own packet, which may
	 * be a copy. */
	uint64_t own_head;
	uint64_t own_time;
};

/* Numbers of `present`. */
#define OWN_TRACKING_LOST 1
#define OWN_TRACKING_LATENCY 2
#define OWN_TRACKING_ORPHAN 3
#define OWN_TRACKING_JOINED 4

/* By name, or NULL. */
const struct retis_section_type *own_section(const char *name);

#endif
