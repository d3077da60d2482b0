#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# An event file prints what was printed live; upstream's files print too, whole or
# broken; pipes, pagers, rotated files and files that are being written do.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need python3
data=$ROOT/tests/data/upstream
cd "$WORK"

# Only these plugins, whatever else is there: what is expected depends on it.
mkdir -m 755 bin plugins
cp -- "$RETIS" bin/retis
cp -- "${RETIS%/*}/plugins/"{skb,dev,ns}.so plugins/
retis=$WORK/bin/retis
export RETIS_PLUGIN_PATH=$WORK/plugins

# --- upstream's files ----------------------------------------------------

for name in v1.5 v1.6 v1.7 sorted; do
	"$retis" print -e "$data/$name.json" >text 2>err || fail "print $name ended with code $?"
	diff -u "$data/$name.text" text >&2 || fail "the text of $name differs"
	"$retis" print --utc --format single-line "$data/$name.json" >line 2>>err
	diff -u "$data/$name.line" line >&2 || fail "the lines of $name differ"
	"$retis" print --format json - <"$data/$name.json" >out.json 2>>err
	diff -u "$data/$name.out.json" out.json >&2 || fail "the JSON of $name differs"
	assert_eq "$(<err)" "" "messages about $name"
	# What came out is as good as what went in.
	"$retis" print --format json out.json >again
	diff -u out.json again >&2 || fail "the JSON of $name does not come back"
done

# --- broken lines --------------------------------------------------------

{
	head -n 2 "$data/v1.7.json"
	echo 'no JSON'
	echo '{"kernel":{}}'
	echo '{"common":{"timestamp":-1}}'
	echo '7'
	echo
	sed -n '4p' "$data/v1.7.json"
	echo '{"common":{"timestamp":1},"dev":{"name":"a name that is too long","ifindex":1}}'
	sed -n '5p' "$data/v1.7.json" | head -c 30
} >broken.json
"$retis" print --format single-line broken.json >out 2>err || fail "print ended with code $?"
assert_eq "$(wc -l <out)" 4 "number of lines"
for line in 3 4 5 6 9 10; do
	assert_contains err "broken.json, line $line: "
done
assert_contains err "line 9: section 'dev' left out: name is out of range"
assert_contains err 'line 10: .*the file ends within the line'

# --- what is no event file -----------------------------------------------

expect_failure() {
	local code=0

	"$retis" print "$1" >out 2>err </dev/null || code=$?
	assert_eq "$code" "$2" "exit code for ${1##*/}"
	assert_contains err "$3"
	[[ ! -s out ]] || fail "output for ${1##*/}"
}

: >empty
echo 'pcap?' >other
printf '{"common":{"timestamp":1},"startup":{"retis_version":"v1.4.9"}}\n' >old.json
expect_failure empty 1 'the file is empty'
expect_failure other 1 'not an event file'
expect_failure old.json 1 'unsupported Retis version \(v1\.4\.9\)'
expect_failure . 1 'Is a directory'
expect_failure nowhere 2 "invalid value 'nowhere' for '\[INPUT\]': No such file or directory"
expect_failure nowhere.. 2 "invalid value 'nowhere..' for '\[INPUT\]': No such file"
code=0
"$retis" print >out 2>err || code=$?
assert_eq "$code" 1 "exit code without a default file"
assert_contains err 'retis.data: No such file or directory'

# --- rotated files -------------------------------------------------------

# rotated FILE ID CMDLINE
rotated() {
	printf '{"common":{"timestamp":%d},"startup":{"retis_version":"v1.7.0","cmdline":"%s",' \
		"$2" "$3"
	printf '"clock_monotonic_offset":{"sec":1,"nsec":0},"machine":{"kernel_release":"a",'
	printf '"kernel_version":"b","hardware_name":"c"},'
	printf '"split_file":{"id":%d,"policy":{"kind":"size","limit":1000000}}}}\n' "$2"
	printf '{"common":{"timestamp":1%d},"dev":{"name":"d%d","ifindex":1}}\n' "$2" "$2"
}

for i in 0 1 2; do
	rotated set "$i" 'retis collect' >"set.$i"
done
rotated set 3 'another one' >set.3
names() {
	grep -oE '\(d[0-9]\)' out | tr -d '()\n'
}
"$retis" print set.1 >out
assert_eq "$(names)" d1 "one file alone"
"$retis" print set.0.. >out 2>err
assert_eq "$(names)" d0d1d2 "the files from 0 on"
assert_contains err 'set\.3: not read: it is not the next file of the same collection'
for i in 0 1 2; do
	cp "set.$i" "retis.data.$i"
done
"$retis" print >out
assert_eq "$(names)" d0d1d2 "the default files"
cp set.1 wrong.7
"$retis" print wrong.7.. >out 2>err
assert_eq "$(names)" d1 "a file with a wrong number"
assert_contains err 'it says it is number 1 of its set'

# --- pipes and pagers ----------------------------------------------------

for i in {1..2000}; do cat "$data/v1.7.json"; done >long.json
code=0
"$retis" print long.json 2>err | head -n 1 >out || code=${PIPESTATUS[0]}
assert_eq "$code" 0 "exit code of a broken pipe"
assert_eq "$(<err)" "" "messages about a broken pipe"
code=0
"$retis" print long.json >/dev/full 2>err || code=$?
assert_eq "$code" 1 "exit code of a full disk"
assert_contains err "can't write to the standard output: No space left on device"

