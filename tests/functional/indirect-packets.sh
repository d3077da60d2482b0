#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Functions that get the address of a pointer to the packet can be probed like others, with
# filters and at their return.
. "$(dirname -- "$0")/lib.sh"
unset RETIS_TRACK

need jq
need ping

make_pair A B
modprobe -q bridge || true
ip -n "$B" link add br0 type bridge 2>/dev/null || skip "bridges can't be created here"
ip -n "$B" addr flush dev veth0
ip -n "$B" link set veth0 master br0
set_address "$B" br0 0 2

"$RETIS" collect -c skb -p br_handle_frame --no-track --cmd true >/dev/null 2>"$WORK/err" ||
	skip "br_handle_frame: $(grep Error "$WORK/err")"
"$RETIS" collect -c skb,dev,skb-tracking -p br_handle_frame -p kretprobe:br_handle_frame \
	-f 'icmp[0] == 8 and dst host 10.0.0.2' --format json --cmd-quiet \
	--cmd "ip netns exec $A ping -q -c 4 -i 0.2 10.0.0.2" >"$WORK/out" 2>"$WORK/err" || fail "retis fails"

# at TYPE CONDITION: how many events.
at() {
	jq -s "map(select(.kernel.probe_type == \"$1\" and ($2))) | length" "$WORK/out"
}
[[ $(at kprobe '.packet.len == 98 and .dev.name == "veth0"') -ge 3 ]] || fail "packets are not seen"
[[ $(at kretprobe '."skb-tracking".timestamp') -ge 3 ]] || fail "returns are not seen"
assert_eq "$(jq -s 'map(select(.kernel.probe_type == "kprobe" and .packet.len != 98)) | length' "$WORK/out")" 0 \
	"packets that the filter does not want"
