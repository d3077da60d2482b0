#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A packet is the same one at every probe, whatever becomes of its addresses; clones have
# its id, others don't.
. "$(dirname -- "$0")/lib.sh"
unset RETIS_TRACK

need socat
need nft

tracepoints=(-p net:netif_receive_skb -p net:net_dev_start_xmit)

# Client 10.0.0.1, router 10.0.0.2 and 10.0.1.1, server 10.0.1.2; the router answers for
# 10.9.9.9, which is the server, and hides the client.
make_pair CLIENT ROUTER
make_netns SERVER
ip link add veth1 netns "$ROUTER" type veth peer name veth1 netns "$SERVER"
set_address "$ROUTER" veth1 1 1
set_address "$SERVER" veth1 1 2
ip -n "$CLIENT" route add 10.9.9.9 via 10.0.0.2
ip netns exec "$ROUTER" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
ip netns exec "$ROUTER" nft -f - <<'EOF' || skip "nftables with NAT is not to be had here"
table ip nat {
	chain in {
		type nat hook prerouting priority -100;
		ip daddr 10.9.9.9 dnat to 10.0.1.2
	}
	chain out {
		type nat hook postrouting priority 100;
		oif veth1 masquerade
	}
}
EOF

send() {
	echo "$1" | ip netns exec "$CLIENT" socat - udp4-sendto:10.9.9.9:7777,sp=40000
}

# Neighbours are known, and where that is needed the server answers.
ip netns exec "$SERVER" socat -u udp4-recv:7777 - >"$WORK/received" &
receiver=$!
defer kill "$receiver"
for ((i = 0; i < 20; i++)); do
	send "early $i"
	! grep -qs early "$WORK/received" || break
	sleep 0.2
done
grep -q early "$WORK/received" || skip "packets do not get through NAT here"

# Prints the id, namespace, probe and addresses of each event of FILE.
story() {
	"$RETIS" print "$1" | awk '
	/\[tp\] .* #/ { at = $6; id = $7; getline; from = $1; to = $3; getline; sub(".*/", "", $2)
		sub(/\.7777$/, "", to); sub(/\.[0-9]+$/, "", from); print id, $2, at, from, to }'
}

# --- through NAT ---------------------------------------------------------------

start_retis /dev/null "$WORK/err" collect -c skb,dev,ns,skb-tracking "${tracepoints[@]}" \
	-f 'udp and dst host 10.9.9.9 and dst port 7777' -o "$WORK/nat.data"
send one
# Where ends are not seen, the memory of one may be the other's before that.
sleep 1.2
send two
wait_for 10 grep -q two "$WORK/received" || fail "packets do not arrive"
stop_retis || fail "retis fails"
story "$WORK/nat.data" >"$WORK/story"
cat >"$WORK/expected" <<EOF
$(netns_inode "$CLIENT") net:net_dev_start_xmit 10.0.0.1 10.9.9.9
$(netns_inode "$ROUTER") net:netif_receive_skb 10.0.0.1 10.9.9.9
$(netns_inode "$ROUTER") net:net_dev_start_xmit 10.0.1.1 10.0.1.2
$(netns_inode "$SERVER") net:netif_receive_skb 10.0.1.1 10.0.1.2
EOF
while read -r id; do
	# Where not all ends are seen, another packet may go on with it.
	awk -v id="$id" '$1 == id && ++n <= 4 { print $2, $3, $4, $5 }' "$WORK/story" >"$WORK/packet"
	diff "$WORK/expected" "$WORK/packet" >&2 || fail "packet $id has another story"
done < <(awk '!seen[$1]++ { print $1 }' "$WORK/story")
assert_eq "$(awk '{ print $1 }' "$WORK/story" | sort -u | wc -l)" 2 "number of packets"

# Each probe by itself sees what looks like it.
start_retis /dev/null "$WORK/err" collect -c skb,ns,skb-tracking --no-track "${tracepoints[@]}" \
	-f 'udp and dst host 10.9.9.9 and dst port 7777' -o "$WORK/each.data"
send three
wait_for 10 grep -q three "$WORK/received" || fail "packets do not arrive"
stop_retis || fail "retis fails"
"$RETIS" print "$WORK/each.data" >"$WORK/each"
assert_not_contains "$WORK/each" '\(skb'
assert_eq "$(grep -c '\] net:' "$WORK/each")" 2 "events without tracking"

# --- more packets than there is room for -----------------------------------------

start_retis /dev/null "$WORK/err" collect -c skb,skb-tracking "${tracepoints[@]}" \
	-f 'udp and dst port 7777' --track-size 1 -o "$WORK/small.data"
# Where they wait until somebody reads them.
kill -s STOP "$receiver"
# shellcheck disable=SC2016 # the other shell's
ip netns exec "$CLIENT" bash -c 'for i in {1..64}; do echo "$i" >/dev/udp/10.9.9.9/7777; done'
wait_for 10 grep -qE '[1-9][0-9]* more packet\(s\) not tracked, [0-9]+ in all' "$WORK/err" ||
	fail "nothing is said of packets that were not tracked"
kill -s CONT "$receiver"
stop_retis || fail "retis fails"
assert_contains "$WORK/err" 'packet\(s\) not tracked: too many at one time \(--track-size\)'
"$RETIS" stats "$WORK/small.data" >"$WORK/stats"
assert_contains "$WORK/stats" 'too many packets to track at one time'
