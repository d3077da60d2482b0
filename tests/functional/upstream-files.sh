#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Files of upstream's tools come back as they were, and ours can be read by them.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

task='"smp_id":3,"task":{"pid":1,"tgid":1,"comm":"x"}'
frames='["f+0x1","g+0x7fffffff","i+0x1000000","j","k+0x1/0x20","0xffffffff81000000","[unknown]","m+0x10 [mod]"]'
cat >"$WORK/in" <<END
{"common":{"timestamp":1,$task},"kernel":{"symbol":"f","probe_type":"kprobe","stack_trace":$frames}}
{"common":{"timestamp":2,$task},"skb":{"data_ref":{"nohdr":false,"cloned":false,"fclone":0,"users":1,"dataref":1}}}
{"common":{"timestamp":4,$task},"kernel":{"symbol":"ip_rcv","probe_type":"fentry"}}
{"common":{"timestamp":5,$task},"kernel":{"symbol":"ip_rcv","probe_type":"kretprobe","backend":"fexit"}}
{"common":{"timestamp":6,$task},"kernel":{"symbol":"ip_rcv","probe_type":"kprobe","backend":"kprobe.multi","stack_trace":["f+0x1"]}}
{"common":{"timestamp":3},"userspace":{"probe_type":"Usdt","symbol":"a:b","ip":4,"path":"/usr/bin/x","pid":7,"tid":7}}
END
export NOPAGER=1
"$RETIS" convert --format json "$WORK/in" - >"$WORK/json"
assert_eq "$(grep -cF "\"stack_trace\":$frames" "$WORK/json")" 1 "the same frames"
"$RETIS" convert "$WORK/in" "$WORK/data"
"$RETIS" print --format json "$WORK/data" >"$WORK/json"
assert_eq "$(grep -cF "\"stack_trace\":$frames" "$WORK/json")" 1 "the same frames out of our file"
assert_contains "$WORK/json" '"retis_version":"v1\.7\.0\+[0-9A-Za-z.-]+"'
"$RETIS" print "$WORK/in" >"$WORK/text"
assert_contains "$WORK/text" '^2 \(3\) \[x\] 1$'
assert_contains "$WORK/text" 'users 1 dataref 1\]'
assert_contains "$WORK/text" '^3 \[u\] a:b \(x\)$'

# Functions are kprobes, whatever they were attached by; older files of ours say that as the type.
for file in in data; do
	"$RETIS" print --format json "$WORK/$file" >"$WORK/json"
	for kernel in '"kprobe","backend":"fentry"}' '"kretprobe","backend":"fexit"}' \
		'"kprobe","backend":"kprobe.multi","stack_trace":["f+0x1"]}'; do
		assert_eq "$(grep -cF "\"kernel\":{\"symbol\":\"ip_rcv\",\"probe_type\":$kernel" "$WORK/json")" \
			1 "$file: $kernel"
	done
	"$RETIS" print "$WORK/$file" >"$WORK/text"
	for tag in '4 \(3\) \[x\] 1 \[f\]' '5 \(3\) \[x\] 1 \[fr\]' '6 \(3\) \[x\] 1 \[k\]'; do
		assert_contains "$WORK/text" "^$tag ip_rcv$"
	done
	"$RETIS" stats "$WORK/$file" >"$WORK/text"
	assert_contains "$WORK/text" '^  kprobe/ip_rcv: 2'
done

# What is wrong with a section is said, and is not that the event was full.
printf '{"common":{"timestamp":1,%s},"Bad_Name":{"a":1},"good":{"b":2}}\n' "$task" >"$WORK/in"
"$RETIS" print "$WORK/in" >"$WORK/text" 2>"$WORK/err"
assert_contains "$WORK/err" "line 1: section 'Bad_Name' left out: bad name"
assert_contains "$WORK/text" 'good \[b 2\]'
assert_not_contains "$WORK/text" 'left out'
"$RETIS" print --format json "$WORK/in" >"$WORK/json" 2>"$WORK/err"
assert_not_contains "$WORK/json" 'missing'
