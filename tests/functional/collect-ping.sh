#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The first thing people try: the packets of a ping appear as text while a command runs,
# collecting ends with it, and on SIGINT.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.1

need ping
make_pair CLIENT SERVER

"$RETIS" collect "${own[@]}" --cmd "ip netns exec $CLIENT ping -c 2 -i 0.2 10.0.0.2" \
	>"$WORK/out" 2>"$WORK/err" || fail "retis ended with code $?"
assert_contains "$WORK/err" '[0-9]+ probe\(s\) loaded'
assert_contains "$WORK/out" '\[tp\] net:netif_receive_skb'
assert_contains "$WORK/out" '10\.0\.0\.1 > 10\.0\.0\.2 .*ICMP.* type 8 code 0'
assert_contains "$WORK/out" '10\.0\.0\.2 > 10\.0\.0\.1 .*ICMP.* type 0 code 0'
assert_contains "$WORK/out" 'ns .* if [0-9]+ \(veth0\)'

start_retis "$WORK/out6" "$WORK/err6" collect "${own[@]}" -p tp:net:netif_receive_skb
ip netns exec "$CLIENT" ping -q -c 1 fd00::2 >"$WORK/ping"
wait_for 10 grep -qE 'fd00::2 > fd00::1 .*ICMPv6' "$WORK/out6" || fail "no reply seen over IPv6"
code=0
stop_retis || code=$?
assert_eq "$code" 0 "exit code after SIGINT"
assert_contains "$WORK/out6" 'fd00::1 > fd00::2 .*ICMPv6'
