#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Events of a file come packet by packet, in text and as sorted JSON, the same from any
# form of the file; sorted files are left as they are.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

cd "$WORK"

start() {
	printf '{"common":{"timestamp":%d},"startup":{"retis_version":"v1.7.0","cmdline":"c",' "$1"
	printf '"clock_monotonic_offset":{"sec":0,"nsec":0},'
	printf '"split_file":{"id":%d,"policy":{"kind":"size","limit":1}}}}\n' "$2"
}
# TIME SYMBOL [ID-TIME HEAD SKB]
event() {
	printf '{"common":{"timestamp":%d,"smp_id":0,"task":{"pid":1,"tgid":1,"comm":"x"}},' "$1"
	printf '"kernel":{"symbol":"%s","probe_type":"kprobe"}' "$2"
	[[ $# -eq 2 ]] ||
		printf ',"skb-tracking":{"orig_head":%d,"timestamp":%d,"skb":%d}' "$4" "$3" "$5"
	printf ',"dev":{"name":"eth0","ifindex":2}}\n'
}

# The packets 20 at 10 and 21 at 11, in two files; the start was written late.
{
	start 15 0
	event 10 rx 10 32 160
	event 11 other
	event 11 rx 11 33 176
	event 14 late 10 32 161
} >set.0
{
	start 30 1
	event 13 clone 10 32 161
	event 31 tx 11 33 176
	echo '{"common":{"timestamp":32},"loss":{"since":1,"count":3,"cause":"event buffer full"}}'
} >set.1

"$RETIS" sort --format single-line set.0.. >out 2>err || fail "sort ended with code $?"
assert_eq "$(<err)" "" "messages"
diff -u - out <<'END' >&2 || fail "the order differs"
15 collected with Retis v1.7.0 on machine unknown unknown unknown file id 0 cmdline c
10 (0) [x] 1 [k] rx #a0000000000000020 (skb a0) n 0 (may lack 3 events: event buffer full) if 2 (eth0)
  ↳ 13 (0) [x] 1 [k] clone #a0000000000000020 (skb a0) n 1 if 2 (eth0)
  ↳ 14 (0) [x] 1 [k] late #a0000000000000020 (skb a0) n 2 if 2 (eth0)

11 (0) [x] 1 [k] other if 2 (eth0)

11 (0) [x] 1 [k] rx #b0000000000000021 (skb b0) n 0 (may lack 3 events: event buffer full) if 2 (eth0)
  ↳ 31 (0) [x] 1 [k] tx #b0000000000000021 (skb b0) n 1 if 2 (eth0)

30 collected with Retis v1.7.0 on machine unknown unknown unknown file id 1 cmdline c
32 lost 3: event buffer full
END

# Text of several lines goes below each event.
"$RETIS" sort set.1 | grep -A 4 '^11 \|^31 ' >out
diff -u - out <<'END' >&2 || fail "the text differs"
31 (0) [x] 1 [k] tx #b0000000000000021 (skb b0) n 0 (may lack 3 events: event buffer full)
  if 2 (eth0)

32 lost 3: event buffer full

END

# Ours, a pipe, and the sorted JSON say the same.
"$RETIS" sort set.0 >text
"$RETIS" convert set.0 ours.data 2>/dev/null
"$RETIS" sort ours.data | diff -u text - >&2 || fail "our file sorts differently"
"$RETIS" sort --max-buffer 2 - <set.0 | diff -u text - >&2 || fail "a pipe sorts differently"
"$RETIS" sort --format json set.0 >sorted.json
"$RETIS" print sorted.json | diff -u text - >&2 || fail "sorted JSON prints differently"
assert_eq "$(wc -l <sorted.json)" 4 "lines of sorted JSON"
assert_contains sorted.json \
	'"tracking":\{"skb":\{"orig_head":32,"timestamp":10,"skb":160\},"idx":1\},"skb-tracking":.*"skb":161\}'

"$RETIS" sort sorted.json >out 2>err || fail "sort of a sorted file ended with code $?"
assert_contains err 'File already sorted'
assert_eq "$(<out)" "" "output for a sorted file"

# Nothing says which packet it was.
{
	event 2 b
	event 1 a
} >plain.json
"$RETIS" sort --format single-line plain.json 2>err | grep -o '[ab] if' >out
assert_eq "$(tr '\n' ' ' <out)" "a if b if " "order of events without a packet"
assert_eq "$(wc -l <err)" 1 "messages about a file without tracking"
assert_contains err 'no event says which packet it is about'

# More than memory is used for, in an order nobody wants.
awk 'BEGIN { for (i = 0; i < 200000; i++) {
	t = (i * 7919) % 200000
	printf "{\"common\":{\"timestamp\":%d,\"smp_id\":0,\"task\":{\"pid\":1,\"tgid\":1,\"comm\":\"x\"}},", t + 1
	printf "\"kernel\":{\"symbol\":\"f\",\"probe_type\":\"kprobe\"},"
	printf "\"skb-tracking\":{\"orig_head\":7,\"timestamp\":%d,\"skb\":1}}\n", t % 1000
} }' >many.json
room=300000
! is_sanitized || room=unlimited
(ulimit -v "$room" && "$RETIS" sort --format single-line many.json) >out || fail "many events"
awk '/^ *↳/ { if (!n || $2 <= last) exit 1; last = $2; n++; all++; next }
	NF { if (all && n != 200) exit 1; last = $1; n = 1; all++ }
	END { exit all != 200000 || n != 200 }' out || fail "many events are out of order"
! TMPDIR=$WORK/none "$RETIS" sort many.json >out 2>err || fail "sorted without a place for it"
assert_contains err "can't be held in .*/none: No such file or directory; TMPDIR names another"
