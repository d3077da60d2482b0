#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Messages of netlink sockets are no packets: there is an event, and no Ethernet in it.
. "$(dirname -- "$0")/lib.sh"

make_netns OWN
# A name of its own tells its messages from those of others.
tool=nl$$
cp "$(command -v ip)" "$WORK/$tool"
# shellcheck disable=SC2153 # make_netns sets it

"$RETIS" collect -c skb --skb-sections meta -e -p tp:skb:consume_skb --format single-line \
	--cmd "$WORK/$tool -n $OWN link >$WORK/links" >"$WORK/all" 2>"$WORK/err" ||
	fail "retis failed"
assert_contains "$WORK/links" 'lo: <LOOPBACK'
grep -F "[$tool]" "$WORK/all" >"$WORK/own" || fail "no event of the messages"
assert_contains "$WORK/own" 'skb:consume_skb skb \['
assert_not_contains "$WORK/own" 'ethertype \(|802\.3|not supported|truncated'
