/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --ovs-track: probes in the daemon. */
#ifndef OVS_TRACK_H
#define OVS_TRACK_H

#include <retis/plugin.h>

/* Daemons that are followed, at most. */
#define OVS_TRACK_MAX 16

/* "usdt:dpif_netlink_operate__::op_flow_execute/pid=2147483647" */
#define OVS_TRACK_PROBE 64

enum ovs_track_hook {
	OVS_TRACK_RECEIVE,
	OVS_TRACK_PUT,
	OVS_TRACK_EXECUTE,
	OVS_TRACK_HOOKS,
};

/* Probes of each hook in all daemons. */
struct ovs_track {
	size_t n;
	const char *probes[OVS_TRACK_HOOKS][OVS_TRACK_MAX + 1];
	char text[OVS_TRACK_HOOKS][OVS_TRACK_MAX][OVS_TRACK_PROBE];
};

/* In setup(): adds them for all daemons that have such probes, and says which have none.
 * T must stay. */
int ovs_track_daemons(const struct retis_host *host, struct ovs_track *t);

#endif
