#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Where a function returns, its packet may have been freed: the return is there nevertheless,
# what was the packet is not shown, and a probe that never finds one says so.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/probes.bash"
unset RETIS_TRACK

need jq
need ping
need_probe kretprobe:icmp_rcv

make_pair A B

# seen PROBE...: events while A pings B, and somebody else gets copies of what arrives.
seen() {
	"$RETIS" collect "$@" --format json --cmd-quiet \
		--cmd "ip netns exec $A ping -q -c 12 -i 0.1 10.0.0.2" >"$WORK/out" 2>"$WORK/err" || fail "retis fails"
}
count() {
	jq -s "map(select($1)) | length" "$WORK/out"
}

for type in kretprobe fexit; do
	[[ $type == kretprobe ]] || can_probe "$type:consume_skb" || continue
	seen -c skb -p "$type:consume_skb" -f icmp
	assert_contains "$WORK/err" 'consume_skb: the packet is gone when it returns; probe its call to see that'
	[[ $(count 'true') -ge 12 ]] || fail "$type: returns have no event"
	# Also of those whose bytes somebody else has, too.
	assert_eq "$(count '.packet or .skb')" 0 "$type: freed packets that are shown"
done

# Not one that is known, but all its packets are gone: noticed while they come.
seen -c skb,dev -p kretprobe:icmp_rcv -f 'icmp[0] == 8'
[[ $(count '.kernel.probe_type == "kretprobe"') -ge 12 ]] || fail "returns have no event"
assert_eq "$(count '.packet or .dev')" 0 "returns that show a packet"
assert_contains "$WORK/err" 'icmp_rcv: in none of [0-9]* returns was the packet still there; probe its call'

# One that survives is shown, without a word.
seen -c skb -p kretprobe:eth_type_trans -f icmp
[[ $(count '.packet') -ge 12 ]] || fail "packets that survive are not shown"
assert_not_contains "$WORK/err" 'still there|is gone'

# Without tracking nobody knows.
seen -c skb -p kretprobe:icmp_rcv -p kprobe:icmp_rcv -f 'icmp[0] == 8' --no-track
assert_contains "$WORK/err" 'icmp_rcv: without tracking nobody knows whether a packet is still there'
[[ $(count '.kernel.probe_type == "kretprobe"') -ge 12 ]] || fail "returns have no event without tracking"
assert_eq "$(count '.kernel.probe_type == "kretprobe" and .packet')" 0 "returns that show a packet, untracked"

"$RETIS" doctor -p kretprobe:consume_skb >"$WORK/out" 2>&1 || true
assert_contains "$WORK/out" 'consume_skb: the packet is gone when it returns'
