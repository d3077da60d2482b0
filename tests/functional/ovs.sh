#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A connection's first packet through a bridge of Open vSwitch with conntrack and NAT: the
# story of its upcalls, of its way back from user space and of what is done to it, in one
# piece; and the same of packets whose upcall was not seen.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/ovs.bash"
unset RETIS_TRACK

need ovs-vswitchd
need ping
make_ports
start_switch || skip "Open vSwitch does not start here: $(tail -n 1 "$WORK/switch.err")"

# The source becomes 10.0.9.77, which is A as well.
ovs-vsctl --timeout 20 add-br br0 -- set-fail-mode br0 secure -- add-port br0 port1 -- \
	add-port br0 port2 >"$WORK/bridge" 2>&1 || skip "no bridge: $(<"$WORK/bridge")"
ip -n "$B" neigh add 10.0.9.77 lladdr 02:00:00:00:00:01 dev eth0
ovs-ofctl add-flows br0 - <<'END'
table=0,in_port=port1,icmp,ct_state=-trk actions=ct(table=1,zone=5,nat)
table=0,in_port=port2,icmp,ct_state=-trk actions=ct(table=1,zone=5,nat)
table=1,in_port=port1,icmp,ct_state=+new actions=ct(commit,zone=5,nat(src=10.0.9.77)),output:port2
table=1,in_port=port1,icmp,ct_state=+est actions=output:port2
table=1,in_port=port2,icmp,ct_state=+est actions=output:port1
END

start_retis /dev/null "$WORK/err" collect -c skb,ovs,skb-tracking -f 'icmp' -o "$WORK/data"
# An answer says that the request's flows are there: the next one finds them.
for n in 1 2 3; do
	ip netns exec "$A" ping -q -e 77 -c 1 -W "$RETIS_PATIENCE" 10.0.9.2 >"$WORK/ping" ||
		fail "no answer to request $n through the bridge"
done
# Flows that nobody uses are soon gone.
ovs-appctl dpctl/dump-flows -m >"$WORK/flows"
stop_retis || fail "retis fails"
assert_not_contains "$WORK/err" 'No probe at'

# Numbers that differ are taken out: what is left is what happened.
steps() {
	sed -nE -e 's/ (mask|cache|port|cpu|q) [0-9]+//g; s/ \([0-9]+\/[0-9]+\)//' \
		-e 's/ ufid [0-9a-f-]+ flow [0-9a-f]+ sf_acts [0-9a-f]+//; s/0x[0-9a-f]+/R/' \
		-e 's/^ +((flow|upcall|exec|\[recirc).*)/\1/p' "$1"
}

# The story of the request with that number, from 1.
request() {
	awk -v number="$1" 'BEGIN { RS = "" } /type 8 code 0 id 77 seq / && ++n == number' "$WORK/stories"
}

"$RETIS" sort "$WORK/data" >"$WORK/stories"
request 1 >"$WORK/first"
steps "$WORK/first" >"$WORK/steps"
# What the daemon does may come before the upcall's functions return.
assert_eq "$(grep -cx 'upcall_enqueue (miss) ret 0' "$WORK/steps")" 2 "upcalls enqueued"
assert_eq "$(grep -cx 'upcall_ret ret 0' "$WORK/steps")" 2 "upcalls that returned"
diff - <(grep -vE '^upcall_(enqueue|ret)' "$WORK/steps") >&2 <<'END' || fail "the first request's story is another one"
flow miss
upcall (miss)
exec ct zone 5 nat
exec recirc R
flow miss
upcall (miss)
exec ct zone 5 nat(src=10.0.9.77) commit
exec oport 3
END
# By the third one all flows are there.
request 3 >"$WORK/third"
steps "$WORK/third" >"$WORK/steps"
diff - "$WORK/steps" >&2 <<'END' || fail "the third request's story is another one"
flow hit
exec ct zone 5 nat
exec recirc R
flow hit
[recirc_id R] exec oport 3
END

# What the switch itself says it does with such packets.
ovs-appctl ofproto/trace br0 'in_port=port1,icmp,nw_src=10.0.9.1,nw_dst=10.0.9.2' \
	--ct-next 'trk,new' >"$WORK/trace"
recirc=$(sed -nE 's/.*exec recirc (0x[0-9a-f]+).*/\1/p' "$WORK/first")
assert_contains "$WORK/trace" "^Datapath actions: ct\(zone=5,nat\),recirc\($recirc\)$"
assert_contains "$WORK/trace" '^Datapath actions: ct\(commit,zone=5,nat\(src=10\.0\.9\.77\)\),3$'
while read -r ufid; do
	grep -q "^ufid:$ufid, .*in_port(port1)" "$WORK/flows" || fail "there is no flow $ufid"
done < <(sed -nE 's/.*flow hit ufid ([0-9a-f-]+) .*/\1/p' "$WORK/third")
