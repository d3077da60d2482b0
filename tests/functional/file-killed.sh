#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A collection that is killed loses what happened in its last second or so, no more.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need ping
make_pair CLIENT SERVER
probes=(-p net:netif_receive_skb -p net:net_dev_start_xmit)


for round in 1 2 3; do
	start_retis "$WORK/out" "$WORK/err" collect -o "$WORK/file" "${probes[@]}"
	# shellcheck disable=SC2154 # of lib.sh
	pid=$retis_pid
	ip netns exec "$CLIENT" ping -q -i 0.01 10.0.0.2 >/dev/null 2>&1 &
	ping=$!
	sleep "2.$((RANDOM % 9))"
	killed=$(date +%s%N)
	kill -s KILL "$pid"
	kill "$ping"
	wait "$pid" "$ping" 2>/dev/null || true
	NOPAGER=1 "$RETIS" print --utc --format single-line "$WORK/file" >"$WORK/printed" \
		2>"$WORK/print.err" || fail "round $round: the file can't be read"
	last=$(date -u -d "$(tail -n 1 "$WORK/printed" | cut -c 1-26)" +%s%N)
	ms=$(((killed - last) / 1000000))
	((ms < 1500)) || fail "round $round: the last $ms ms are lost"
done
