#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Commands find packets and their identity in sections of others by what their fields say that they are:
# with such a collector alone, packets have stories and are exported.
. "$(dirname -- "$0")/lib.sh"
unset RETIS_TRACK

not_in_vm
need jq
need ping
need tcpdump

make_pair A B
cd "$WORK"
"$RETIS" collect --plugin-dir "$BUILD/tests/plugins" -c roles -f icmp "${own[@]}" -o data --cmd-quiet \
	--cmd "ip netns exec $A ping -q -c 2 -i 0.1 10.0.0.2" 2>err || fail "retis fails"

# Nothing is known of the collector but what the file says.
"$RETIS" sort --format json data 2>err | jq -c 'map(.kernel.symbol)' >stories
assert_eq "$(grep -c '^\["net:netif_rx","net:netif_receive_skb"\]$' stories)" 4 "stories of requests and replies"

"$RETIS" pcap data -p tp:net:netif_rx -o packets.pcapng 2>err || fail "retis pcap fails"
tcpdump -nr packets.pcapng >packets 2>err.tcpdump || fail "tcpdump can't read it"
assert_eq "$(grep -c ' IP 10.0.0.1 > 10.0.0.2: ICMP echo request' packets)" 2 "requests"
assert_eq "$(grep -c ' IP 10.0.0.2 > 10.0.0.1: ICMP echo reply' packets)" 2 "replies"
