/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Groups of the network stack's tracepoints. Only tracefs knows the group of a
 * tracepoint; this table stands in where it can't be read.
 */
#include <stddef.h>

#include "core/kernel/private.h"
#include "core/util/pattern.h"

static const struct {
	const char *pattern, *group;
} groups[] = {
	{ "net_dev_*", "net" },
	{ "netif_*", "net" },
	{ "napi_gro_*", "net" },
	{ "kfree_skb", "skb" },
	{ "consume_skb", "skb" },
	{ "skb_copy_datagram_iovec", "skb" },
	{ "sock_*", "sock" },
	{ "sk_data_ready", "sock" },
	{ "inet_sk_error_report", "sock" },
	{ "inet_sock_set_state", "sock" },
	{ "tcp_*", "tcp" },
	{ "udp_fail_queue_rcv_skb", "udp" },
	{ "icmp_send", "icmp" },
	{ "napi_poll", "napi" },
	{ "dql_stall_detected", "napi" },
	{ "qdisc_*", "qdisc" },
	{ "neigh_*", "neigh" },
	{ "fib_table_lookup", "fib" },
	{ "fib6_table_lookup", "fib6" },
	{ "br_fdb_*", "bridge" },
	{ "br_mdb_full", "bridge" },
	{ "fdb_delete", "bridge" },
	{ "page_pool_*", "page_pool" },
	{ "xdp_*", "xdp" },
	{ "mem_connect", "xdp" },
	{ "mem_disconnect", "xdp" },
	{ "mem_return_failed", "xdp" },
	{ "devlink_*", "devlink" },
	{ "netlink_extack", "netlink" },
	{ "mptcp_*", "mptcp" },
	{ "sctp_probe", "sctp" },
	{ "sctp_probe_path", "sctp" },
	{ "ovs_do_execute_action", "openvswitch" },
	{ "ovs_dp_upcall", "openvswitch" },
	{ "virtio_transport_*", "vsock" },
};

const char *tracepoint_group(const char *name)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (pattern_match(groups[i].pattern, name))
			return groups[i].group;
	return NULL;
}
