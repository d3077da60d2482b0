#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Where the kernel hides what finds page fragments, a note says that bytes were left out: once,
# and only if there were any.
. "$(dirname -- "$0")/lib.sh"

need socat
need ping
! grep -q ' page_offset_base$' /proc/kallsyms || skip "this kernel does not hide page_offset_base"
make_pair CLIENT SERVER
note='page fragments are left out: page_offset_base is not in /proc/kallsyms'

start() {
	start_retis "$WORK/out" "$WORK/err" collect -c skb -p tp:net:netif_receive_skb "${own[@]}"
}

start
ip netns exec "$CLIENT" ping -q -c 3 -i 0.2 10.0.0.2 >/dev/null
stop_retis || fail "retis failed"
assert_contains "$WORK/out" 'proto ICMP'
assert_not_contains "$WORK/err" 'fragments'

start
ip netns exec "$SERVER" socat -u TCP4-LISTEN:4002 OPEN:/dev/null &
defer kill $!
ip netns exec "$CLIENT" socat -u OPEN:/dev/zero,readbytes=20000000 \
	TCP4:10.0.0.2:4002,retry=50,interval=0.2
# More than once, were it not told.
wait_for 10 grep -q fragments "$WORK/err" || fail "nothing is said of what was left out"
sleep 2
stop_retis || fail "retis failed"
assert_contains "$WORK/err" "$note"
assert_eq "$(grep -c fragments "$WORK/err")" 1 "notes"
