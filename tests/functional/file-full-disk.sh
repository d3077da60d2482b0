#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A full disk or a file that goes away ends a collection with an error; what was
# written stays readable.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need ping
make_pair CLIENT SERVER
probes=(-p net:netif_receive_skb -p net:net_dev_start_xmit)
pings="ip netns exec $CLIENT ping -q -f -c 20000 10.0.0.2"

count_events() {
	NOPAGER=1 "$RETIS" print --format json "$1" | grep -c '"kernel"'
}

mkdir "$WORK/small"
mount -t tmpfs -o size=200k retis-test "$WORK/small" || skip "a tmpfs can't be mounted here"
defer umount "$WORK/small"
code=0
"$RETIS" collect -o "$WORK/small/f" "${probes[@]}" --cmd "$pings" 2>"$WORK/err" || code=$?
assert_eq "$code" 1 "exit code with a full disk"
assert_contains "$WORK/err" "^Error: could not write to '.*/small/f': No space left on device; "
stored=$(sed -n 's/.*device; \([0-9]*\) event(s) are stored.*/\1/p' "$WORK/err")
((stored > 0)) || fail "nothing is stored"
assert_eq "$(count_events "$WORK/small/f")" "$stored" "readable events"

head -c 1000000 /dev/zero >"$WORK/small/fill" 2>/dev/null || true
code=0
"$RETIS" collect -o "$WORK/small/g" "${probes[@]}" --cmd true 2>"$WORK/err" || code=$?
assert_eq "$code" 1 "exit code with a disk that is full already"
assert_contains "$WORK/err" "^Error: could not write to '.*/small/g': No space left on device"

mkdir "$WORK/gone"
code=0
"$RETIS" collect -o "$WORK/gone/f" "${probes[@]}" --cmd "sleep 0.2; rm -r '$WORK/gone'" \
	2>"$WORK/err" || code=$?
assert_eq "$code" 1 "exit code if the folder was removed"
assert_contains "$WORK/err" '^Error: could not write to .*removed or renamed'

# The end of a file needs room, too: what was written before stays, and is counted.
mkdir "$WORK/set"
mount -t tmpfs -o size=964k retis-test "$WORK/set"
defer umount "$WORK/set"
for size in 964k 1000k 1200k; do
	mount -o "remount,size=$size" "$WORK/set"
	rm -f "$WORK/set"/*
	code=0
	"$RETIS" collect -o "$WORK/set/f" --out-rotate 1MB "${probes[@]}" \
		--cmd "ip netns exec $CLIENT ping -q -f -c 30000 -s 900 10.0.0.2" 2>"$WORK/err" || code=$?
	assert_eq "$code" 1 "exit code with $size"
	stored=$(sed -n 's/.*; \([0-9]*\) event(s) are stored.*/\1/p' "$WORK/err")
	found=0
	for file in "$WORK/set"/*; do
		[[ -s $file ]] || fail "an empty file with $size: $file"
		found=$((found + $(count_events "$file")))
	done
	((stored > 0)) || fail "nothing is stored with $size"
	assert_eq "$found" "$stored" "readable events with $size"
done

# As root, nobody leads us elsewhere.
mkdir -m 1777 "$WORK/public"
chmod 1777 "$WORK/public"
echo precious >"$WORK/kept"
ln -s ../kept "$WORK/public/link"
code=0
"$RETIS" collect -o "$WORK/public/link" "${probes[@]}" --cmd true 2>"$WORK/err" || code=$?
assert_eq "$code" 1 "exit code with a link of others"
assert_contains "$WORK/err" "symbolic link in a folder that others can write to is not followed"
code=0
"$RETIS" convert "$WORK/small/f" "$WORK/public/link" 2>"$WORK/err" || code=$?
assert_eq "$code" 1 "exit code of convert with a link of others"
assert_eq "$(<"$WORK/kept")" precious "the file a link leads to"
