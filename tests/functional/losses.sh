#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whatever gets lost is counted, reported with its cause, and marked in the stream at
# the place where it happened.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.12

need ping
need jq
make_pair CLIENT SERVER
torture=$BUILD/tests/plugins
anywhere=(-p net:netif_receive_skb -p net:net_dev_start_xmit)
probes=("${own[@]}" "${anywhere[@]}")
# Neighbours are looked for whenever the kernel likes to.
ours=(-f icmp "${probes[@]}")

ping_client() {
	echo "ip netns exec $CLIENT ping -q $* 10.0.0.2"
}

# Sum of a number over a JSON stream.
total() {
	jq -s "[.[] | $2 // 0] | add" "$1"
}

warned() {
	grep -qE 'lost [0-9]+ more event\(s\).*--buffer-size [0-9]+M at least would have held' "$1"
}

# The stream has events of COUNT pings or tells of their loss.
told() {
	(($(total "$1" .common.lost) + $(wc -l <"$1") >= 4 * $2))
}

# lost ERR [WHAT]: what all probes lost of WHAT, according to the messages at the end.
lost() {
	sed -n "s/^WARN.*lost \\([0-9]*\\) ${2:-event}(s) from .*/\\1/p" "$1" | awk '{ n += $1 } END { print n + 0 }'
}

# told_alike ERR FILE: the messages at the end and the file tell of the same losses.
told_alike() {
	"$RETIS" stats "$2" >"$WORK/stats" 2>"$WORK/stats.err" || fail "stats failed"
	assert_eq "$(awk '/^Losses:/ { l = 1; next } l && /^  / { s += $NF; next } { l = 0 } END { print s + 0 }' \
		"$WORK/stats")" "$(($(lost "$1") + $(lost "$1" section)))" "losses in ${2##*/}"
	assert_eq "$(sed -n 's/.*total events lost: //p' "$1")" "$(lost "$1" | grep -vx 0)" \
		"total of ${2##*/}"
}

# Events plus losses are all there was: the ring gets full while retis is stopped.
ring_full() {
	local lost sent behind

	start_retis "$WORK/full" "$WORK/full.err" collect --format json --buffer-size 16K "${ours[@]}"
	kill -s STOP "$retis_pid"
	eval "$(ping_client -f -c 500)" >"$WORK/ping" 2>&1
	kill -s CONT "$retis_pid"
	wait_for "$RETIS_PATIENCE" warned "$WORK/full.err" || fail "no warning about losses"
	# Loss before an event is told by that event.
	eval "$(ping_client -c 2 -i 0.2)" >"$WORK/ping" 2>&1
	wait_for 2 told "$WORK/full" 502 || true
	stop_retis || fail "retis failed"
	assert_contains "$WORK/full.err" 'lost [0-9]+ event\(s\) from tp:net:netif_receive_skb: event buffer full'
	lost=$(sed -n 's/.*total events lost: //p' "$WORK/full.err")
	sent=$(wc -l <"$WORK/full")
	# 502 requests and as many replies, seen twice each.
	assert_eq $((lost + sent)) 2008 "$sent events and $lost lost"
	behind=$(sed -n 's/.* \([0-9]*\) of them after the last event.*/\1/p' "$WORK/full.err")
	assert_eq $(($(total "$WORK/full" .common.lost) + ${behind:-0})) "$lost" \
		"events lost according to the stream"
}

on_loss_exit() {
	local code=0

	start_retis "$WORK/exit" "$WORK/exit.err" collect --on-loss exit --buffer-size 16K "${probes[@]}"
	kill -s STOP "$retis_pid"
	eval "$(ping_client -f -c 500)" >"$WORK/ping" 2>&1
	kill -s CONT "$retis_pid"
	wait_for 20 gone "$retis_pid" || fail "--on-loss exit does not exit"
	wait "$retis_pid" || code=$?
	assert_eq "$code" 1 "exit code of --on-loss exit"
	assert_contains "$WORK/exit.err" 'Error: events were lost'
}

# Pings while retis, which started it, is stopped.
stopped_ping() {
	echo "kill -s STOP \$PPID; $(ping_client "$@"); kill -s CONT \$PPID"
}

