/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flows: what one is known by, what hooks note of it, and what the daemon says of it. */
#ifndef OVS_FLOW_H
#define OVS_FLOW_H

#include <linux/types.h>

#include "section.h"

/* One version of a flow: once it is changed its actions are elsewhere. */
struct ovs_flow_id {
	__u64 flow;
	__u64 actions;
	__u32 ufid[4];
};

/* By struct ovs_flow_id, in the map `flows`. */
struct ovs_seen {
	/* Looked up; CLOCK_MONOTONIC, ns. `last` is up to a second older than that. */
	__u64 first;
	__u64 last;
	/* Times the daemon was asked. */
	__u32 asked;
	/* There is nothing more to ask. */
	__u32 done;
};

#define OVS_FLOWS_MAX 4096

/* What the daemon says of a flow: the datapath's text, and the rules of OpenFlow it was made of,
 * a line each, as many as there are. Both together leave room in an event for what else is
 * told of a packet. */
#define OVS_TEXT_MAX 3072
struct ovs_told {
	char dpflow[OVS_TEXT_MAX];
	char ofpflows[OVS_TEXT_MAX];
};

#define OVS_ABOUT_DPFLOW "The flow, as the daemon's dpctl/get-flow tells it"
#define OVS_ABOUT_OFPFLOWS "The rules it comes from, as the daemon's ofproto/detrace tells them"

struct ovs_detrace {
	struct ovs_flow_id id;
	struct ovs_told told;
};

/* A lookup whose flow was told of. */
struct ovs_told_section {
	struct ovs_section section;
	struct ovs_told told;
};

#endif
