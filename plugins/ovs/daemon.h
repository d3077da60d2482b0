/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ovs-vswitchd: where it is, whether it is there, and what it can tell. */
#ifndef OVS_DAEMON_H
#define OVS_DAEMON_H

#include <stdbool.h>

#include <retis/plugin.h>

#include "flow.h"
#include "unixctl.h"

struct ovs_daemon {
	const struct retis_host *host;
	struct ovs_unixctl ctl;
	/* Of what it has. */
	bool has_flows;
	bool has_rules;
	/* It has several datapaths: the kernel's has to be named. */
	bool names_datapath;
	/* What was said last: it is not there; and when to look again (ms), and how much
	 * later from time to time. */
	bool missed;
	int64_t look_at;
	int64_t pause;
};

/* -ENOMEM. */
int ovs_daemon_init(struct ovs_daemon *d, const struct retis_host *host);
void ovs_daemon_fini(struct ovs_daemon *d);

/* True: there is a connection. If there is none it looks for the daemon from time to time,
 * and says what became of that. */
bool ovs_daemon_ready(struct ovs_daemon *d);

/* What ovs_daemon_ask() comes back with, besides a negative errno: then the connection is gone. */
enum ovs_answer {
	OVS_ANSWER_WHOLE,
	/* The flow is there, its rules are not yet. */
	OVS_ANSWER_EARLY,
	/* It knows of no such flow. */
	OVS_ANSWER_NONE,
};

/* About the flow; *RULES is the length of told->ofpflows. */
int ovs_daemon_ask(struct ovs_daemon *d, const struct ovs_flow_id *id, struct ovs_told *told,
		   size_t *rules);

#endif
