#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Hundreds of functions can be probed at once, progress is shown if that takes a while, the
# prompt is back within a second of Ctrl-C, also in the middle of it, and in the end
# nothing is left behind.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/probes.bash"

need ping
need_probe kprobe:ip_rcv
make_pair CLIENT SERVER

now() {
	echo $(($(date +%s%N) / 1000000))
}

detached() {
	local pid

	for pid in $(pgrep -x retis-detach); do
		! grep -qzF "RETIS_TEST_ID=$RETIS_TEST_ID" "/proc/$pid/environ" || return 1
	done
}

# interrupt LIMIT: SIGINT, and how long it takes to end.
interrupt() {
	local start code=0

	start=$(now)
	stop_retis || code=$?
	took=$(($(now) - start))
	echo "prompt back after $took ms, code $code"
	((took <= $1)) || fail "the prompt came back after $took ms"
}

"$RETIS" inspect -p '*' >"$WORK/all" 2>"$WORK/err" || skip "functions can't be listed here"
grep '^kprobe:.*\(ip\|skb\|dev\|tcp\|udp\|net\)' "$WORK/all" >"$WORK/some" || true
{ echo kprobe:ip_rcv; head -n 299 "$WORK/some"; } | sort -u >"$WORK/list"
mapfile -t args < <(sed 's/^kprobe:/--probe=/' "$WORK/list")
((${#args[@]} >= 200)) || skip "only ${#args[@]} functions can be probed here"

start=$(now)
start_retis "$WORK/out" "$WORK/err" collect "${args[@]}"
took=$(($(now) - start))
echo "${#args[@]} functions in $took ms"
((took < 8000)) || assert_contains "$WORK/err" 'attaching probes: [0-9]+/'
ip netns exec "$CLIENT" ping -q -c 2 -i 0.2 10.0.0.2 >"$WORK/ping"
wait_for 10 grep -q '\] ip_rcv' "$WORK/out" || fail "no event of ip_rcv"
# A second, and some more for a machine that is busy with other things.
soon=$((${RETIS_GUEST:-0} ? 20000 : 3000))
interrupt "$soon"
wait_for "$RETIS_PATIENCE" detached || fail "still detaching"

# In the middle of attaching.
"$RETIS" collect --cmd true "${args[@]}" >/dev/null 2>&1
wait_for "$RETIS_PATIENCE" detached || fail "still detaching"
: >"$WORK/err"
env --default-signal=INT "$RETIS" collect "${args[@]}" >"$WORK/out" 2>"$WORK/err" </dev/null &
retis_pid=$!
defer kill_retis "$retis_pid"
wait_for 60 grep -qE 'attaching probes|loaded' "$WORK/err" || fail "no probe is attached"
interrupt "$soon"
assert_contains "$WORK/err" 'Received signal'
wait_for "$RETIS_PATIENCE" detached || fail "still detaching"
