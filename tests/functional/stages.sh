#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What hooks of plugins can ask for: when they are called, at which probes, with which
# arguments; what they count, and what becomes of events that they spoil.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.12

unset RETIS_TRACK

need jq
need ping

make_pair A B
plugins=(--plugin-dir "$BUILD/tests/plugins" --plugin-dir "$BUILD/plugins")
is_sanitized && plugins=(--plugin-dir "$BUILD/tests/plugins" --plugin-dir "${RETIS%/*}/plugins")

# The command's ping of two packets there and back.
collect() {
	"$RETIS" collect "${plugins[@]}" -c stages,ns "$@" --format json --cmd-quiet \
		--cmd "ip netns exec $A ping -q -c 2 -i 0.1 10.0.0.2" >"$WORK/out" 2>"$WORK/err" ||
		fail "retis fails"
}

count() {
	jq -s "map(select(.kernel.symbol == \"$1\" and ($2))) | length" "$WORK/out"
}

# Filters turn everything away that is not ICMP; hooks of other stages see it anyway.
collect -f icmp
assert_contains "$WORK/err" '^stages: maps 1 -2, hooks -16$'
[[ $(count net:netif_receive_skb '.stages and .netns') -ge 4 ]] || fail "nothing is collected"
[[ $(count net:net_dev_queue .stages) -ge 4 ]] || fail "the probe of a hook that is alone is not there"
assert_eq "$(count net:net_dev_queue .netns)" 0 "events of others where a hook is alone"
has_event "$WORK/out" '.stages | .skb != 0 and .skb == .by_type and .skb == .by_position and .skb == .by_name and .not_there == 0' ||
	fail "arguments are wrong"
before=$(sed -nE 's/^WARN  stages: ([0-9]+) hit\(s\) before filters$/\1/p' "$WORK/err")
tracked=$(sed -nE 's/^WARN  stages: ([0-9]+) hit\(s\) of tracked packets$/\1/p' "$WORK/err")
((before >= tracked && tracked >= 4)) || fail "counted $before and $tracked"
# The last hits may be none of a ping.
hits=$(jq -s 'map(.stages.hits // 0) | max' "$WORK/out")
((hits >= tracked && hits <= before)) || fail "$hits hits in the map, $before counted"

# Who asks for the probe gets all of it.
collect -f icmp -p net:net_dev_queue
[[ $(count net:net_dev_queue .netns) -ge 4 ]] || fail "a probe of the user's lacks collectors"

# The rest of the event is good.
collect -f icmp --stages-spoil
[[ $(count net:netif_receive_skb '.stages and .netns') -ge 4 ]] || fail "spoiled events are lost"
assert_contains "$WORK/err" "Collector stages: hook 'spoil' spoils events of tp:net:netif_receive_skb, .* [0-9]+ time"

# --- events of user space, from a thread that has only what it asked for ---------------------

launch "$WORK/out" "$WORK/err" "$RETIS" collect "${plugins[@]}" -c stages --stages-events 3 --format json
wait_for "$RETIS_PATIENCE" has_event "$WORK/out" '.stages.hits == 3' || fail "the thread's events are not there"
status=$(grep -l '^retis-stages$' /proc/"$retis_pid"/task/*/comm) || fail "there is no thread"
assert_eq "$(awk '/^CapEff/ { print $2 }' "${status%comm}status")" 0000000000001000 "capabilities"
assert_eq "$(awk '/^Seccomp:/ { print $2 }' "${status%comm}status")" 2 "seccomp"
stop_retis
jq -se 'map(select(.stages and (.kernel | not))) | map(.stages.hits) == [1, 2, 3, null] and
	all(.[]; .common.task.comm == "retis-stages")' "$WORK/out" >/dev/null ||
	fail "events of the thread are wrong"
jq -se 'map(.common.timestamp) | . == sort and .[0] > 1000000' "$WORK/out" >/dev/null ||
	fail "events are out of order"

# What finds no room is counted, and a thread that does not end costs patience, no events.
collect --stages-events 20000 --stages-linger
lost=$(sed -nE 's/^WARN  stages: lost ([0-9]+) event\(s\) of its thread: too many at a time$/\1/p' "$WORK/err")
assert_eq "$((lost + $(jq -s 'map(select(.stages and (.kernel | not))) | length' "$WORK/out")))" 20000 "events"
assert_contains "$WORK/err" '^WARN  Collector stages: waiting for its thread to end$'
assert_contains "$WORK/err" '^WARN  Collector stages: its thread has ended: Broken pipe$'

# --- a packet from an argument that leads to it, where functions can be probed -------------

nft_trace() {
	ip netns exec "$B" nft -f - <<-EOF
		table ip t {
			chain in {
				type filter hook input priority 0;
				meta nftrace set 1
				icmp type echo-request accept
			}
		}
	EOF
}
need nft
nft_trace 2>/dev/null || skip "packets of nftables: tracing them is not to be had here"
supplied=(-p kprobe:__nft_trace_packet --stages-supply)
"$RETIS" collect "${plugins[@]}" -c stages,skb "${supplied[@]}" --cmd true >/dev/null 2>"$WORK/err" ||
	skip "packets of nftables: $(grep Error "$WORK/err")"
"$RETIS" collect "${plugins[@]}" -c stages,skb,ns,skb-tracking "${supplied[@]}" -f 'icmp[0] == 8' \
	--format json --cmd-quiet --cmd "ip netns exec $A ping -q -c 2 -i 0.1 10.0.0.2" \
	>"$WORK/out" 2>"$WORK/err" || fail "retis fails"
[[ $(count __nft_trace_packet '.packet and .netns and ."skb-tracking"') -ge 2 ]] ||
	fail "the packet of an argument is not seen"
# A filter has it, too; and without the hook the probe has no packet.
"$RETIS" collect "${plugins[@]}" -c stages,skb "${supplied[@]}" -f 'tcp' --cmd-quiet \
	--cmd "ip netns exec $A ping -q -c 2 -i 0.1 10.0.0.2" --format json >"$WORK/out" 2>"$WORK/err"
assert_eq "$(count __nft_trace_packet .packet)" 0 "packets that the filter turns away"
"$RETIS" collect "${plugins[@]}" -c stages,skb "${supplied[@]:0:2}" -f icmp --cmd true >/dev/null 2>"$WORK/err" || true
assert_contains "$WORK/err" 'no packet for the filter to look at'
