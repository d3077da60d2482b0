/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flows that hooks saw, as they are in the map `flows`. */
#ifndef OVS_SEEN_H
#define OVS_SEEN_H

#include <stdbool.h>
#include <stddef.h>

#include "flow.h"

/* The daemon forgets flows that had no packet for so long, so they are forgotten here. */
#define OVS_IDLE_NS 10000000000ULL

struct ovs_seen_flow {
	struct ovs_flow_id id;
	struct ovs_seen seen;
};

struct ovs_seen_flows {
	int map;
	/* Those to ask about, in turn. */
	struct ovs_seen_flow *list;
	size_t n;
	/* What the kernel fills. */
	struct ovs_flow_id *keys;
	struct ovs_seen *values;
};

/* MAP: its descriptor. -ENOMEM. */
int ovs_seen_init(struct ovs_seen_flows *flows, int map);
void ovs_seen_fini(struct ovs_seen_flows *flows);

/* Looks at the map: who is not to be asked about any more is no longer there, who is to be asked
 * about is in the list, those that were asked about less often, then the older ones, first. 0 or
 * a negative errno. */
int ovs_seen_look(struct ovs_seen_flows *flows);

/* It was asked about; DONE: for the last time. */
void ovs_seen_note(const struct ovs_seen_flows *flows, const struct ovs_seen_flow *flow, bool done);

#endif
