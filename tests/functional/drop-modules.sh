#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reasons of drops that a module gives have names, also if it is loaded after the start.
#
# Runs alone: it unloads a module
. "$(dirname -- "$0")/lib.sh"

need ovs-dpctl
need jq
need ping

modprobe openvswitch 2>/dev/null || skip "the module openvswitch is not to be had here"
grep -qs ovs_drop_reason /sys/kernel/btf/openvswitch || skip "openvswitch gives no reasons in this kernel"
modprobe -r openvswitch 2>/dev/null || skip "the module openvswitch is in use"

make_pair A B
start_retis "$WORK/out" "$WORK/err" collect -c skb-drop,skb -f 'icmp and dst host 10.0.0.2' --format json
# The address moves: what A sends gets into a switch that drops it.
ip -n "$B" addr flush dev veth0
ip -n "$A" neigh replace 10.0.0.2 lladdr 02:00:00:00:00:02 dev veth0
in_b() {
	ip netns exec "$B" ovs-dpctl "$@"
}
in_b add-dp "dp$$" || skip "a datapath can't be made here"
defer in_b del-dp "dp$$"
in_b add-if "dp$$" veth0
# Not "drop": old tools send a number for it that newer kernels take for something else.
in_b add-flow "dp$$" 'in_port(1),eth(),eth_type(0x0800),ipv4()' ''

named() {
	ip netns exec "$A" ping -q -c 1 -W 0.1 10.0.0.2 >/dev/null || true
	has_event "$WORK/out" '."skb-drop" | .subsys == "openvswitch" and .drop_reason == "OVS_DROP_LAST_ACTION"'
}
wait_for 20 named || fail "the reasons of a module that was loaded later have no names"
stop_retis || fail "retis fails"