# Also what is lost just before the end, and not at all behind the last look of each
# second: a file tells as much as the collection does.
last_losses() {
	local code=0

	"$RETIS" collect --buffer-size 4096 -o "$WORK/last.data" "${probes[@]}" \
		--cmd "$(stopped_ping -f -c 500)" >"$WORK/last" 2>"$WORK/last.err" || fail "retis failed"
	assert_contains "$WORK/last.err" 'total events lost: [0-9]+'
	told_alike "$WORK/last.err" "$WORK/last.data"
	"$RETIS" collect --on-loss exit --buffer-size 4096 "${probes[@]}" \
		--cmd "$(stopped_ping -f -c 200)" >"$WORK/last" 2>"$WORK/last.err" || code=$?
	assert_contains "$WORK/last.err" 'total events lost'
	assert_eq "$code" 1 "exit code of --on-loss exit when the command ends first"
}

# The size that is named for the buffer does hold what was lost.
advice() {
	local size=4096

	for _ in 1 2; do
		"$RETIS" collect -c skb,dev,ns --format json --buffer-size "$size" "${ours[@]}" \
			--cmd "$(stopped_ping -f -c 2000)" >"$WORK/advice" 2>"$WORK/advice.err" ||
			fail "retis failed"
		size=$(sed -n 's/.*(--buffer-size \([0-9]*M\) at least would do).*/\1/p' "$WORK/advice.err" |
			head -n 1)
		[[ -n $size ]] || break
	done
	[[ -z $size ]] || fail "a buffer of the size that was named does not hold the events"
	assert_eq "$(wc -l <"$WORK/advice")" 8000 "events with the size that was named"
}

section_space() {
	"$RETIS" collect --plugin-dir "$torture" --torture-fill 8 --format json "${probes[@]}" \
		-o "$WORK/space.data" --print \
		--cmd "$(ping_client -c 1)" >"$WORK/space" 2>"$WORK/space.err" || fail "retis failed"
	# 8 of 16 bytes each, then 4 of the 8 that are 2000 long.
	assert_contains "$WORK/space.err" 'lost [0-9]+ section\(s\) from tp:net:[a-z_]+: no room left'
	has_event "$WORK/space" '.common.missing > 0 and .packet.len > 0' ||
		fail "no event says what it misses"
	assert_eq "$(total "$WORK/space" .common.missing)" \
		"$(lost "$WORK/space.err" section)" "sections missing"
	told_alike "$WORK/space.err" "$WORK/space.data"
}

# The tracepoint of bpf_trace_printk() is hit by our own probes. Kernels before 6.2
# would hang: they hold a lock around it.
nesting() {
	local release

	release=$(uname -r)
	[[ $(printf '%s\n6.2\n' "$release" | sort -V | head -n 1) == 6.2 ]] || return 0
	"$RETIS" collect --plugin-dir "$torture" --torture-nest --format json \
		-p bpf_trace:bpf_trace_printk "${anywhere[@]}" -o "$WORK/nest.data" --print \
		--cmd "$(ping_client -c 2 -i 0.2)" >"$WORK/nest" 2>"$WORK/nest.err" || fail "retis failed"
	assert_contains "$WORK/nest.err" 'lost [0-9]+ event\(s\) from tp:bpf_trace:bpf_trace_printk: the kernel skipped'
	told_alike "$WORK/nest.err" "$WORK/nest.data"
	RETIS_NESTING=1 "$RETIS" collect --plugin-dir "$torture" --torture-nest --format json \
		-p bpf_trace:bpf_trace_printk "${anywhere[@]}" -o "$WORK/deep.data" --print \
		--cmd "$(ping_client -c 2 -i 0.2)" >"$WORK/deep" 2>"$WORK/deep.err" || fail "retis failed"
	assert_contains "$WORK/deep.err" 'lost [0-9]+ event\(s\) from tp:bpf_trace:bpf_trace_printk: interrupts nested'
	told_alike "$WORK/deep.err" "$WORK/deep.data"
	grep -q 'of them after the last event' "$WORK/deep.err" ||
		(($(total "$WORK/deep" .common.lost) > 0)) || fail "no event tells about nested losses"
}

ring_full
on_loss_exit
last_losses
advice
section_space
nesting