# on_terminal VAR=VALUE...: prints on a terminal, which ends up in the file out.
on_terminal() {
	env "$@" python3 -c '
import os, pty, sys
with open("out", "wb") as out:
	def read(fd):
		data = os.read(fd, 65536)
		out.write(data)
		return data
	pty.spawn(sys.argv[1:], read, lambda fd: b"")' \
		"$retis" print "$data/v1.6.json" >terminal </dev/null
}
on_terminal PAGER="sed 's/^/paged: /'"
assert_contains out '^paged: 1000 \(1\)'
on_terminal PAGER=no-such-pager
assert_contains out '^1000 \(1\)'
on_terminal PAGER="no 'such"
assert_contains out '^1000 \(1\)'
# Blanks are nobody's choice.
mkdir pagers
printf '#!/bin/sh\nexec sed "s/^/less: /"\n' >pagers/less
chmod 755 pagers/less
on_terminal PAGER=' ' PATH="$PWD/pagers:$PATH"
assert_contains out '^less: 1000 \(1\)'
on_terminal PAGER="sed 's/^/paged: /'" NOPAGER=
assert_contains out '^1000 \(1\)'

# --- our own files -------------------------------------------------------

need ping
make_pair CLIENT SERVER
"$retis" collect -o mine --print -e --skb-sections all \
	--cmd "ip netns exec $CLIENT ping -c 3 -i 0.2 10.0.0.2" >live 2>err ||
	fail "collect ended with code $?"
"$retis" print -e mine >stored 2>err
# The first event tells how the collection started; it is not shown live.
sed '1,/^$/d' stored | diff -u live - >&2 || fail "what was stored prints differently"
assert_eq "$(<err)" "" "messages about our own file"
"$retis" print --format json - <mine >from-pipe
"$retis" print --format json mine | diff -q - from-pipe || fail "a pipe gives something else"

env "$retis" collect -o growing --cmd "ip netns exec $CLIENT ping -c 8 -i 0.3 10.0.0.2" 2>err &
defer kill_retis $!
wait_for 20 test -s growing || fail "nothing is written"
timeout 60 "$retis" print --follow --format single-line growing >followed 2>err ||
	fail "print --follow ended with code $?"
"$retis" print --format single-line growing | diff -u - followed >&2 ||
	fail "print --follow has shown something else"

"$retis" collect -o turns --out-rotate 1s \
	--cmd "ip netns exec $CLIENT ping -c 8 -i 0.3 10.0.0.2" 2>err
[[ -e turns.1 ]] || fail "not rotated"
"$retis" print --format single-line turns.0.. >all
for file in turns.?; do
	"$retis" print --format single-line "$file"
done | diff -u - all >&2 || fail "the files together are not all there is"

# --- without the plugins, or with others ---------------------------------

"$retis" print --format json mine >mine.json
mkdir empty.d
RETIS_PLUGIN_PATH='' "$retis" print --format json mine 2>err | diff -u mine.json - >&2 ||
	fail "the JSON without plugins differs"
assert_eq "$(<err)" "" "messages about JSON"
RETIS_PLUGIN_PATH='' "$retis" print mine >generic 2>err
assert_contains generic '^  packet \[len [0-9]+ capture_len [0-9]+ data [0-9a-f]+\]'
assert_contains generic '^  netns \[cookie [0-9]+ inum [0-9]+ name [^ ]+\] dev \[name veth0 ifindex'
assert_contains err 'printed in generic text, .* not installed: .*packet \(plugin skb 1\.0\)'
assert_eq "$(grep -c generic err)" 1 "number of notes"

# A plugin that only decodes, from the same sources: no hooks, no BPF.
decode_only() {
	local name=$1 out=$2 sed=${3:-}

	mkdir -p "$out" src
	cp -r -- "$ROOT/plugins/$name" src/
	sed -i -e '/^RETIS_OBJECT_FILE/d; /\.direct =/d; /\.probe =/d' \
		-e '/RETIS_LIST(hook,/d; /\.default_probes =/d' -e "$sed" "src/$name/plugin.c"
	# shellcheck disable=SC2046 # one word each
	gcc -std=gnu11 -O2 -w -shared -fPIC -fvisibility=hidden -D_GNU_SOURCE -I"$ROOT/include" \
		-o "$out/$name.so" $(find "src/$name" -name '*.c' ! -name 'test*' ! -name '*.bpf.c')
	rm -r -- "src/$name"
}

need gcc
for name in skb dev ns; do
	decode_only "$name" decoders
	decode_only "$name" newer 's/\.version = 1,/.version = 2,/'
done
RETIS_PLUGIN_PATH=$WORK/decoders "$retis" print -e mine | diff -u stored - >&2 ||
	fail "plugins that only decode print something else"
RETIS_PLUGIN_PATH=$WORK/newer "$retis" print mine 2>err | diff -u generic - >&2 ||
	fail "sections of another version are not printed by the file's own tables"
assert_contains err 'right version'
