#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The command of --cmd: what it gets, what of it is seen, and how it ends; a collection
# whose terminal goes away.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need ping
make_pair CLIENT SERVER
probe=(-p tp:net:netif_receive_skb)

# with_command EXPECTED_CODE COMMAND ARG...
with_command() {
	local code=0

	"$RETIS" collect "${probe[@]}" --cmd "$2" "${@:3}" >"$WORK/out" 2>"$WORK/err" \
		</dev/null || code=$?
	assert_eq "$code" "$1" "exit code with the command $2"
}

# Its output is on the standard error, and nowhere else.
with_command 0 'echo spoken; echo complained >&2; exit 7'
assert_contains "$WORK/err" '^spoken$'
assert_contains "$WORK/err" '^complained$'
assert_contains "$WORK/err" 'Command returned \(exit status: 7\), terminating'
assert_not_contains "$WORK/out" 'spoken|complained'
with_command 0 'echo spoken; echo complained >&2' --cmd-quiet
assert_not_contains "$WORK/err" 'spoken|complained'
with_command 7 'exit 7' --cmd-status
# shellcheck disable=SC2016
with_command 137 'kill -9 $$' --cmd-status
assert_contains "$WORK/err" 'Command returned \(signal: 9 \(SIGKILL\)\)'
with_command 0 true --cmd-status

# It has what the shell we were started from would give it.
# shellcheck disable=SC2016
state='grep -E "^(Sig(Blk|Ign)|Cap|NoNewPrivs|Seccomp)" /proc/self/status
	ulimit -n; ulimit -Hn; ulimit -l; for fd in /proc/$$/fd/*; do echo "${fd##*/}"; done'
# dash lifts blocked signals by itself: bash takes its place.
bash=$(command -v bash) sh=$(realpath /bin/sh)
with_bash() {
	unshare --mount sh -c "mount --bind '$bash' '$sh' && exec \"\$@\"" sh \
		env --default-signal=PIPE,INT,QUIT "$@"
}
(
	# Fewer than probes need.
	ulimit -n 100
	with_bash sh -c "$state" >"$WORK/shell" 2>&1 </dev/null
	with_bash "$RETIS" --log-level error collect "${probe[@]}" --cmd "$state" \
		2>"$WORK/command" >"$WORK/out" </dev/null
)
# Signals 32 and 33 are the C library's own.
without_internal_signals() {
	local name value

	while IFS=$'\t' read -r name value; do
		[[ $name != Sig* ]] || value=$(printf %016x $((0x$value & ~0x180000000)))
		printf '%s\t%s\n' "$name" "$value"
	done <"$1"
}
diff <(without_internal_signals "$WORK/shell") <(without_internal_signals "$WORK/command") >&2 ||
	fail "the command has other rights than its shell"

# Its events come before the word that it returned.
"$RETIS" collect "${probe[@]}" --format single-line \
	--cmd "ip netns exec $CLIENT ping -q -f -c 200 10.0.0.2" >"$WORK/all" 2>&1 </dev/null
last=$(grep -n "ns [^ ]*/$(netns_inode "$SERVER") " "$WORK/all" | tail -n 1)
said=$(grep -n 'Command returned' "$WORK/all")
((${last%%:*} < ${said%%:*})) || fail "events behind 'Command returned'"
n=$(grep -c "ICMP (1).* ns [^ ]*/$(netns_inode "$SERVER") " "$WORK/all")
assert_eq "$n" 200 "events of the command"

# One that goes on is named.
start_retis "$WORK/out" "$WORK/err" collect "${probe[@]}" --cmd "exec sleep 987"
stop_retis || fail "ended with code $?"
assert_contains "$WORK/err" 'The command is still running \(process [0-9]+\): exec sleep 987$'
pid=$(sed -n 's/.*still running (process \([0-9]*\)).*/\1/p' "$WORK/err")
kill "$pid" || fail "process $pid is not there"

# Three packets, then signal $1.
ping_and_kill() {
	ip netns exec "$CLIENT" ping -q -c 3 -i 0.1 10.0.0.2 >"$WORK/ping"
	kill -s "$1" "$retis_pid"
}
# What was collected is in the file, and that is whole. $1: until when.
expect_kept() {
	local n

	"$RETIS" stats "$WORK/events" >"$WORK/stats" 2>&1
	assert_not_contains "$WORK/stats" 'not ended'
	"$RETIS" print --format single-line "$WORK/events" >"$WORK/printed"
	n=$(grep -c "ICMP (1).* ns [^ ]*/$(netns_inode "$SERVER") " "$WORK/printed")
	assert_eq "$n" 3 "events $1"
}

# The terminal goes away, or ^\ is typed: what was collected is kept.
for signal in HUP QUIT; do
	start_retis "$WORK/out" "$WORK/err" collect "${probe[@]}" -o "$WORK/events"
	ping_and_kill "$signal"
	wait_for 20 gone "$retis_pid" || fail "retis does not end on SIG$signal"
	wait "$retis_pid" || fail "exit code $? after SIG$signal"
	expect_kept "before SIG$signal"
done

# Who read the messages has gone.
"$RETIS" collect "${probe[@]}" -o "$WORK/events" 2> >(true) >"$WORK/out" \
	--cmd "sleep 0.2; ip netns exec $CLIENT ping -q -c 3 -i 0.1 10.0.0.2 >$WORK/ping" ||
	fail "exit code $? without a reader of messages"
expect_kept "without a reader of messages"

# Unless somebody, like nohup, wants it to go on.
launch "$WORK/out" "$WORK/err" env --ignore-signal=HUP "$RETIS" collect "${probe[@]}"
ping_and_kill HUP
ip netns exec "$CLIENT" ping -q -c 1 10.0.0.2 >"$WORK/ping"
stop_retis || fail "ended with code $?"
n=$(grep -cF "ICMP (1)" "$WORK/out")
((n >= 8)) || fail "only $n events with SIGHUP ignored"
