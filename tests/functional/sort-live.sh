#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Stories of packets are printed while events are collected, each once its packet has ended,
# as "retis sort" prints them afterwards.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.1

unset RETIS_TRACK

need ping
need jq
need socat
make_pair CLIENT SERVER
probes=(-c skb -c skb-tracking -p net:netif_receive_skb -p net:net_dev_start_xmit -p skb:consume_skb
	-p skb:kfree_skb)
filter=(-f 'src host 10.0.0.1 and (icmp or udp)')

pings() {
	ip netns exec "$CLIENT" ping -q "$@" 10.0.0.2 >"$WORK/ping" 2>&1
}

# Its neighbour is known.
pings -c 1 || skip "packets do not get through"

# A line for each series.
paragraphs() {
	awk -v RS= '{ gsub("\n", "|"); print }' "$@" | LC_ALL=C sort
}

has_requests() {
	(($(grep -cE '^[0-9].* net:net_dev_start_xmit #[0-9a-f]+ .* n 0$' "$1") >= $2))
}

# --- the same as later ---------------------------------------------------------

start_retis "$WORK/live" "$WORK/err" collect "${probes[@]}" "${filter[@]}" --sort --print \
	-o "$WORK/f.data"
pings -c 3 -i 0.3
# Not only at the end.
wait_for 20 has_requests "$WORK/live" 3 || fail "no story is printed while packets come"
stop_retis || fail "retis fails"
"$RETIS" sort "$WORK/f.data" | sed '1,/^$/d' >"$WORK/sorted"
paragraphs "$WORK/live" >"$WORK/live.lines"
paragraphs "$WORK/sorted" >"$WORK/sorted.lines"
diff "$WORK/sorted.lines" "$WORK/live.lines" >&2 || fail "the stories are others than those of sort"
assert_contains "$WORK/live" '^  ↳ .* net:netif_receive_skb #.* n [12]$'

# --- JSON; what is left is printed at the end -------------------------------------

start_retis "$WORK/live.json" "$WORK/err" collect "${probes[@]}" "${filter[@]}" --sort --print \
	-o "$WORK/f.data" --format json --stop-after 5
pings -c 5 -i 0.2
wait_for "$RETIS_PATIENCE" gone "$retis_pid" || fail "--stop-after does not stop it"
stop_retis || fail "retis fails"
assert_eq "$(jq -s 'map(length) | add' "$WORK/live.json")" 5 "events"
"$RETIS" sort --format json "$WORK/f.data" | jq -cS 'select(.[0].startup | not)' |
	sort >"$WORK/sorted.lines"
jq -cS . "$WORK/live.json" | sort >"$WORK/live.lines"
diff "$WORK/sorted.lines" "$WORK/live.lines" >&2 || fail "in JSON the stories are others"

# --- a packet that stays -----------------------------------------------------------

ip netns exec "$SERVER" socat -u udp4-recv:7777 - >"$WORK/received" &
receiver=$!
defer kill -s KILL "$receiver"
# 7777
wait_for 20 ip netns exec "$SERVER" grep -q ':1E61 ' /proc/net/udp || fail "socat does not listen"
kill -s STOP "$receiver"
start_retis "$WORK/live" "$WORK/err" collect "${probes[@]}" "${filter[@]}" --sort --sort-timeout 1
echo one | ip netns exec "$CLIENT" socat - udp4-sendto:10.0.0.2:7777
wait_for 20 has_requests "$WORK/live" 1 || fail "the story of a packet that stays is not printed"
kill -s CONT "$receiver"
wait_for 10 grep -q one "$WORK/received" || fail "the packet does not arrive"
stop_retis || fail "retis fails"
# Its last event goes on with the number. Where ends are not seen, the packet gets another id.
grep -q 'Only tracepoints can be used' "$WORK/err" ||
	assert_contains "$WORK/live" '^[0-9].* skb:consume_skb #.* n 2$'

# --- a terminal that takes nothing -------------------------------------------------

mkfifo "$WORK/out" "$WORK/go"
{
	read -r _ <"$WORK/go"
	cat
} <"$WORK/out" >"$WORK/live" &
reader=$!
defer kill "$reader"
start_retis "$WORK/out" "$WORK/err" collect "${probes[@]}" "${filter[@]}" --buffer-size 64M --sort \
	--print -o "$WORK/f.data"
pings -f -c 10000
start=$SECONDS
stop_retis || fail "retis fails"
((SECONDS - start < 15)) || fail "it took $((SECONDS - start)) s to end"
assert_contains "$WORK/err" '[0-9]+ event\(s\) were not printed, .*; the file has them'
echo >"$WORK/go"
wait "$reader"
"$RETIS" sort "$WORK/f.data" >"$WORK/sorted"
has_requests "$WORK/sorted" 10000 || fail "the file has not all events"
