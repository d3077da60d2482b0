#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# retis sort: series of events of one packet, whole, in order, the same each time; from
# files of ours, JSON, pipes and sets.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

data=$ROOT/tests/data/upstream
cd "$WORK"

start() {
	printf '{"common":{"timestamp":%d},"startup":{"retis_version":"v1.7.0","cmdline":"c",' "$1"
	printf '"clock_monotonic_offset":{"sec":0,"nsec":0}%s}}\n' "${2:-}"
}
# event TIME SYMBOL [SECTIONS]
event() {
	printf '{"common":{"timestamp":%d,"smp_id":0,"task":{"pid":1,"tgid":1,"comm":"x"}},' "$1"
	printf '"kernel":{"symbol":"%s","probe_type":"kprobe"}%s}\n' "$2" "${3:-}"
}
# packet ID SKB [PARENT]: by when it was first seen; its head is 10 more.
packet() {
	printf ',"skb-tracking":{"orig_head":%d,"timestamp":%d,"skb":%d' $(($1 + 10)) "$1" "$2"
	(($# < 3)) || printf ',"parent":{"orig_head":%d,"timestamp":%d}' $(($3 + 10)) "$3"
	printf '}'
}
# Without the start.
body() {
	sed '1,/^$/d' "$1"
}

# Two packets by turns, the first one with a clone and a copy of it, and a copy of that.
{
	start 5
	event 100 rx "$(packet 100 1)"
	event 110 rx "$(packet 110 5)"
	event 120 alone
	event 130 clone "$(packet 100 2)"
	event 141 xmit "$(packet 100 1)"
	event 140 copy "$(packet 140 3 100)"
	event 150 xmit "$(packet 110 5)"
	event 160 again "$(packet 160 4 140)"
	event 170 gone "$(packet 100 2)"
} >plain.json
"$RETIS" sort plain.json >out 2>err || fail "sort ended with code $?"
[[ ! -s err ]] || fail "it says something"
body out | diff -u - <(cat <<'END'
100 (0) [x] 1 [k] rx #64000000000000006e (skb 1) n 0
  ↳ 130 (0) [x] 1 [k] clone #64000000000000006e (skb 1) n 1
  ↳ 140 (0) [x] 1 [k] copy #64000000000000006e (skb 1) n 2 copy #8c0000000000000096
  ↳ 141 (0) [x] 1 [k] xmit #64000000000000006e (skb 1) n 3
  ↳ 160 (0) [x] 1 [k] again #64000000000000006e (skb 1) n 4 copy #a000000000000000aa
  ↳ 170 (0) [x] 1 [k] gone #64000000000000006e (skb 1) n 5

110 (0) [x] 1 [k] rx #6e0000000000000078 (skb 5) n 0
  ↳ 150 (0) [x] 1 [k] xmit #6e0000000000000078 (skb 5) n 1

120 (0) [x] 1 [k] alone

END
) >&2 || fail "series differ"

"$RETIS" sort --format json plain.json | sed -n '3p' | diff - <(printf '[%s,%s]\n' \
	'{"common":{"timestamp":110,"smp_id":0,"task":{"pid":1,"tgid":1,"comm":"x"}},"kernel":{"symbol":"rx","probe_type":"kprobe"},"tracking":{"skb":{"orig_head":120,"timestamp":110,"skb":5},"idx":0},"skb-tracking":{"orig_head":120,"timestamp":110,"skb":5}}' \
	'{"common":{"timestamp":150,"smp_id":0,"task":{"pid":1,"tgid":1,"comm":"x"}},"kernel":{"symbol":"xmit","probe_type":"kprobe"},"tracking":{"skb":{"orig_head":120,"timestamp":110,"skb":5},"idx":1},"skb-tracking":{"orig_head":120,"timestamp":110,"skb":5}}'
) >&2 || fail "JSON differs"

# Copies apart; times; the order of time taken; a limit on what is held changes nothing.
"$RETIS" sort --no-copies plain.json >apart
grep -c '^[0-9].* n 0' apart | grep -qx 4 || fail "copies are not apart"
assert_contains apart '^140 .* copy #8c0000000000000096 \(skb 3\) n 0$'
"$RETIS" sort --max-buffer 1 plain.json | cmp - out || fail "--max-buffer changes the output"
"$RETIS" sort --latency plain.json >latency
assert_contains latency 'gone .* n 5 \+0\.040us$'
assert_contains latency 'xmit .* n 3 \+0\.041us$'
! grep -E '(copy|clone|again) .*us$' latency >&2 || fail "a first step has a time"
assert_contains latency '^kprobe/rx > kprobe/xmit +2 +0\.040 +0\.040 +0\.041 +0\.041$'
assert_contains latency '^kprobe/clone > kprobe/gone +1 +0\.040 +0\.040 +0\.040 +0\.040$'
"$RETIS" sort --top 1 plain.json >top
body top | head -n 1 | grep -q '^100 ' || fail "--top 1 shows another series"
! grep -q '^110 ' top || fail "--top 1 shows two"
"$RETIS" sort --longest plain.json | grep -c '^1[0-9]0 ' | grep -qx 2 || fail "--longest lacks one"

# By probe, and by how they end.
"$RETIS" sort --without clone plain.json >out2
body out2 | grep -E '^[0-9]' | cut -d' ' -f1 | grep -qx 110 || fail "--without shows others"
"$RETIS" sort --only k:cl* --only xmit plain.json >out2
body out2 | grep -E '^[0-9]' | cut -d' ' -f1 | grep -qx 100 || fail "--only shows others"
"$RETIS" sort --only nothing plain.json >out2 2>err
assert_contains err "no event is of a probe 'nothing'"

drop=',"skb-drop":{"drop_reason":"NO_SOCKET"}'
{
	cat plain.json
	event 200 rx "$(packet 200 7)"
	event 210 kfree "$(packet 200 7)$drop"
	event 300 rx "$(packet 300 8)$drop"
	event 310 after "$(packet 300 8)"
} >drops.json
"$RETIS" sort --dropped drops.json >out2
assert_contains out2 '^200 .* n 0$'
assert_contains out2 '210 .* n 1 .*NO_SOCKET'
(($(body out2 | grep -c '^[0-9]') == 1)) || fail "--dropped shows others"

# Files of ours, with and without a copy; pipes; sets of files.
"$RETIS" convert plain.json plain.data 2>/dev/null
"$RETIS" sort plain.data | cmp - out || fail "a file of ours is sorted differently"
"$RETIS" sort - <plain.json | cmp - out || fail "a pipe is sorted differently"
"$RETIS" sort - < <(cat plain.data) | cmp - out || fail "a pipe of ours is sorted differently"
cat plain.data plain.data >twice.data
"$RETIS" sort twice.data >twice || fail "joined files are not sorted"
body twice | grep -c ' n 0' | grep -qx 2 || fail "series of joined files are apart"
{
	start 0 ',"split_file":{"id":0,"policy":{"kind":"size","limit":1}}'
	sed -n 2,5p plain.json
} >set.0
{
	start 1 ',"split_file":{"id":1,"policy":{"kind":"size","limit":1}}'
	sed -n '6,$p' plain.json
} >set.1
"$RETIS" sort "set.0.." >whole
grep -q '^  file id 1$' whole || fail "the start of the second file is missing"
diff <(body out) <(body whole | sed '/^1$/,/^$/d') >&2 || fail "a set is sorted differently"

# Sorted files, ours and JSON, are read by all commands, and not sorted again.
"$RETIS" sort -o sorted.data plain.json 2>err || fail "-o ended with code $?"
assert_contains err '2 series written to sorted.data'
"$RETIS" sort -o sorted.json plain.json 2>/dev/null
for file in sorted.data sorted.json; do
	"$RETIS" stats "$file" >counts
	assert_contains counts '^Number of events: 9$'
	"$RETIS" sort "$file" >none 2>err || fail "sorting $file ended with code $?"
	assert_contains err 'File already sorted'
	[[ ! -s none ]] || fail "$file was sorted again"
	"$RETIS" sort --only clone "$file" >again
	assert_contains again '^100 .* rx '
	! grep -q '^110 ' again || fail "--only does not work with $file"
done
"$RETIS" print sorted.data | cmp - out || fail "the sorted file prints differently"
assert_contains counts '^Number of series: 3$'
"$RETIS" sort -o both.data --print plain.json 2>/dev/null | cmp - out || fail "--print differs"
"$RETIS" convert sorted.data - | cut -c 1-40 | wc -l | grep -qx 10 || fail "convert reads it not"
cp sorted.json kept.json
"$RETIS" sort -o kept.json sorted.json 2>/dev/null
cmp kept.json sorted.json || fail "a file was emptied though nothing was sorted"
code=0
"$RETIS" sort -o plain.data plain.data 2>err || code=$?
((code == 2)) || fail "sorting in place ended with code $code"
assert_contains err 'Cannot sort a file in-place'

# Upstream's: sorted ones are left alone, others are sorted.
"$RETIS" sort "$data/sorted.json" 2>&1 | grep -qx 'File already sorted' || fail "upstream's sorted"
"$RETIS" sort "$data/v1.7.json" >out2 2>/dev/null
assert_contains out2 '#384ffff888100000000 \(skb ffff888200000100\) n 0( |$)'

# Without ids: one line, and the order of time.
{
	start 0
	event 3 c
	event 1 a
	event 2 b
} >untracked.json
"$RETIS" sort untracked.json >out2 2>err
(($(wc -l <err) == 1)) || fail "not one line for a file without ids"
assert_contains err 'no event says which packet'
body out2 | grep -oE ' [abc]$' | tr -d ' \n' | grep -qx abc || fail "not in the order of time"

# What losses may have cut says so, wherever it is read.
{
	cat plain.json
	event 1000000000 rx "$(packet 1000000000 9)"
	printf '{"common":{"timestamp":%d},"loss":{"since":%d,"count":3,"cause":"event buffer full"}}\n' \
		1500000000 1005000000
	event 9000000000 rx "$(packet 9000000000 9)"
} >lossy.json
"$RETIS" sort lossy.json >out2
assert_contains out2 '^1000000000 .* n 0 \(may lack 3 events: event buffer full\)$'
assert_contains out2 '^9000000000 .* n 0$'
assert_contains out2 '^1500000000 lost 3: event buffer full$'
(($(grep -c 'may lack' out2) == 1)) || fail "others are marked"
"$RETIS" sort -o lossy.data lossy.json 2>/dev/null
"$RETIS" print lossy.data | cmp - out2 || fail "the sorted file has not the marks or losses"
"$RETIS" sort --format json lossy.json >out2
assert_contains out2 '"idx":0,"lost":\{"count":3,"cause":"event buffer full"\}'
"$RETIS" print --format json out2 >out3 2>err
[[ ! -s err ]] || fail "its own JSON is not read without a word"
assert_contains out3 '"idx":0,"lost":\{"count":3,"cause":"event buffer full"\}'

# Much that must be held: one packet from the first to the last event.
"$BUILD/tests/tools/mkevents" large.data 60000 100 "$BUILD/plugins" 50 >/dev/null
"$RETIS" sort large.data >first
"$RETIS" sort large.data | cmp - first || fail "the output changes"
grep -c '^[0-9].* n 0$' first | grep -qx 10000 || fail "not 10,000 series"
! grep -E ' n ([6-9]|[0-9]{2,})$' first >&2 || fail "series are longer than they are"
