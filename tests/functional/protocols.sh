#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What retis shows of a packet is the packet: each one that tcpdump sees arrive on a
# veth or VXLAN device, by any protocol, is among retis' events byte for byte, in both
# ways of reading kernel memory, and has the text one expects.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.12

need tcpdump
need socat
need jq
need ping
make_pair CLIENT SERVER
dump=

# The hexadecimal of each packet of a capture file, one a line.
pcap_packets() {
	tcpdump -r "$1" -xx -n 2>/dev/null |
		awk '/^\t0x/ { sub(/^[^:]*: */, ""); gsub(/ /, ""); line = line $0; next }
		     line { print line; line = "" } END { if (line) print line }'
}

# The same of the packets retis saw received on a device of the server.
event_packets() {
	jq -r --arg dev "$2" 'select(.kernel.symbol == "net:netif_receive_skb" and
		.dev.name == $dev) | .packet.data' "$1" |
		while read -r data; do
			printf %s "$data" | base64 -d | od -An -v -tx1 | tr -d ' \n'
			echo
		done
}

start_tcpdump() {
	rm -f "$2.err"
	ip netns exec "$SERVER" tcpdump -i "$1" -Q in -s 255 --immediate-mode -U -w "$2" 2>"$2.err" &
	dump=$!
	defer kill "$dump"
	wait_for 10 grep -q 'listening on' "$2.err" || fail "tcpdump does not start"
}

listens() {
	ip netns exec "$SERVER" ss -Hlnt "sport = :$1" | grep -q .
}

add_vxlan() {
	local netns=$1 local=$2 remote=$3 address=$4

	ip -n "$netns" link add vx0 type vxlan id 42 dev veth0 dstport 4789 \
		local "$local" remote "$remote" || return 1
	ip -n "$netns" addr add "$address/24" dev vx0
	ip -n "$netns" link set vx0 up
}

in_client() {
	ip netns exec "$CLIENT" "$@"
}

# traffic PORT: some of everything; PORT is where TCP comes from.
traffic() {
	ip -n "$CLIENT" neigh flush all &&
		in_client ping -q -c 2 -i 0.2 10.0.0.2 &&
		in_client ping -q -c 2 -i 0.2 -s 1200 fd00::2 &&
		echo hello | in_client socat - UDP4:10.0.0.2:4000,sourceport=4001 &&
		echo hello | in_client socat - TCP4:10.0.0.2:4002,sourceport="$1" &&
		echo hello | in_client socat - "TCP6:[fd00::2]:4002" &&
		{ [[ -z $vxlan ]] || in_client ping -q -c 2 -i 0.2 192.168.77.2; }
}

# Packets of tcpdump that retis does not have. Where fragments can't be read, the
# headers are enough: they are in the linear area.
missing() {
	if grep -q ' page_offset_base$' /proc/kallsyms; then
		sort -u "$1" | comm -23 - <(sort -u "$2")
	else
		awk 'NR == FNR { seen[$0]; next }
		     $0 in seen { next }
		     { for (n = length($0); n >= 108; n--) if (substr($0, 1, n) in seen) next; print }' \
			"$2" <(sort -u "$1")
	fi
}

expect_same() {
	local device=$1 pcap=$2 events=$3

	pcap_packets "$pcap" >"$pcap.hex"
	event_packets "$events" "$device" >"$events.hex"
	[[ -s $pcap.hex ]] || fail "tcpdump saw nothing on $device"
	missing "$pcap.hex" "$events.hex" >"$WORK/missing"
	[[ ! -s $WORK/missing ]] ||
		fail "$(wc -l <"$WORK/missing") of $(wc -l <"$pcap.hex") packets on $device are missing"
	echo "$device: all $(wc -l <"$pcap.hex") packets of tcpdump are among the events"
}

vxlan=yes
add_vxlan "$CLIENT" 10.0.0.1 10.0.0.2 192.168.77.1 2>/dev/null || vxlan=
[[ -z $vxlan ]] || add_vxlan "$SERVER" 10.0.0.2 10.0.0.1 192.168.77.2

ip netns exec "$SERVER" socat -u UDP4-RECV:4000 /dev/null &
defer kill $!
ip netns exec "$SERVER" socat -u TCP6-LISTEN:4002,fork,reuseaddr /dev/null &
defer kill $!
wait_for 10 listens 4002 || fail "socat does not listen"

port=4010
flavours=(probe)
"$RETIS" --log-level debug collect --cmd true 2>&1 >/dev/null | grep -q 'read directly' &&
	flavours+=(direct)
for flavour in "${flavours[@]}"; do
	export RETIS_READ=$flavour
	start_retis "$WORK/events" "$WORK/err" collect --format json \
		-p net:netif_receive_skb -p net:net_dev_start_xmit
	start_tcpdump veth0 "$WORK/veth0.pcap"
	veth_dump=$dump
	[[ -z $vxlan ]] || start_tcpdump vx0 "$WORK/vx0.pcap"
	port=$((port + 1))
	traffic "$port" >"$WORK/traffic" 2>&1 || fail "no traffic: $(tail -n 1 "$WORK/traffic")"
	sleep 0.5
	kill "$veth_dump" "$dump" || true
	wait "$veth_dump" "$dump" || true
	stop_retis || fail "retis failed"
	echo "reading kernel memory: $flavour"
	expect_same veth0 "$WORK/veth0.pcap" "$WORK/events"
	[[ -z $vxlan ]] || expect_same vx0 "$WORK/vx0.pcap" "$WORK/events"
done
unset RETIS_READ

start_retis "$WORK/text" "$WORK/err" collect --format single-line -e \
	-p net:netif_receive_skb -p net:net_dev_start_xmit
traffic 4003 >"$WORK/traffic" 2>&1 || fail "no traffic: $(tail -n 1 "$WORK/traffic")"
sleep 0.5
stop_retis || fail "retis failed"
assert_contains "$WORK/text" 'ethertype ARP \(0x0806\) request who-has 10\.0\.0\.2 tell 10\.0\.0\.1'
assert_contains "$WORK/text" 'ethertype ARP \(0x0806\) reply 10\.0\.0\.2 is-at '
assert_contains "$WORK/text" '10\.0\.0\.1 > 10\.0\.0\.2 .* proto ICMP \(1\) type 8 code 0'
assert_contains "$WORK/text" 'ethertype IPv6 .* fd00::1 > fd00::2 .* len 1208 proto ICMPv6 \(58\) type 128'
assert_contains "$WORK/text" '10\.0\.0\.1\.4001 > 10\.0\.0\.2\.4000 .* proto UDP \(17\) len 6'
assert_contains "$WORK/text" '10\.0\.0\.1\.4003 > 10\.0\.0\.2\.4002 .* proto TCP \(6\) flags \[S\] seq .*mss 1460'
assert_contains "$WORK/text" 'flags \[P\.\] seq [0-9]+:[0-9]+ ack [0-9]+ win'
if [[ -n $vxlan ]]; then
	assert_contains "$WORK/text" \
		'\.4789 .* vxlan \[I\] vni 0x2a .*192\.168\.77\.1 > 192\.168\.77\.2 .* ICMP \(1\) type 8'
fi
