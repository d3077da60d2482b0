#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# At a function's return its own arguments are shown, also if a probed function was called
# by a probed function, or by itself.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/probes.bash"

need ping
need python3
need_probe kretprobe:ip_rcv
with_calls

make_pair CLIENT SERVER
# A packet out of a VLAN device goes through dev_hard_start_xmit() twice, one within the
# other, with different devices.
ip -n "$CLIENT" link add link veth0 name vlan0 type vlan id 5 || skip "no VLAN devices here"
ip -n "$SERVER" link add link veth0 name vlan0 type vlan id 5
set_address "$CLIENT" vlan0 9 1
set_address "$SERVER" vlan0 9 2

# The functions of each ping, in the order they return.
ORDER="['icmp_rcv', 'ip_local_deliver', 'ip_rcv']"

check() {
	local type=$1

	"$RETIS" collect -c calls -p "$type:ip_rcv" -p "$type:ip_local_deliver" \
		-p "$type:icmp_rcv" --format json \
		--cmd "ip netns exec $CLIENT ping -q -c 20 -i 0.01 10.0.0.2" \
		>"$WORK/out" 2>"$WORK/err" || fail "$type: retis ended with code $?"
	assert_not_contains "$WORK/err" 'lost'
	assert_eq "$(query "$WORK/out" "len(events) >= 120")" True "$type: enough events"
	# Per packet, told apart by its address: only ip_rcv() has a device as argument.
	assert_eq "$(query "$WORK/out" \
		"all((c['device'] != 0) == (s == 'ip_rcv') for s, t, c in events)")" True \
		"$type: arguments are the function's own"
	assert_eq "$(query "$WORK/out" \
		"set(tuple(e[0] for e in events[i:i + 3]) for i in range(0, 120, 3)) == {tuple($ORDER)}")" \
		True "$type: each call returns once, inner ones first"
	assert_eq "$(query "$WORK/out" \
		"all(len(set(e[2]['skb'] for e in events[i:i + 3])) == 1 for i in range(0, 120, 3))")" \
		True "$type: one packet per chain of calls"
	# Of the three, only icmp_rcv() says 1, of replies.
	assert_eq "$(query "$WORK/out" "all(c['has_ret'] and (c['ret'] == 0 or
		c['ret'] == 1 and s == 'icmp_rcv') for s, t, c in events)")" \
		True "$type: returned values"
}

check_recursion() {
	local type=$1

	"$RETIS" collect -c calls -p "$type:dev_hard_start_xmit" --format json \
		--cmd "ip netns exec $CLIENT ping -q -c 20 -i 0.01 10.0.9.2" \
		>"$WORK/out" 2>"$WORK/err" || fail "$type: retis ended with code $?"
	assert_not_contains "$WORK/err" 'lost'
	# Two devices on each side: of every pair of events the first is the inner one.
	assert_eq "$(query "$WORK/out" "len(set(c['device'] for s, t, c in events)) in (4, 5)")" \
		True "$type: devices"
	assert_eq "$(query "$WORK/out" "sum(events[i][2]['device'] != events[i + 1][2]['device'] and
		events[i][2]['skb'] == events[i + 1][2]['skb'] for i in range(len(events) - 1)) >= 40")" \
		True "$type: calls within calls"
}

# Of kretprobe.multi: newer kernels have a better one, kprobe.session.
for type in fexit kretprobe kretprobe.multi kretprobe.multi/older; do
	if [[ $type == */older ]]; then
		type=${type%/older}
		export RETIS_BACKEND=$type
	fi
	if can_probe "$type:ip_rcv"; then
		check "$type"
		check_recursion "$type"
		echo "$type: right"
	else
		echo "$type: this kernel has none"
	fi
done
