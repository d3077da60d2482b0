#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Pieces of a packet say of which one they are: fragments, however they are made, and segments;
# and what is put together again is the packet its first piece was.
. "$(dirname -- "$0")/lib.sh"
unset RETIS_TRACK

need ping
need socat
need ethtool

make_pair A B
# Behind it the way is narrow.
ip -n "$B" link add narrow mtu 1280 type dummy 2>/dev/null || skip "dummy devices can't be created here"
set_address "$B" narrow 9 1
ip netns exec "$B" sysctl -qw net.ipv4.ip_forward=1
ip -n "$A" route add 10.0.9.0/24 via 10.0.0.2

# collect NAME FILTER COMMAND: what "sort" makes of it, a line for each event: the place of it, its
# packet, what that is a piece of.
collect() {
	local name=$1

	"$RETIS" collect -c skb,skb-tracking -f "$2" -p net:net_dev_start_xmit -p net:netif_receive_skb \
		-p ip_output -p ip6_output -p icmp_rcv -p tcp_v4_rcv -o "$WORK/$name.data" --cmd-quiet \
		--cmd "ip netns exec $A $3" 2>"$WORK/err" || fail "retis fails"
	! grep -q 'Only tracepoints can be used here' "$WORK/err" || skip "functions can't be probed here"
	"$RETIS" print "$WORK/$name.data" | sed -nE \
		's/^.* \[[a-z]+\] ([^ ]+) #([0-9a-f]+) \(skb [0-9a-f]+\)( copy of #([0-9a-f]+))?.*/\1 \2 \4/p' \
		>"$WORK/$name"
}

# pieces NAME PROBE N: so many packets there say that they are of the first one.
pieces() {
	awk -v probe="$2" -v n="$3" 'NR == 1 { first = $2 } $1 == probe && $3 == first { seen[$2] }
		END { exit length(seen) != n }' "$WORK/$1" ||
		fail "not $3 other packets at $2 are of the first one"
}

# --- fragments -------------------------------------------------------------------

# One is the packet itself, as it was sent in a list of them.
collect v4 'icmp and dst host 10.0.0.2' 'ping -q -c 1 -s 4000 10.0.0.2'
pieces v4 net:net_dev_start_xmit 2
awk 'NR == 1 { first = $2 } $1 == "icmp_rcv" && $2 == first { found = 1 } END { exit !found }' "$WORK/v4" ||
	fail "what is put together is another packet"
"$RETIS" sort "$WORK/v4.data" >"$WORK/v4.sorted"
assert_eq "$(grep -c '^[0-9].*skb' "$WORK/v4.sorted")" 1 "number of stories"

collect v6 'icmp6 and dst host fd00::2' 'ping -q -c 1 -s 4000 fd00::2'
pieces v6 net:net_dev_start_xmit 2

# Both are new ones.
collect forwarded 'icmp and dst host 10.0.9.9' 'ping -q -c 1 -W 2 -M dont -s 1400 10.0.9.9'
pieces forwarded net:net_dev_start_xmit 2

# A router that looks at connections joins fragments, and sends them on as they came: they stay who
# they were.
ip -n "$B" link add wide type dummy
set_address "$B" wide 8 1
ip -n "$A" route add 10.0.8.0/24 via 10.0.0.2
if ip netns exec "$B" nft 'table ip t { chain c { type filter hook prerouting priority 0; ct state new accept; }; }' \
	2>/dev/null; then
	collect joined 'icmp and dst host 10.0.8.9' 'ping -q -c 1 -W 2 -M dont -s 4000 10.0.8.9'
	assert_eq "$(awk '{ n[$2]++ } END { for (id in n) m += n[id] >= 3; print m + 0 }' "$WORK/joined")" 3 \
		"fragments that are themselves all the way"
fi

# --- segments --------------------------------------------------------------------

ip netns exec "$A" ethtool -K veth0 tso off >/dev/null || skip "ethtool does not work here"
ip netns exec "$B" ethtool -K veth0 gro on >/dev/null || skip "ethtool does not work here"
head -c 100000 /dev/zero >"$WORK/zeros"
ip netns exec "$B" socat -u tcp4-listen:99 "create:$WORK/received" &
defer kill $!
collect tcp 'tcp and dst host 10.0.0.2' "socat -u open:$WORK/zeros tcp4:10.0.0.2:99,retry=20,interval=0.1"
# Segments that arrive are joined again: fewer than were sent, each as one that was.
awk '$1 == "net:net_dev_start_xmit" { sent[$2] }
	$1 == "tcp_v4_rcv" { got[$2]; if (!($2 in sent)) bad = 1 }
	END { print length(sent), length(got); exit bad || length(got) >= length(sent) }' "$WORK/tcp" \
	>"$WORK/joined" || fail "joined segments are not one that was sent"
