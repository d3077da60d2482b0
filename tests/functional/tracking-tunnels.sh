#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A packet stays the same one in a tunnel, as the clones that a bridge makes of it, and where
# an XDP program wants it in other memory.
. "$(dirname -- "$0")/lib.sh"
unset RETIS_TRACK

need ping
need jq
need clang-14

make_pair A B

# collect NAME FILTER HOST ARG...: pings HOST three times.
collect() {
	local name=$1 filter=$2 host=$3

	shift 3
	"$RETIS" collect -c skb,dev,skb-tracking -f "$filter" "$@" -o "$WORK/$name.data" --cmd-quiet \
		--cmd "ip netns exec $A ping -q -c 3 -i 0.2 -W 0.3 $host" 2>"$WORK/err" || fail "retis fails"
	! grep -q 'Only tracepoints can be used here' "$WORK/err" || skip "functions can't be probed here"
	# A line for each packet: what it met, in the order of time.
	"$RETIS" print --format json "$WORK/$name.data" | jq -rs 'map(select(."skb-tracking")) |
		group_by(."skb-tracking" | [.timestamp, .orig_head]) |
		map(map((.kernel.symbol | sub(".*:"; "")) + " " + (.dev.name // "-")) | join(", "))[]' \
		>"$WORK/$name"
}

expect() {
	[[ $(grep -cxE -e "$2" "$WORK/$1") -ge 3 ]] || fail "not the way of each packet: $2"
}

# --- VXLAN -----------------------------------------------------------------------

modprobe -q vxlan || true
add_vxlan() {
	ip -n "$1" link add vxlan1 type vxlan id 7 local "10.0.0.$2" remote "10.0.0.$3" dstport 4789 \
		dev veth0 2>/dev/null || skip "VXLAN is not to be had here"
	ip -n "$1" addr add "10.9.8.$2/24" dev vxlan1
	ip -n "$1" link set vxlan1 up
}
add_vxlan "$A" 1 2
add_vxlan "$B" 2 1
collect vxlan 'icmp[0] == 8 and dst host 10.9.8.2' 10.9.8.2 -p net:net_dev_start_xmit -p net:netif_receive_skb
expect vxlan 'net_dev_start_xmit vxlan1, net_dev_start_xmit veth0, netif_receive_skb veth0, netif_receive_skb vxlan1'

# --- generic XDP -----------------------------------------------------------------

echo 'int pass(void *ctx) { return 2; } ' | clang-14 -O2 -target bpf -x c -c -o "$WORK/pass.o" - \
	-Dpass='__attribute__((section("xdp"))) pass'
if ip -n "$B" link set dev veth0 xdpgeneric obj "$WORK/pass.o" sec xdp 2>"$WORK/xdp.err"; then
	collect xdp 'icmp[0] == 8 and dst host 10.0.0.2' 10.0.0.2 -p net:net_dev_start_xmit -p ip_rcv
	expect xdp 'net_dev_start_xmit veth0, ip_rcv veth0'
	ip -n "$B" link set dev veth0 xdpgeneric off
fi

# --- a bridge that floods --------------------------------------------------------

modprobe -q bridge || true
ip -n "$B" link add br0 type bridge 2>/dev/null || skip "bridges can't be created here"
ip -n "$B" addr flush dev veth0
ip -n "$B" link set veth0 master br0
for port in p1 p2; do
	ip -n "$B" link add "$port" type veth peer name "$port-peer"
	ip -n "$B" link set "$port" master br0
	ip -n "$B" link set "$port" up
	ip -n "$B" link set "$port-peer" up
done
ip -n "$B" link set br0 up
ip -n "$A" neigh replace 10.0.0.9 lladdr 02:00:00:00:00:09 dev veth0
collect flood 'icmp[0] == 8 and dst host 10.0.0.9' 10.0.0.9 -p net:net_dev_start_xmit
expect flood 'net_dev_start_xmit veth0, net_dev_start_xmit p[12], net_dev_start_xmit p[12]'
