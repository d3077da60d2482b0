#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Probes in programs: found in files and processes, with arguments of all forms, in
# libraries, in containers, with semaphores; the end of the process is noticed.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.12

need jq
plugins=(--plugin-dir "$BUILD/tests/plugins" --plugin-dir "${RETIS%/*}/plugins")
# Of its own, which others do not run; where the machine's files can't be probed, these can.
cp "$BUILD"/tests/usdt/target* "$WORK"
mkdir "$WORK/fifo"
mkfifo "$WORK/fifo/in"

# start_target CMD...: runs a target that passes its probes at each line of fd 9, and prints a
# line then; its process is $target.
start_target() {
	: >"$WORK/passed"
	"$@" <"$WORK/fifo/in" >"$WORK/passed" &
	launched=$!
	exec 9>"$WORK/fifo/in"
	defer kill "$launched"
	wait_for 10 find_target || fail "the program does not start"
}

find_target() {
	target=$(grep -lsxE 'target(-fixed)?' /proc/[0-9]*/comm | grep -oE '[0-9]+' |
		while read -r pid; do
			[[ $(readlink "/proc/$pid/fd/0") == "$WORK/fifo/in" ]] && echo "$pid"
		done)
	[[ -n $target ]]
}

end_target() {
	exec 9>&-
	# Unless that ends it already.
	kill "$target" 2>/dev/null || true
	wait "$launched" || true
}

# Makes it pass them once more.
pass() {
	local before

	before=$(wc -l <"$WORK/passed")
	echo >&9
	wait_for 10 has_passed "$before" || fail "the program does not go on"
}

has_passed() {
	(($(wc -l <"$WORK/passed") > $1))
}

# collect ARG...: what is collected while the target passes its probes once.
collect() {
	start_retis "$WORK/out" "$WORK/err" collect "${plugins[@]}" -c usdt --format json "$@"
	pass
	stop_retis || fail "retis fails"
}

count() {
	jq -s "map(select($1)) | length" "$WORK/out"
}

values() {
	jq -c "select(.userspace.symbol == \"$1\").\"usdt-values\".values" "$WORK/out" | head -n 1
}

start_target "$WORK/target" "$WORK/target.so"
"$RETIS" collect --pid "$target" -p 'usdt:main::*' --cmd true >/dev/null 2>"$WORK/err" ||
	skip "programs can't be probed here: $(grep Error "$WORK/err")"

# --- what there is -----------------------------------------------------------------

"$RETIS" inspect --pid "$target" >"$WORK/list" || fail "inspect fails"
assert_contains "$WORK/list" "^usdt:$WORK/target:dpif_recv::recv_upcall\$"
assert_contains "$WORK/list" "^usdt:$WORK/target.so:dpif_netlink_operate__::op_flow_put\$"
if [[ $(uname -m) == x86_64 ]]; then
	"$RETIS" inspect -p "usdt:$WORK/target:forms::*" -l >"$WORK/list" || fail "inspect fails for a file"
	assert_contains "$WORK/list" "^  arguments   u64, s32, u32, s16, u8, s8, u8, \?\$"
fi
"$RETIS" inspect --pid "$target" -p 'usdt:no::such' >"$WORK/list" 2>"$WORK/err" &&
	fail "a probe that is not there is listed"
assert_contains "$WORK/err" "Could not find a usdt probe matching 'no:such'"

# --- arguments ------------------------------------------------------------------------

collect --pid "$target" -p 'usdt:*::*' -f 'tcp port 1'
if [[ $(uname -m) == x86_64 ]]; then
	assert_eq "$(values forms:constants)" "[-7,18838586676582,200,-56,0,0,0,0]" "constants"
	assert_eq "$(values forms:registers)" \
		"[79867294336,-1737084288,2557883008,12928,128,-128,50,0]" "registers"
	assert_eq "$(values forms:memory)" "[-2,1,-2,3,-8589934591,0,0,0]" "memory"
	# No event without its arguments, and no silence either.
	assert_eq "$(count '.userspace.symbol == "forms:unreadable"')" 0 "events without arguments"
	assert_contains "$WORK/err" 'lost 1 event\(s\) from usdt:.*target:forms::unreadable: an argument'
fi
assert_eq "$(values dpif_netlink_operate__:op_flow_put | jq '.[4]')" -3 "a constant of the compiler's"
# Places of one name are apart, and each library has its own.
assert_eq "$(jq -c 'select(.userspace.symbol == "twice:inlined" and (.userspace.path | endswith("target")))."usdt-values".values[0]' "$WORK/out" | paste -sd' ')" \
	"17 18" "arguments of both places"
assert_eq "$(count '.userspace.symbol == "twice:inlined"')" 4 "places in the program and its library"
has_event "$WORK/out" ".userspace | .path == \"$WORK/target.so\" and .symbol == \"main:run_start\" and .pid == $target and .tid != $target" ||
	fail "the library's events in a new thread are wrong"
