#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Where the kernel hides its addresses from everybody, root is told what to change.
. "$(dirname -- "$0")/lib.sh"

[[ -n ${RETIS_GUEST:-} ]] || skip "it changes a setting of the kernel: only in virtual machines"
need ping
setting=/proc/sys/kernel/kptr_restrict
before=$(<"$setting")
restore() {
	echo "$before" >"$setting"
}
defer restore
echo 2 >"$setting"
ip link set lo up

"$RETIS" collect -c skb -p tp:net:netif_receive_skb/stack -f icmp \
	--cmd 'ping -q -c 1 127.0.0.1' >"$WORK/out" 2>"$WORK/err" || fail "retis failed"
assert_contains "$WORK/err" 'addresses of symbols are hidden.*kernel.kptr_restrict must be below 2'
assert_not_contains "$WORK/err" 'CAP_SYSLOG'
"$RETIS" inspect --features >"$WORK/features"
assert_contains "$WORK/features" 'kernel.kptr_restrict must be below 2'
