#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# --ovs-track: a packet that the datapath hands to user space is known again in the daemon, where it
# is received, its flow is put and its actions are executed, also in threads that come later; all
# that is one story. A daemon without probes gets those of a library of the tests. One that takes its
# place is not followed, as a line says; what the kernel tells goes on.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/ovs.bash"
spare_vm 6.12
unset RETIS_TRACK

need ovs-vswitchd
need ping
need python3
need unshare
make_ports

start_switch || skip "Open vSwitch does not start here: $(tail -n 1 "$WORK/switch.err")"
if ! "$RETIS" inspect --pid "$(<"$WORK/ovs-vswitchd.pid")" 2>/dev/null | grep -q 'dpif_recv::recv_upcall$'; then
	"$RETIS" collect -c ovs --ovs-track --cmd true >/dev/null 2>"$WORK/err" || fail "retis fails"
	assert_contains "$WORK/err" 'not followed in ovs-vswitchd \(process [0-9]+\): it has no usdt'
	assert_eq "$(grep -c 'usdt' "$WORK/err")" 1 "lines about probes that are not there"
	restart_with_probes || fail "the daemon does not start again: $(tail -n 1 "$WORK/switch.err")"
fi
daemon=$(<"$WORK/ovs-vswitchd.pid")

ovs-vsctl --timeout 20 add-br br0 -- set-fail-mode br0 secure -- add-port br0 port1 -- \
	add-port br0 port2 >"$WORK/bridge" 2>&1 || skip "no bridge: $(<"$WORK/bridge")"
# The datapath can't change what ARP asks: the daemon does, and sends back what it made of it.
add_rules() {
	ovs-ofctl add-flows br0 - <<'END'
in_port=port1,arp actions=set_field:2->arp_op,output:port2
in_port=port1 actions=output:port2
in_port=port2 actions=output:port1
END
}
add_rules
# The tag of what is sent here is beside the packet.
for netns in "$A" "$B"; do
	ip -n "$netns" link add link eth0 name tagged type vlan id 5
	ip -n "$netns" link set tagged up
done
ip -n "$A" addr add 10.0.8.1/24 dev tagged
ip -n "$B" addr add 10.0.8.2/24 dev tagged
ip -n "$A" neigh add 10.0.8.2 lladdr 02:00:00:00:00:02 dev tagged
ip -n "$B" neigh add 10.0.8.1 lladdr 02:00:00:00:00:01 dev tagged

handlers() {
	grep -l '^handler' /proc/"$daemon"/task/*/comm 2>/dev/null | sort
}

have_new_handlers() {
	[[ -n $(handlers) && -z $(comm -12 "$WORK/handlers" <(handlers)) ]]
}

start_retis /dev/null "$WORK/err" collect -c skb,ovs,skb-tracking --ovs-track -o "$WORK/data" \
	-f 'icmp or arp or (udp and port 7001)'
assert_not_contains "$WORK/err" 'not followed|No probe at'
ip netns exec "$A" ping -q -c 1 -W 10 10.0.9.2 >"$WORK/ping" || fail "no answer through the bridge"
handlers >"$WORK/handlers"
# They end, and others begin.
ovs-vsctl --timeout 20 set Open_vSwitch . other_config:n-revalidator-threads=3
wait_for 30 have_new_handlers || fail "the daemon goes on with the same threads"
ip netns exec "$A" ping -q -c 1 -W 10 10.0.8.2 >"$WORK/ping" || fail "no answer with a tag"
ip netns exec "$A" python3 - "$0" <<'END' || fail "nothing is sent"
import os, socket, sys

with open(sys.argv[1]) as file, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.connect(("10.0.9.2", 7001))
    # Only headers are in the linear area then.
    os.sendfile(s.fileno(), file.fileno(), 0, 1000)
END
ip netns exec "$A" ping -q -c 1 -W 1 10.0.9.3 >"$WORK/ping" && fail "somebody answers"

restart_with_probes || fail "the daemon does not start again: $(tail -n 1 "$WORK/switch.err")"
wait_for 30 grep -qF "Process $daemon (ovs-vswitchd) has ended, and with it went 3 usdt probe(s)" "$WORK/err" ||
	fail "the end of the daemon is not noticed"
add_rules
# Those that the other one left.
ovs-appctl dpctl/del-flows
ip netns exec "$A" ping -q -c 1 -s 200 -W 10 10.0.9.2 >"$WORK/ping" || fail "no answer after the restart"
stop_retis || fail "retis fails"
assert_not_contains "$WORK/err" 'looks the same|lost'

# The story that has WHAT in it, without numbers that differ.
story() {
	awk -v what="$1" 'BEGIN { RS = "" } $0 ~ what { print; exit }' "$WORK/stories" |
		sed -nE -e 's/ (mask|cache|port|cpu|q|ts) [0-9]+//g; s/ \([0-9]+\/[0-9]+\)//' \
			-e 's/^ +((flow|upcall|exec).*)/\1/p'
}

# It may be received before the upcall is over.
assert_story() {
	story "$1" >"$WORK/steps"
	diff - <(grep -vE '^upcall_(enqueue|ret)' "$WORK/steps") >&2 || fail "the story of $1 is another one"
	assert_contains "$WORK/steps" '^upcall_enqueue \(miss\) ret 0$'
	assert_contains "$WORK/steps" '^upcall_ret ret 0$'
}

"$RETIS" sort "$WORK/data" >"$WORK/stories"
assert_not_contains "$WORK/stories" 'is not here'
assert_story '10.0.9.1 > 10.0.9.2 [^\n]*ICMP' <<'END'
flow miss
upcall (miss)
upcall_recv pkt_size 98
flow_put (0)
flow_exec (0)
exec oport 3
END
assert_story '10.0.8.1 > 10.0.8.2 [^\n]*ICMP' <<'END'
flow miss
upcall (miss)
upcall_recv pkt_size 102
flow_put (0)
flow_exec (0)
exec oport 3
END
assert_story '10.0.9.2.7001 ' <<'END'
flow miss
upcall (miss)
upcall_recv pkt_size 1042
flow_put (0)
flow_exec (0)
exec oport 3
END
assert_story 'request who-has 10.0.9.3' <<'END'
flow miss
upcall (miss)
upcall_recv pkt_size 42
flow_put (0)
flow_exec (0)
exec oport 3
END
assert_story '10.0.9.1 > 10.0.9.2 [^\n]*len 228 [^\n]*ICMP' <<'END'
flow miss
upcall (miss)
exec oport 3
END