has_event "$WORK/out" '.userspace | .probe_type == "usdt" and .ip > 4096' || fail "no address"

# What a plugin's description names, and what its hook reads there.
collect --pid "$target"
assert_eq "$(count '.userspace.symbol == "dpif_recv:recv_upcall"')" 2 "events of the plugin's probe"
has_event "$WORK/out" '."usdt-upcall" | .type == 1 and .size == 21 and .dpif == "system@ovs-system" and
	.packet == ("\u0002\u0000\u0000\u0000\u0000\u0001\u0002\u0000\u0000\u0000\u0000\u0002\u0008\u0000packet" | @base64)' ||
	fail "the daemon's packet is not what it was"

# Others do not look at packets there; whoever asks for a probe sees it passed by.
start_retis "$WORK/text" "$WORK/err" collect --pid "$target" -p usdt:main::run_start -o "$WORK/data" --print
pass
stop_retis || fail "retis fails"
assert_contains "$WORK/text" "\[target\] $target/[0-9]+ \[u\] main:run_start \(target\)\$"
"$RETIS" print "$WORK/data" >"$WORK/printed" || fail "the file can't be read"
diff <(grep '\[u\]' "$WORK/text") <(grep '\[u\]' "$WORK/printed") >/dev/null || fail "the file says something else"
"$RETIS" stats "$WORK/data" >"$WORK/stats"
assert_contains "$WORK/stats" 'usdt/main:run_start: 2'

# --- semaphores ------------------------------------------------------------------------

collect --pid "$target" -p usdt:guarded::looked -p usdt:main::run_start
assert_eq "$(count '.userspace.symbol == "guarded:looked"')" 2 "events behind semaphores"
assert_eq "$(tail -n 1 "$WORK/passed")" "semaphore 1" "semaphore"
# The kernel may take its time to let go.
is_untraced() {
	pass
	[[ $(tail -n 1 "$WORK/passed") == "semaphore 0" ]]
}
wait_for 20 is_untraced || fail "the semaphore stays up without a tracer"

# --- the process ends ---------------------------------------------------------------------

start_retis "$WORK/out" "$WORK/err" collect --pid "$target" -p usdt:main::run_start
end_target
wait_for 10 grep -q 'has ended' "$WORK/err" || fail "the end of the process is not noticed"
assert_contains "$WORK/err" "Process $target \(target\) has ended, and with it went 2 usdt probe"
stop_retis || fail "retis fails after the process"

# --- by a file: whoever runs it, now and later ------------------------------------------

start_retis "$WORK/out" "$WORK/err" collect "${plugins[@]}" -c usdt --format json \
	-p "usdt:$WORK/target-fixed:main::run_start"
start_target "$WORK/target-fixed"
pass
end_target
stop_retis || fail "retis fails"
has_event "$WORK/out" ".userspace | .symbol == \"main:run_start\" and .pid == $target" ||
	fail "a process that came later is not seen"
# Its address is the one it was linked to.
start_target "$WORK/target-fixed"
ip=$(jq -s 'first.userspace.ip' "$WORK/out")
collect -p "usdt:main::run_start/pid=$target"
assert_eq "$(jq -s 'first.userspace.ip' "$WORK/out")" "$ip" "the address of a program that is not moved"
end_target

# --- in a container: other files have its names here --------------------------------------

need unshare
inside=$WORK/inside
mkdir "$inside"
# shellcheck disable=SC2016 # it is the other shell's
start_target unshare --mount sh -c 'mount -t tmpfs none "$1" && cp "$2"/target* "$1" &&
	exec "$1/target" "$1/target.so"' - "$inside" "$WORK"
[[ ! -e $inside/target ]] || fail "it is no container"
collect --pid "$target" -p usdt:twice::inlined
assert_eq "$(count ".userspace.symbol == \"twice:inlined\" and .userspace.path == \"$inside/target\"")" 2 \
	"events of the program in the container"
end_target

# --- refused, with the remedy ---------------------------------------------------------------

refused() {
	"$RETIS" collect "${@:2}" --cmd true >/dev/null 2>"$WORK/err" && fail "accepted: ${*:2}"
	assert_contains "$WORK/err" "$1"
}

refused 'whose\? give --pid, or the file: usdt:PATH:PROVIDER::NAME' -p usdt:a::b
refused 'there is no process 2147483647' --pid 2147483647 -p usdt:a::b
refused "$WORK/none: No such file" -p "usdt:$WORK/none:a::b"
refused "/dev/null: not a regular file" -p usdt:/dev/null:a::b
refused "lib.sh: not a 64-bit program" -p "usdt:$ROOT/tests/functional/lib.sh:a::b"
refused "Could not find a usdt probe matching 'a:b'" -p "usdt:$WORK/target:a::b"
refused "usdt probes have no stack traces" -p "usdt:$WORK/target:main::run_start/stack"
