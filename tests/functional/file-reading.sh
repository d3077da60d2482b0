#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reading ends well, or with an error: without memory, without anything readable, when
# the writer was killed, and at files that belong to another set.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need ping
make_pair CLIENT SERVER
cd -- "$WORK"
export NOPAGER=1

# --- out of memory ---
for ((i = 1; i <= 20000; i++)); do
	printf '{"common":{"timestamp":%d,"smp_id":0,"task":{"pid":1,"tgid":1,"comm":"x"}},' "$i"
	printf '"kernel":{"symbol":"f%d","probe_type":"kprobe"},"some":{"value":%d}}\n' "$((i % 999))" "$i"
done >many.json
"$RETIS" convert many.json many 2>/dev/null
failed=0
# The sanitizers' own memory would run out.
for ((limit = 8000; limit <= 40000; limit += 1000)); do
	! is_sanitized || break
	for file in many many.json; do
		code=0
		(
			ulimit -v "$limit"
			exec "$RETIS" print --format json "$file"
		) >out 2>err || code=$?
		((code)) || (($(grep -c '"some"' out) == 20000)) ||
			fail "$file ends early and well with $limit kB: $(tail -n 1 err)"
		((failed += code == 1)) || true
	done
done
((failed)) || is_sanitized || fail "memory never ran out"

# --- nothing to read ---
printf '{"common":{}}\nthis is no event\n' >bad.json
head -c 64 many >bad
head -c 10000 /dev/urandom >>bad
for command in print stats 'convert --format json' convert; do
	for file in bad.json bad; do
		out=()
		[[ $command != convert* ]] || out=(-)
		code=0
		# shellcheck disable=SC2086 # words
		"$RETIS" $command "$file" "${out[@]}" >out 2>err || code=$?
		assert_eq "$code" 1 "exit code of $command with $file"
		assert_contains err "^Error: $file: nothing in it can be read"
	done
done

# --- the writer was killed ---
start_writer() {
	# What the one before said is not what this one says.
	rm -f err
	"$RETIS" collect -p net:netif_receive_skb -o live "$@" 2>err &
	writer=$!
	for ((try = 0; try < 600; try++)); do
		! grep -sq 'probe(s) loaded' err || return 0
		sleep 0.1
	done
	fail "not loaded"
}
start_writer
"$RETIS" print --follow live >followed 2>messages &
reader=$!
ip netns exec "$CLIENT" ping -q -c 3 -i 0.2 10.0.0.2 >/dev/null
for ((try = 0; try < 600; try++)); do
	! grep -q netif_receive_skb followed || break
	sleep 0.1
done
assert_contains followed netif_receive_skb
[[ -e /proc/$reader ]] || fail "--follow ended while somebody wrote"
kill -KILL "$writer"
wait "$reader" || fail "--follow ended with code $?"
assert_contains messages 'live: it was not ended, but nobody writes to it any more'

# --- and was not: --follow goes on through all files of a set ---
start_writer --out-rotate 1s --cmd "ip netns exec $CLIENT ping -q -i 0.01 -w 3 10.0.0.2"
"$RETIS" print --follow live --format json >followed 2>messages || fail "--follow ended with code $?"
wait "$writer"
assert_eq "$(grep -c netif_receive_skb followed)" \
	"$("$RETIS" print --format json live.0.. | grep -c netif_receive_skb)" "events followed"

# --- sizes of a set, and a stale file behind it ---
mv live.0 set.0
mv live.1 set.1
echo '{"common":{"timestamp":1},"startup":{"retis_version":"v1.7.0"}}' >set.2
"$RETIS" stats set.0.. >out 2>err
assert_contains err 'set.2: not read: it is not the next file of the same collection'
assert_not_contains out 'has not ended'
assert_eq "$(sed -n 's/^Size: \([0-9]*\) .*/\1/p' out | paste -sd ' ')" \
	"$(stat -c %s set.0 set.1 | paste -sd ' ')" "sizes of a set"

# --- --follow waits where a file has ended, and not got its number yet ---
cp set.0 late
cp set.1 behind
exec 8<late
flock 8
"$RETIS" print --follow late --format json >followed 2>messages &
reader=$!
wait_for 20 grep -q netif_receive_skb followed || fail "nothing is followed"
sleep 0.5
mv late late.0
mv behind late
exec 8<&-
wait "$reader" || fail "--follow ended with code $?"
assert_eq "$(grep -c netif_receive_skb followed)" \
	"$("$RETIS" print --format json set.0.. 2>err | grep -c netif_receive_skb)" "events followed meanwhile"
