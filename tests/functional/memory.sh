#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What it took to start is given back: a collection takes little more memory than its
# buffer of 16 MiB.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.1

! is_sanitized || skip "the sanitizers keep memory of their own"

start_retis /dev/null "$WORK/err" collect -c skb,dev,ns -p tp:net:netif_receive_skb \
	-m 'sk_buff.mark == 4711'
resident=$(awk '/^VmRSS:/ { print $2 }' "/proc/$retis_pid/status")
((resident < 30720)) || fail "$resident KiB are resident while collecting"
stop_retis || fail "retis failed"
