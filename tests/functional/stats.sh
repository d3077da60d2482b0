#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Statistics of files, ours and upstream's: what was collected, where and how much.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

data=$ROOT/tests/data/upstream
cd "$WORK"

"$RETIS" stats "$data/v1.7.json" >out 2>err || fail "stats ended with code $?"
head -n 9 out >first-lines
diff -u - first-lines <<'END' >&2 || fail "upstream's lines differ"

Split index: 2
Number of events: 3
Events of no probe: 1
First event at: 2026-01-02 03:04:05.678902
Last event at: 2026-01-02 03:04:05.678902
Probes:
  kretprobe/udp_rcv: 1
  usdt/dpif_recv:recv_upcall: 1
END
assert_contains out '^  raw_tracepoint/net:netif_rx: 1$'
assert_contains out '^  packet .*: 1, 54 bytes$'
assert_contains out '^Size: [0-9]+ bytes, [0-9.]+ per event$'

"$RETIS" stats "$data/sorted.json" >out
assert_contains out '^Retis version: v1\.7\.0$'
assert_contains out '^Retis cmdline: retis collect -o$'
assert_contains out '^Number of series: 2$'
assert_contains out '^Number of events: 3$'

# Two files of a set in one go, the second one with losses and time to count by.
start() {
	printf '{"common":{"timestamp":%d},"startup":{"retis_version":"v1.7.0","cmdline":"c",' "$1"
	printf '"clock_monotonic_offset":{"sec":0,"nsec":0},'
	printf '"split_file":{"id":%d,"policy":{"kind":"size","limit":1}}}}\n' "$1"
}
event() {
	printf '{"common":{"timestamp":%d000000000,"smp_id":0,"task":{"pid":1,"tgid":1,' "$1"
	printf '"comm":"x"}},"kernel":{"symbol":"%s","probe_type":"kprobe"}}\n' "$2"
}
loss() {
	printf '{"common":{"timestamp":9},"loss":{"since":1,"count":%d,"cause":"%s"%s}}\n' "$@"
}
{
	start 0
	event 4 b
	event 2 a
	event 3 b
} >set.0
{
	start 1
	event 10 c
	event 20 c
	loss 5 'event buffer full'
	loss 7 'event buffer full'
	loss 40 'event buffer full' ',"probe_type":"kprobe","symbol":"c"'
} >set.1
"$RETIS" stats set.0.. >out || fail "stats ended with code $?"
sed -i '/^Size:/d; /^Machine:/d' out
diff -u - out <<'END' >&2 || fail "the statistics of two files differ"
Retis version: v1.7.0
Retis cmdline: c

Split index: 0
Number of events: 3
First event at: 1970-01-01 00:00:02.000000
Last event at: 1970-01-01 00:00:04.000000
Probes:
  kprobe/b: 2 (1.0/s)
  kprobe/a: 1 (0.5/s)

Split index: 1
Number of events: 2
First event at: 1970-01-01 00:00:10.000000
Last event at: 1970-01-01 00:00:20.000000
Probes:
  kprobe/c: 2 (0.2/s)
Losses:
  event buffer full, kprobe/c: 40
  event buffer full: 12
END

"$RETIS" convert set.1 ours.data 2>err
"$RETIS" stats ours.data >out
assert_contains out '^  event buffer full, kprobe/c: 40$'
assert_contains out '^Size: [0-9]+ bytes, .*, events compressed [0-9.]+ times$'
head -c 700 ours.data >cut.data
"$RETIS" stats cut.data >out 2>err || fail "stats of a cut file ended with code $?"
assert_contains out '^The writer has not ended this file\.$'
