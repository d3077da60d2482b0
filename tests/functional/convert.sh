#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Upstream's files become ours and come back unharmed, and parts of files can be cut out.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need jq
data=$ROOT/tests/data/upstream
cd "$WORK"

# --- there and back ------------------------------------------------------

for name in v1.5 v1.6 v1.7 sorted; do
	"$RETIS" convert "$data/$name.json" "$name.data" 2>err || fail "convert $name: code $?"
	assert_contains err "event\(s\) written to $name.data"
	"$RETIS" convert "$name.data" "$name.back.json" 2>err
	"$RETIS" print --format json "$data/$name.json" | diff -u - "$name.back.json" >&2 ||
		fail "$name does not come back"
	# A copy of a copy, through pipes.
	"$RETIS" convert - - --format retis <"$name.data" | "$RETIS" convert - - |
		diff -u "$name.back.json" - >&2 || fail "$name does not get through pipes"
done
"$RETIS" print v1.7.data >ours
"$RETIS" print "$data/v1.7.json" | diff -u - ours >&2 || fail "the converted file prints differently"

# Lines that can't be read cost nothing but themselves.
{
	cat "$data/v1.6.json"
	echo '{"common":'
} >cut.json
"$RETIS" convert cut.json cut.data 2>err || fail "convert ended with code $?"
assert_contains err 'cut.json, line 4: skipped'
assert_contains err '2 event\(s\) written'

# --- cuts ----------------------------------------------------------------

# times FILE: of its events, without the start.
times() {
	"$RETIS" print --format json "$1" | jq -r 'select(.startup | not) | .common.timestamp' |
		paste -sd ' '
}
cut() {
	"$RETIS" convert "$@" cut.data 2>err || fail "convert $*: code $?"
}
cut v1.7.data --from 1001
assert_eq "$(times cut.data)" "1001 1002 1003" "from a time on"
cut v1.7.data --to 1001
assert_eq "$(times cut.data)" "1000 1001" "up to a time"
cut "$data/v1.7.json" --from 1001 --to 1002
assert_eq "$(times cut.data)" "1001 1002" "between two times"
cut v1.7.data --from '2026-01-02 03:04:05.678902002' --to 2026-01-02T03:04:05.678902002Z
assert_eq "$(times cut.data)" 1002 "a nanosecond in UTC"
cut v1.7.data --from '2026-01-02 03:05'
assert_eq "$(times cut.data)" "" "nothing"
"$RETIS" print --format json cut.data >start
has_event start '.startup.cmdline == "retis collect -o --out-rotate 1MB"' ||
	fail "the start is cut off"

# A file with many blocks, where cutting does not read them all.
{
	head -n 1 "$data/v1.6.json"
	awk 'BEGIN { for (i = 0; i < 100000; i++) printf "{\"common\":{\"timestamp\":%d,\"smp_id\":%d,\"task\":{\"pid\":1,\"tgid\":%d,\"comm\":\"x\"}},\"kernel\":{\"symbol\":\"f%d\",\"probe_type\":\"kprobe\"},\"netns\":{\"inum\":%d}}\n", 1000 + i, i % 4, i, i % 50, i * 7919 % 100003 }'
} >many.json
"$RETIS" convert many.json many.data 2>err
"$RETIS" convert many.data cut.data --from 100000 --to 100010 2>err
assert_eq "$(times cut.data)" "$(seq 100000 100010 | paste -sd ' ')" "part of many"
"$RETIS" convert many.data - | cmp - <("$RETIS" print --format json many.json) ||
	fail "a large file does not come back"

# --- Arrow (tests/functional/arrow.sh reads it) ---------------------------

# magic FILE: of an Arrow file, at both ends.
magic() {
	assert_eq "$(head -c 6 "$1")$(tail -c 6 "$1")" ARROW1ARROW1 "magic of $1"
}
"$RETIS" convert many.data many.arrow 2>err
assert_contains err '100000 event\(s\) written to many.arrow'
magic many.arrow
"$RETIS" convert many.data - --format arrow | cmp - many.arrow || fail "another file through a pipe"
"$RETIS" convert many.data many.arrows 2>err
"$RETIS" convert many.json - --format arrows >other.arrows
assert_eq "$(tail -c 8 many.arrows | od -An -tx1 | tr -d ' ')" ffffffff00000000 "end of a stream"
assert_eq "$(tail -c 8 other.arrows | od -An -tx1 | tr -d ' ')" ffffffff00000000 "end of a stream of JSON"
"$RETIS" convert many.data none.arrow --from 2030-01-01 2>err
magic none.arrow

# What was lost has no row, and is not passed over in silence.
{
	cat "$data/v1.7.json"
	echo '{"common":{"timestamp":9},"loss":{"since":1,"count":7,"cause":"event buffer full"}}'
} >lossy.json
"$RETIS" convert lossy.json lossy.arrow 2>err
assert_contains err '^WARN +lossy.arrow: 7 event\(s\) or section\(s\) that were lost while collecting have no row$'

# --- mistakes ------------------------------------------------------------

refused() {
	local code=0 want=$1 message=$2

	shift 2
	"$RETIS" convert "$@" >out 2>err || code=$?
	assert_eq "$code" "$want" "exit code of convert $*"
	assert_contains err "$message"
}
refused 2 'can.t be converted in place' v1.7.data v1.7.data
refused 2 "invalid value 'soon' for '--from': not a time" v1.7.data x.data --from soon
refused 2 "invalid value 'nowhere'" nowhere x.data
refused 1 'no/where' v1.7.data no/where.json
refused 1 'no/where' v1.7.data no/where.data
refused 1 'No space left' v1.7.data /dev/full --format json
refused 1 'No space left' v1.7.data /dev/full --format arrow
[[ -c /dev/full ]] || fail "a device is gone"
[[ ! -e x.data ]] || fail "a file was made of nothing"

# --- no room ---------------------------------------------------------------

# A limit of the shell's: it is an error like others, not the end by a signal.
code=0
(
	ulimit -f 8
	"$RETIS" convert many.json limited.data 2>err
) || code=$?
assert_eq "$code" 1 "exit code above the largest size of a file"
assert_contains err "^Error: 'limited.data': File too large$"

# Where there is no room there is no part of a file either.
mkdir small
mount -t tmpfs -o size=100k retis-test small || skip "Arrow and no room: a tmpfs can't be mounted here"
defer umount "$WORK/small"
for name in new.arrow new.arrows; do
	! "$RETIS" convert many.data "small/$name" 2>err || fail "a full disk is no error"
	assert_contains err "^Error: can.t write to small/$name: No space left on device"
	[[ ! -e small/$name ]] || fail "part of small/$name is left"
done
