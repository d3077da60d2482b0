#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Filters on calls: arguments by name and by type, what functions return, beside conditions on
# the packet, with and without tracking.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/probes.bash"

need ping
need jq
unset RETIS_TRACK
make_pair CLIENT SERVER

# collect ARG...: the events of a ping with a mark, and their symbols, each once.
collect() {
	"$RETIS" collect -c skb,ns --format json "$@" \
		--cmd "ip netns exec $CLIENT ping -q -c 2 -i 0.2 -m 7 10.0.0.2" \
		>"$WORK/json" 2>"$WORK/err" || fail "retis collect $*"
	jq -r .kernel.symbol "$WORK/json" | sort -u | paste -sd ' '
}

refuses() {
	! "$RETIS" collect -c skb "${@:2}" --cmd true >/dev/null 2>"$WORK/err" || fail "not refused: ${*:2}"
	assert_contains "$WORK/err" "$1"
}

# --- tracepoints -----------------------------------------------------------------

both=(-p net:net_dev_start_xmit -p net:netif_receive_skb)
assert_eq "$(collect --no-track "${both[@]}" -f icmp -m 'net_device.name == "veth0"')" \
	net:net_dev_start_xmit 'an argument by its type'
assert_eq "$(collect --no-track "${both[@]}" -f icmp -m 'net_device.name == "veth1" and sk_buff.len')" '' \
	'another device'
assert_eq "$(collect --no-track "${both[@]}" -f icmp -m 'sk_buff.len > 80 and not net_device.name == "veth0"')" \
	net:netif_receive_skb 'a packet, and no such argument'
assert_eq "$(collect "${both[@]}" -f icmp -m 'net_device.name == "veth0" and sk_buff.mark == 7')" \
	'net:net_dev_start_xmit net:netif_receive_skb' 'a packet that is tracked'
refuses "joined by 'and' only" "${both[@]}" -m 'sk_buff.mark or ret < 0'
refuses "no probe has an argument 'nothing'" "${both[@]}" -m 'arg.nothing'

# --- functions -------------------------------------------------------------------

can_probe kprobe:__ip_local_out || exit 0

mine='and sk_buff.mark == 7'
probe=(-p kprobe:__ip_local_out)
assert_eq "$(collect "${probe[@]}" -m "arg.sk.sk_protocol == 1 $mine")" __ip_local_out 'by name'
assert_eq "$(collect "${probe[@]}" -m "sock.sk_protocol != IPPROTO_ICMP $mine")" '' 'by type'
assert_eq "$(collect "${probe[@]}" -m "ret >= 0 $mine")" '' 'nothing is returned yet'
refuses 'did you mean' "${probe[@]}" -m 'arg.skk'

for type in kretprobe fexit; do
	probe=(-p "$type:__ip_local_out")
	assert_eq "$(collect "${probe[@]}" -m "ret == 1 and sock.sk_protocol == 1 $mine")" __ip_local_out \
		"what $type returns"
	assert_eq "$(collect --no-track "${probe[@]}" -m "ret == 1 $mine")" __ip_local_out \
		"what $type returns, without tracking"
	# Who is not wanted there is not followed from there.
	assert_eq "$(collect "${probe[@]}" "${both[@]}" -m "ret == 0 $mine")" '' "not what $type returns"
done

# A function without a packet.
assert_eq "$(collect -p kretprobe:process_backlog -m 'arg.quota > 1 and ret > 0')" process_backlog \
	'a call without a packet'
assert_eq "$(collect -p kretprobe:process_backlog -m 'ret < 0')" '' 'no call without a packet'
