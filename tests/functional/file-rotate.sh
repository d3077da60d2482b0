#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Files are rotated by size and by time, each readable alone, and old ones go.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need ping
need socat
make_pair CLIENT SERVER
probes=(-p net:netif_receive_skb -p net:net_dev_start_xmit)
cd -- "$WORK"

# Payload that can't be compressed, so that files fill up.
ip netns exec "$SERVER" socat -u UDP-RECV:5000 OPEN:/dev/null &
defer kill $!
noise="head -c 15000000 /dev/urandom | ip netns exec $CLIENT socat -u -b 250 - UDP-SENDTO:10.0.0.2:5000"

"$RETIS" collect -o all --out-rotate 1MB "${probes[@]}" --cmd "$noise" 2>err
n=$(sed -n 's/^Wrote \([0-9]*\) event file(s)$/\1/p' err)
((n > 3)) || fail "$n files"
[[ ! -e all ]] || fail "the last file was not renamed"
total=0
for ((i = 0; i < n; i++)); do
	size=$(stat -c %s "all.$i")
	((size <= 1000000)) || fail "all.$i has $size bytes"
	# shellcheck disable=SC2094 # "json" is a format, too
	NOPAGER=1 "$RETIS" print --format json "all.$i" >json
	assert_contains json "\"split_file\":\\{\"id\":$i,"
	total=$((total + $(grep -c '"kernel"' json)))
done
assert_eq "$total event(s) processed" "$(grep 'processed' err)" "events in all files"
assert_eq "$(NOPAGER=1 "$RETIS" print --format json all.0.. | grep -c '"kernel"')" "$total" \
	"events of all.0.."

"$RETIS" collect -o kept --out-rotate 1MB --out-keep 2 "${probes[@]}" --cmd "$noise" 2>err
n=$(sed -n 's/^Wrote \([0-9]*\) event file(s)$/\1/p' err)
assert_eq "$(ls -x kept*)" "kept.$((n - 2))  kept.$((n - 1))" "files kept"

"$RETIS" collect -o timed --out-rotate 1s "${probes[@]}" \
	--cmd "ip netns exec $CLIENT ping -q -i 0.01 -w 3 10.0.0.2" 2>err
[[ -e timed.2 ]] || fail "no third file after three seconds"
NOPAGER=1 "$RETIS" print timed.1 >printed
assert_contains printed 'ICMP \(1\)'
