#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Once "probe(s) loaded" is said each packet has an event, the very next one, too; what
# --cmd sends as well.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.1

make_pair CLIENT SERVER
port=$((20000 + RANDOM % 10000))
probes=(-c skb -p net:netif_receive_skb -f "udp dst port $port" --format single-line)

# The shell itself sends: a program would have to be started first.
send_when_loaded() {
	ip netns exec "$CLIENT" bash -c "ip link set lo up
		while IFS= read -r line; do
			[[ \$line != *'probe(s) loaded'* ]] || echo >/dev/udp/127.0.0.1/$port
		done"
}

for ((i = 0; i < 8; i++)); do
	# One packet ends it; without an event it would go on until it is told to stop.
	timeout -s INT 20 "$RETIS" collect "${probes[@]}" --stop-after 1 \
		2> >(send_when_loaded) >"$WORK/out" || fail "retis failed or saw no packet"
	assert_contains "$WORK/out" "127.0.0.1.$port"
done

"$RETIS" collect "${probes[@]}" --cmd "ip netns exec $CLIENT bash -c 'echo >/dev/udp/127.0.0.1/$port'" \
	>"$WORK/out" 2>"$WORK/err" || fail "retis failed"
assert_contains "$WORK/out" "127.0.0.1.$port"
