#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# While root collects or reads files, hardly anything is left of what root may do; a
# plugin's code tries.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need ping
plugins=${RETIS%/*}/tests/plugins
[[ -e $plugins/prisoner.so ]] || skip "the plugin 'prisoner' for tests is not built"
make_pair CLIENT SERVER
mkdir "$WORK/plugins"
cp "${RETIS%/*}"/plugins/*.so "$plugins/prisoner.so" "$WORK/plugins/"
collect=(collect --plugin-dir "$WORK/plugins" "--collectors=skb,ns,prisoner" --format single-line)

# What all threads have: name, permitted, inheritable and bounding sets, no_new_privs,
# seccomp filter.
threads() {
	awk '/^Name:/ { name = $2 } /^NoNewPrivs:/ { new = $2 } /^Seccomp:/ { print name, p, i, b, new, $2 }
		/^CapInh:/ { i = $2 } /^CapPrm:/ { p = $2 } /^CapBnd:/ { b = $2 }' \
		"/proc/$retis_pid/task/"*/status | sed 's/\<0\{16\}\>/-/g' | sort | tee "$WORK/threads"
}

threads_are() {
	[[ $(threads) == "$1" ]]
}

ping_once() {
	ip netns exec "$CLIENT" ping -q -c 1 -W 1 10.0.0.2 >"$WORK/ping"
}

stored='retis - - - 1 2
retis-drain - - - 1 2
retis-order - - - 1 2
retis-write - - - 1 2'
printed=${stored/retis-write/retis-print - - - 1 2
retis-write}
# ... in the thread that prints; the main one may also write.
ptrace=EPERM
# The sanitizer needs it itself.
! is_sanitized || ptrace='[A-Z]*'
tried="execve=EPERM execveat=EPERM ptrace=$ptrace mount=EPERM module=EPERM io_uring=EPERM"

start_retis "$WORK/out" "$WORK/err" "${collect[@]}" -p tp:net:netif_receive_skb \
	-o "$WORK/events" --print
wait_for 10 threads_are "$printed" || fail "threads are not confined"
ping_once
wait_for 10 grep -q prisoner "$WORK/out" || fail "no event"
wait_for 10 grep -q 'prisoner: tick' "$WORK/err" || fail "no tick"
stop_retis || fail "ended with code $?"
assert_contains "$WORK/out" "prisoner $tried write=EPERM read=done"
assert_contains "$WORK/err" "prisoner: tick $tried write=done read=done"
assert_not_contains "$WORK/out" 'exec[a-z]*=(ENOENT|done)'

# Single kprobes may be for administrators: who attaches them later keeps that right, and
# with all attached nobody does.
for_administrators() {
	echo 4 >"$WORK/paranoid"
	launch "$WORK/out" "$WORK/err" unshare --mount sh -c "
		mount --bind '$WORK/paranoid' /proc/sys/kernel/perf_event_paranoid
		exec \"\$@\"" sh "$RETIS" "${collect[@]}" -p tp:net:netif_receive_skb "$@"
	wait_for 10 threads_are "$expected" || fail "threads are not confined: $*"
	stop_retis || fail "ended with code $?"
}
expected=$(grep -v write <<<"$printed")
for_administrators
if "$RETIS" inspect --features | grep -qE '^kprobe\.multi +no:'; then
	# BPF, PERFMON and SYS_ADMIN.
	expected=${expected/order -/order 000000c000200000}
	for_administrators --probe-stack -f icmp
fi

# A set of files in a folder that is somebody else's, and closed: whoever opens the next
# file may, and nobody else.
mkdir -m 700 "$WORK/foreign"
chown 65534:65534 "$WORK/foreign"
start_retis "$WORK/out" "$WORK/err" "${collect[@]}" -p tp:net:netif_receive_skb \
	-o "$WORK/foreign/events" --out-rotate 1s
wait_for 10 threads_are 'retis 0000000000000002 - - 1 2
retis-drain - - - 1 2
retis-order - - - 1 2
retis-write 0000000000000002 - - 1 2' || fail "threads are not confined"
second_file() {
	ping_once
	[[ -e $WORK/foreign/events.1 ]]
}
wait_for 20 second_file || fail "no second file"
stop_retis || fail "ended with code $?"

# The same in a folder of ours needs nothing.
start_retis "$WORK/out" "$WORK/err" "${collect[@]}" -p tp:net:netif_receive_skb \
	-o "$WORK/set" --out-rotate 1s
wait_for 10 threads_are "$stored" || fail "threads are not confined"
ping_once
stop_retis || fail "ended with code $?"

# Who reads files has nothing, whoever they belong to.
chown -R 65534:65534 "$WORK/foreign"
chmod 600 "$WORK/foreign"/*
mv "$WORK/events" "$WORK/foreign/single"
chmod 600 "$WORK/foreign/single"
chown 65534:65534 "$WORK/foreign/single"
# A pipe keeps them reading.
reading_is() {
	"$RETIS" "$2" --plugin-dir "$WORK/plugins" "${@:3}" >"$WORK/out" 2>"$WORK/err" &
	retis_pid=$!
	defer kill_retis "$retis_pid"
	wait_for 10 threads_are "$1" || fail "$2 is not confined"
	kill -s TERM "$retis_pid"
	wait "$retis_pid" || true
}
mkfifo -m 600 "$WORK/foreign/fifo"
# Both ends: who reads finds it open.
exec 3<>"$WORK/foreign/fifo"
none='retis - - - 1 2'
reading_is "$none" print "$WORK/foreign/fifo"
reading_is "$none" stats "$WORK/foreign/fifo"
reading_is "$none" convert "$WORK/foreign/fifo" "$WORK/foreign/converted"
reading_is "$none" convert --format json "$WORK/foreign/fifo" "$WORK/foreign/converted.json"
# The next file of a set in that folder has to be opened, one in ours needs nothing.
reading_is 'retis 0000000000000004 - - 1 2' print --follow "$WORK/foreign/fifo"
mkfifo "$WORK/fifo"
exec 4<>"$WORK/fifo"
reading_is "$none" print --follow "$WORK/fifo"

run() {
	"$RETIS" "$1" --plugin-dir "$WORK/plugins" "${@:2}" >"$WORK/out" 2>"$WORK/err" ||
		fail "$1 fails with $?"
}
run print --format single-line "$WORK/foreign/single"
assert_contains "$WORK/out" "prisoner $tried write=EPERM read=done"
run convert "$WORK/foreign/single" "$WORK/foreign/copy"
run convert --format json "$WORK/foreign/copy" "$WORK/foreign/copy.json"
run stats "$WORK/foreign/copy.json"
run stats "$WORK/foreign/events.0.."
assert_contains "$WORK/out" 'Split index: 1'

# What is no event file costs nobody theirs.
echo hello >"$WORK/text"
cp "$WORK/foreign/copy.json" "$WORK/kept.json"
! "$RETIS" convert "$WORK/text" "$WORK/kept.json" 2>"$WORK/err" || fail "converted a text"
cmp "$WORK/foreign/copy.json" "$WORK/kept.json" || fail "convert emptied a file before it read one"
! "$RETIS" convert "$WORK/text" "$WORK/new.json" 2>"$WORK/err" || fail "converted a text"
[[ ! -e $WORK/new.json ]] || fail "convert left an empty file"
