/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Groups of the network stack's tracepoints. Only tracefs knows the group of a
 * tracepoint; this table stands in where it can't be read.
 */
#include <stdio.h>
#include <string.h>

#include "core/kernel/private.h"
#include "core/util/pattern.h"

/* "group:pattern" */
static const char *const groups[] = {
	"net:net_dev_*",
	"net:netif_*",
	"net:napi_gro_*",
	"skb:kfree_skb",
	"skb:consume_skb",
	"skb:skb_copy_datagram_iovec",
	"sock:sock_*",
	"sock:sk_data_ready",
	"sock:inet_sk_error_report",
	"sock:inet_sock_set_state",
	"tcp:tcp_*",
	"udp:udp_fail_queue_rcv_skb",
	"icmp:icmp_send",
	"napi:napi_poll",
	"napi:dql_stall_detected",
	"qdisc:qdisc_*",
	"neigh:neigh_*",
	"fib:fib_table_lookup",
	"fib6:fib6_table_lookup",
	"bridge:br_fdb_*",
	"bridge:br_mdb_full",
	"bridge:fdb_delete",
	"page_pool:page_pool_*",
	"xdp:xdp_*",
	"xdp:mem_connect",
	"xdp:mem_disconnect",
	"xdp:mem_return_failed",
	"devlink:devlink_*",
	"netlink:netlink_extack",
	"mptcp:mptcp_*",
	"sctp:sctp_probe",
	"sctp:sctp_probe_path",
	"openvswitch:ovs_do_execute_action",
	"openvswitch:ovs_dp_upcall",
	"vsock:virtio_transport_*",
};

bool tracepoint_group(const char *name, char *group, size_t size)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		const char *colon = strchr(groups[i], ':');

		if (!pattern_match(colon + 1, name))
			continue;
		snprintf(group, size, "%.*s", (int)(colon - groups[i]), groups[i]);
		return true;
	}
	return false;
}
