#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A terminal that does not keep up costs nothing that is stored: what is not printed is
# told where it is missing and at the end. Nor does it keep a collection from ending.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need ping
make_pair CLIENT SERVER
probes=(-c skb -c ns -p net:netif_receive_skb -p net:net_dev_start_xmit)
mkfifo "$WORK/out" "$WORK/go"

flood() {
	ip netns exec "$CLIENT" ping -q -f -c "$1" 10.0.0.2 >"$WORK/ping" 2>&1
}

# A reader that opens its input, and reads only once it is told to.
slow_reader() {
	{
		read -r _ <"$WORK/go"
		cat
	} <"$WORK/out" >"$WORK/shown" &
	reader=$!
	defer kill "$reader"
}

shown_again() {
	flood 5
	grep -qE '[0-9]{3,} events lost on this CPU before this one' "$WORK/shown"
}

stored_completely() {
	local stored

	slow_reader
	start_retis "$WORK/out" "$WORK/err" collect "${probes[@]}" --buffer-size 64M \
		-o "$WORK/f.data" --print
	flood 20000
	echo >"$WORK/go"
	# What comes now is shown again, and tells what was not.
	wait_for 30 shown_again || fail "what is not shown is not told"
	stop_retis || fail "retis failed"
	wait "$reader"
	assert_not_contains "$WORK/err" 'total events lost'
	assert_contains "$WORK/err" '^WARN +[0-9]+ event\(s\) were not printed, .*; the file has them'
	stored=$("$RETIS" print --format single-line "$WORK/f.data" | grep -c '10.0.0.1 > 10.0.0.2')
	((stored >= 40000)) || fail "of 40000 events of requests $stored are stored"
}

ends_while_blocked() {
	local start

	slow_reader
	start_retis "$WORK/out" "$WORK/err" collect "${probes[@]}" "$@"
	flood 20000
	start=$SECONDS
	stop_retis || fail "retis failed"
	((SECONDS - start < 15)) || fail "it took $((SECONDS - start)) s to end"
	assert_contains "$WORK/err" '[0-9]+ event\(s\) were not printed'
	echo >"$WORK/go"
	wait "$reader"
}

stored_completely
ends_while_blocked --buffer-size 64M -o "$WORK/f.data" --print
"$RETIS" stats "$WORK/f.data" >"$WORK/stats" 2>"$WORK/stats.err" || fail "the file can't be read"
assert_not_contains "$WORK/stats.err" 'has not ended'
ends_while_blocked
