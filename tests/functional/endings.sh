#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# However a collection ends, what is queued is printed first, and the exit code is right.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need ping
make_pair CLIENT SERVER
probes=("${own[@]}" -f icmp -p net:netif_receive_skb -p net:net_dev_start_xmit)

ping_client() {
	ip netns exec "$CLIENT" ping -q "$@" 10.0.0.2 >"$WORK/ping" 2>&1
}

# SIGTERM right behind the traffic: nothing of it is missing.
start_retis "$WORK/out" "$WORK/err" collect --format single-line "${probes[@]}"
ping_client -f -c 200
kill -s TERM "$retis_pid"
wait_for 20 gone "$retis_pid" || fail "retis does not end on SIGTERM"
wait "$retis_pid" || fail "exit code after SIGTERM"
assert_eq "$(wc -l <"$WORK/out")" 800 "events of 200 pings seen twice each way"
assert_contains "$WORK/err" 'Received signal, terminating'
assert_contains "$WORK/err" '[0-9]+ event\(s\) processed'
# In the order of time.
cut -d' ' -f1 "$WORK/out" | sort -nc || fail "events are not in order"

# Exactly as many events as asked for.
"$RETIS" collect --stop-after 5 "${probes[@]}" --format single-line \
	--cmd "ip netns exec $CLIENT ping -q -i 0.1 10.0.0.2" >"$WORK/five" 2>"$WORK/five.err" &
pid=$!
wait_for 20 gone "$pid" || fail "--stop-after does not stop"
wait "$pid" || fail "exit code of --stop-after"
ip netns pids "$CLIENT" | xargs -r kill
assert_eq "$(wc -l <"$WORK/five")" 5 "events of --stop-after 5"
assert_contains "$WORK/five.err" 'Reached stop count \(5\), terminating'

# The reader goes away.
code=0
{ "$RETIS" collect "${probes[@]}" --cmd "ip netns exec $CLIENT ping -q -f -c 3000 10.0.0.2" \
	2>"$WORK/pipe.err" || echo $? >"$WORK/pipe.code"; } | head -n 1 >/dev/null
[[ ! -e $WORK/pipe.code ]] || fail "exit code $(cat "$WORK/pipe.code") after a broken pipe"
assert_not_contains "$WORK/pipe.err" '[Ee]rror'

# A full disk is an error.
code=0
"$RETIS" collect "${probes[@]}" --cmd "ip netns exec $CLIENT ping -q -c 1 10.0.0.2" \
	>/dev/full 2>"$WORK/disk.err" || code=$?
assert_eq "$code" 1 "exit code with a full disk"
assert_contains "$WORK/disk.err" '^Error: could not write events: No space left'

# Signals that come at once, as from timeout(1) and a terminal, are one: it sees both when it
# goes on. The command's end is noticed whatever the shell does with SIGCHLD.
for i in 1 2 3 4 5; do
	start_retis /dev/null "$WORK/twice.err" collect "${probes[@]}"
	kill -s STOP "$retis_pid"
	kill -s INT "$retis_pid"
	kill -s TERM "$retis_pid"
	kill -s CONT "$retis_pid"
	wait_for 20 gone "$retis_pid" || fail "retis does not end on two signals"
	assert_contains "$WORK/twice.err" 'event\(s\) processed'
done
env --ignore-signal=CHLD timeout -k 1 20 "$RETIS" collect "${probes[@]}" --cmd true \
	>/dev/null 2>&1 || fail "no end without SIGCHLD"

# The command's own end is told.
"$RETIS" collect "${probes[@]}" --cmd 'exit 3' >/dev/null 2>"$WORK/cmd.err"
assert_contains "$WORK/cmd.err" 'Command returned \(exit status: 3\), terminating'
# shellcheck disable=SC2016
"$RETIS" collect "${probes[@]}" --cmd 'kill -9 $$' >/dev/null 2>"$WORK/cmd.err"
assert_contains "$WORK/cmd.err" 'Command returned \(signal: 9 \(SIGKILL\)\), terminating'

# A second signal does not wait for a reader that doesn't read.
hears_interrupts() {
	grep -qF 'Received signal' "$WORK/stuck.err" &&
		! ((0x$(awk '/^SigBlk:/ { print $2 }' "/proc/$retis_pid/status") & 2))
}
mkfifo "$WORK/fifo"
# shellcheck disable=SC2217 # it holds the pipe open
sleep 60 <"$WORK/fifo" &
reader=$!
defer kill "$reader"
start_retis "$WORK/fifo" "$WORK/stuck.err" collect "${probes[@]}"
ping_client -f -c 2000
kill -s INT "$retis_pid"
wait_for 10 hears_interrupts || fail "the first signal is not heard"
! gone "$retis_pid" || fail "retis did not wait for its reader"
kill -s INT "$retis_pid"
wait_for 5 gone "$retis_pid" || fail "a second signal does not end retis"
