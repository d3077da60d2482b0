#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Filters on calls: arguments by name and by type, what functions return, beside conditions on
# the packet, with and without tracking.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/probes.bash"
spare_vm 6.1

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
at_tracepoints() {
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
}

# They do not depend on the kernel.
[[ ${RETIS_GUEST:-} ]] || at_tracepoints

# --- functions -------------------------------------------------------------------

can_probe kprobe:__ip_local_out || exit 0

mine='and sk_buff.mark == 7'
called=(-p kprobe:__ip_local_out)
assert_eq "$(collect --no-track "${called[@]}" -m "arg.sk.sk_protocol == 1 $mine")" __ip_local_out 'by name'
assert_eq "$(collect --no-track "${called[@]}" -m "sock.sk_protocol != IPPROTO_ICMP $mine")" '' 'by type'
refuses 'did you mean' "${called[@]}" -m 'arg.skk'

returned=(-p kretprobe:__ip_local_out)
assert_eq "$(collect "${returned[@]}" "${called[@]}" -m "ret == 1 and sock.sk_protocol == 1 $mine")" \
	__ip_local_out 'what is returned'
assert_eq "$(jq -r .kernel.probe_type "$WORK/json" | sort -u)" kretprobe 'where it is returned'
# Who is not wanted there is not followed from there.
assert_eq "$(collect "${returned[@]}" "${both[@]}" -m "ret == 0 $mine")" '' 'what is not returned'
! has_fexit __ip_local_out ||
	assert_eq "$(collect --no-track -p fexit:__ip_local_out -m "ret == 1 $mine")" __ip_local_out \
		'what is returned, without tracking'
# A function without a packet.
assert_eq "$(collect -p kretprobe:process_backlog --fields ret -m 'arg.quota > 1 and ret > 0')" process_backlog \
	'a call without a packet'
