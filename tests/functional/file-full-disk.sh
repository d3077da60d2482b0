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
