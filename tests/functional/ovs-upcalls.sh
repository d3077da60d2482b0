#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Why packets go to user space: no flow yet, a flow that was evicted, what the datapath can't
# do (the slow path), a controller that gets them, and one that sends them on.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/ovs.bash"
spare_vm 6.12
unset RETIS_TRACK

need ovs-vswitchd
need python3
make_ports
start_switch || skip "Open vSwitch does not start here: $(tail -n 1 "$WORK/switch.err")"
ovs-vsctl --timeout 60 add-br br0 -- set-fail-mode br0 secure -- add-port br0 port1 -- \
	add-port br0 port2 >"$WORK/bridge" 2>&1 || skip "no bridge: $(<"$WORK/bridge")"
# The datapath can't change what ARP asks.
ovs-ofctl -O OpenFlow13 add-flows br0 - <<'END'
in_port=port1,arp actions=set_field:2->arp_op,output:port2
in_port=port1,udp,udp_dst=7001 actions=output:port2
in_port=port1,udp,udp_dst=7002 actions=controller
in_port=port1,udp,udp_dst=7003 actions=controller(pause),output:port2
END
# The controller has what is paused go on.
in_switch ovs-ofctl -P nxt_packet_in2 monitor br0 65534 resume --detach --no-chdir \
	--pidfile="$WORK/controller.pid" >"$WORK/controller" 2>&1

cat >"$WORK/send.py" <<'END'
import socket, sys

if sys.argv[1] == "arp":
    ethernet = bytes.fromhex("ffffffffffff 020000000001 0806")
    arp = bytes.fromhex("0001 0800 0604 0001 020000000001 0a000901 000000000000 0a000903")
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sender.bind(("eth0", 0))
    sender.send(ethernet + arp + bytes(18))
else:
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.sendto(bytes(100), ("10.0.9.2", int(sys.argv[1])))
END
arrived() {
	ip netns exec "$B" cat /sys/class/net/eth0/statistics/rx_packets
}

has_arrived() {
	(($(arrived) > before))
}

# send WHAT: until it is at the other port.
send() {
	before=$(arrived)
	ip netns exec "$A" python3 "$WORK/send.py" "$1"
	wait_for 30 has_arrived || fail "$1 does not come through"
}

is_evicted() {
	ovs-appctl dpctl/dump-flows >"$WORK/flows"
	! grep -q 'dst=7001' "$WORK/flows"
}

start_retis /dev/null "$WORK/err" collect -c skb,ovs,skb-tracking -o "$WORK/data" \
	-f 'arp or (udp and dst portrange 7001-7003)'
# A daemon on a busy machine gives up flows it could not look at within half of that time.
ovs-vsctl set Open_vSwitch . other_config:max-idle=600000 other_config:max-revalidator=4000
send 7001
send 7001
ovs-vsctl set Open_vSwitch . other_config:max-idle=100
wait_for 60 is_evicted || fail "the flow stays"
ovs-vsctl set Open_vSwitch . other_config:max-idle=600000
send 7001
send arp
send arp
ip netns exec "$A" python3 "$WORK/send.py" 7002
wait_for 30 grep -q 'tp_dst=7002' "$WORK/controller" || fail "the controller does not get the packet"
send 7003
stop_retis || fail "retis fails"
assert_not_contains "$WORK/err" 'No probe at'

# The stories of packets that have WHAT in them, without numbers that differ.
stories() {
	awk -v what="$1" 'BEGIN { RS = ""; ORS = "\n\n" } $0 ~ what' "$WORK/stories" |
		sed -nE -e 's/ (mask|cache|port|cpu|q) [0-9]+//g; s/ \([0-9]+\/[0-9]+\)//' \
			-e 's/ ufid [0-9a-f-]+ flow [0-9a-f]+ sf_acts [0-9a-f]+//' \
			-e 's/^ +((flow|upcall|exec).*)/\1/p'
}

# assert_stories WHAT UPCALLS: what the daemon does may come before the upcall's functions return.
assert_stories() {
	stories "$1" >"$WORK/steps"
	diff - <(grep -vE '^upcall_(enqueue|ret)' "$WORK/steps") >&2 || fail "the stories of $1 are other ones"
	assert_eq "$(grep -cE '^upcall_enqueue \((miss|action)\) ret 0$' "$WORK/steps")" "$2" "upcalls enqueued"
	assert_eq "$(grep -cx 'upcall_ret ret 0' "$WORK/steps")" "$2" "upcalls that returned"
}

"$RETIS" sort "$WORK/data" >"$WORK/stories"
assert_not_contains "$WORK/stories" 'is not here'
assert_stories '10.0.9.2.7001 ' 2 <<'END'
flow miss
upcall (miss)
exec oport 3
flow hit
exec oport 3
flow miss
upcall (miss)
exec oport 3
END
# What the daemon made of it is another packet, as its own probes are not looked at here.
assert_stories 'request who-has 10.0.9.3' 2 <<'END'
flow miss
upcall (miss)
flow hit
exec userspace
upcall (action)
END
assert_stories 'reply 10.0.9.1' 0 <<'END'
exec oport 3
exec oport 3
END
assert_stories '10.0.9.2.7002 ' 2 <<'END'
flow miss
upcall (miss)
exec userspace
upcall (action)
END
assert_stories '10.0.9.2.7003 ' 2 <<'END'
flow miss
upcall (miss)
exec userspace
upcall (action)
exec oport 3
END
