#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Filters let through the packets they describe, and no others: by their bytes, with a link
# layer and without, and by what the kernel knows of them.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/probes.bash"

need ping
need socat
make_pair CLIENT SERVER
make_pair OTHER PEER
inodes=$(for netns in "$CLIENT" "$SERVER" "$OTHER" "$PEER"; do netns_inode "$netns"; done | paste -sd '|')
ours="ns [^ ]*/($inodes)( |$)"
probes=(-p net:netif_receive_skb -p net:net_dev_start_xmit)

# Of each kind a few: ping, also through another device, IPv6 ping, and UDP to two ports,
# which answers with ICMP.
traffic() {
	ip netns exec "$CLIENT" ping -q -c 2 -i 0.2 -s 200 10.0.0.2
	ip netns exec "$OTHER" ping -q -c 1 10.0.1.2
	ip netns exec "$CLIENT" ping -q -c 1 fd00:0::2
	for port in 4001 4002; do
		echo hello | ip netns exec "$CLIENT" socat -u - "UDP4:10.0.0.2:$port"
		echo hello | ip netns exec "$CLIENT" socat -u - "UDP6:[fd00:0::2]:$port"
	done
}

# passes PATTERN ARG...: of our packets just those with PATTERN are seen, and some.
passes() {
	local pattern=$1

	shift
	start_retis "$WORK/events" "$WORK/err" collect --format single-line -c skb,dev,ns -e "$@"
	$traffic >"$WORK/traffic" 2>&1
	stop_retis || fail "retis collect $*"
	grep -E -e "$ours" "$WORK/events" >"$WORK/seen" || fail "nothing passes: $*"
	! grep -vE -e "$pattern" "$WORK/seen" >"$WORK/wrong" || fail "too much passes: $*"
}

traffic=traffic

# What the language says is the same in every kernel: virtual machines are slow.
outside() {
	[[ -n ${RETIS_GUEST:-} ]] || "$@"
}

refuse() {
	local message=$1 code=0

	shift
	"$RETIS" collect --cmd true "$@" >"$WORK/out" 2>"$WORK/err" || code=$?
	assert_eq "$code" 1 "exit code of: retis collect $*"
	assert_contains "$WORK/err" "^Error: $message"
}

# --- bytes ---------------------------------------------------------------

passes 'proto ICMP \(1\) type [08] code 0 ' -f 'icmp[0] == 8 or icmp[0] == 0' "${probes[@]}"
assert_eq "$(wc -l <"$WORK/seen")" 12 'events of 3 pings seen twice each way'
assert_contains "$WORK/err" '^L2\+L3 packet filter\(s\) loaded'
passes '> [^ ]*2\.4001 .*proto UDP' -f 'udp dst port 4001' "${probes[@]}"
assert_contains "$WORK/seen" '10\.0\.0\.2\.4001 '
assert_contains "$WORK/seen" 'fd00::2\.4001 '
outside passes 'ethertype IPv6' -f 'ether proto 0x86dd' "${probes[@]}"
outside passes 'length 2[0-9][0-9]|len 228' -f 'len > 200' "${probes[@]}"
nets=({0..7})
[[ -z ${RETIS_GUEST:-} ]] || nets=(0)
hosts=$(for i in "${nets[@]}"; do printf "host 172.16.$i.%d or " {1..125}; done)
passes 'proto ICMP \(1\) type [08] code 0 ' -f "icmp[0] != 3 and (${hosts}host 10.0.0.2)" "${probes[@]}"
outside refuse "Could not compile the filter: libpcap error: " -f 'tcp prot 80'
outside refuse '.*inbound' -f inbound

# --- metadata ------------------------------------------------------------

passes 'len 228' -m 'sk_buff.len > 200' "${probes[@]}"
outside passes '\(veth0\)' -m 'sk_buff.dev.name == "veth0"' "${probes[@]}"
outside passes '\(veth1\)' -m 'sk_buff.dev.name != "veth0"' "${probes[@]}"
outside passes 'proto ICMP' -m "sk_buff.dev.name == 'nope' or sk_buff.protocol == 8" -f icmp "${probes[@]}"
passes '\(veth1\).*' -m 'sk_buff.dev:~0x0:net_device.name == "veth1"' -f icmp "${probes[@]}"
RETIS_READ=probe passes 'len 228.*proto ICMP' -m 'sk_buff.len > 200' -f icmp "${probes[@]}"
outside refuse "--filter-meta: field lenn not found in type struct sk_buff; did you mean len" -m 'sk_buff.lenn > 1'
outside refuse '--filter-meta: ' -m 'sk_buff.len >'
doctor_refuses() {
	"$RETIS" doctor -f 'tcp prot 80' >"$WORK/out" 2>"$WORK/err" && fail 'doctor likes any filter'
	assert_contains "$WORK/out" 'PROBLEM  .*Could not compile the filter'
}
outside doctor_refuses

# --- where there is nothing to filter ------------------------------------

# A device is what this one has.
nothing_to_filter() {
	local lonely=tp:xdp:xdp_redirect

	"$RETIS" doctor -c skb,dev -p net:netif_rx -p "$lonely" >"$WORK/out" || fail "doctor refuses $lonely"
	assert_contains "$WORK/out" "ok       $lonely by raw tracepoint; for dev"
	"$RETIS" collect --cmd true -c skb,dev -f icmp -p net:netif_rx -p "$lonely" >"$WORK/out" \
		2>"$WORK/err" || fail 'a probe without a packet stops a filtered run'
	assert_contains "$WORK/err" "No probe was attached to $lonely as it has no packet"
	"$RETIS" doctor -c skb,dev -f icmp -p net:netif_rx -p "$lonely" >"$WORK/out" ||
		fail "doctor refuses $lonely"
	assert_contains "$WORK/out" "note     $lonely: it has no packet for the filter"
}
outside nothing_to_filter

# --- packets without a link layer ----------------------------------------

# Received with one, sent to a device that has none.
to_tunnel() {
	ip netns exec "$CLIENT" ping -q -c 2 -i 0.2 -W 1 10.9.0.5 || true
}

has_tunnel() {
	ip -n "$SERVER" link show t0 2>&1 | grep -q LOWER_UP
}

if [[ -c /dev/net/tun ]]; then
	ip netns exec "$SERVER" socat -u TUN:10.9.0.1/24,tun-name=t0,iff-up /dev/null 2>"$WORK/tun" &
	defer kill $!
	wait_for 10 has_tunnel || fail 'no tunnel device'
	ip netns exec "$SERVER" sysctl -qw net.ipv4.ip_forward=1
	ip -n "$CLIENT" route add 10.9.0.0/24 via 10.0.0.2
	traffic=to_tunnel passes '10.0.0.1 > 10.9.0.5 .* proto ICMP .*\(t0\)' -f 'icmp[0] == 8' \
		-m 'sk_buff.dev.name == "t0"' "${probes[@]}"
fi

for type in fentry kprobe.multi kretprobe; do
	! can_probe "$type:__ip_local_out" ||
		# Without tracking nobody knows whether the packet is still there when it returns.
		RETIS_TRACK=yes passes '\.4002 .*proto UDP' -f 'udp dst port 4002' -m 'sk_buff.len > 20' \
			-p "$type:__ip_local_out"
done

# What was the link layer is inside now.
to_vxlan() {
	ip netns exec "$CLIENT" ping -q -c 2 -i 0.2 192.168.77.2
}

add_vxlan() {
	ip -n "$1" link add vx0 type vxlan id 42 dev veth0 dstport 4789 local "$2" remote "$3" &&
		ip -n "$1" addr add "$4/24" dev vx0 && ip -n "$1" link set vx0 up
}

if can_probe __ip_local_out && add_vxlan "$CLIENT" 10.0.0.1 10.0.0.2 192.168.77.1 &&
	add_vxlan "$SERVER" 10.0.0.2 10.0.0.1 192.168.77.2; then
	traffic=to_vxlan passes '10.0.0.[12]\.[0-9]+ > 10.0.0.[12]\.4789 .*vni 0x2a' \
		-f 'udp dst port 4789' -p __ip_local_out
fi

# --- VLAN tags -------------------------------------------------------------

# Kept beside the packet, or, where the device does not do that, in it; a tag within a tag.
add_vlan() {
	ip -n "$1" link add link veth0 name v7 type vlan id 7
	ip -n "$1" addr add "10.0.7.$2/24" dev v7
	ip -n "$1" link set v7 up
	ip -n "$1" link add link v7 name v8 type vlan id 8
	ip -n "$1" addr add "10.0.8.$2/24" dev v8
	ip -n "$1" link set v8 up
}

to_vlans() {
	ip netns exec "$CLIENT" ping -q -c 1 10.0.0.2
	ip netns exec "$CLIENT" ping -q -c 1 10.0.7.2
	ip netns exec "$CLIENT" ping -q -c 1 10.0.8.2
}

if add_vlan "$CLIENT" 1 2>"$WORK/vlan" && add_vlan "$SERVER" 2; then
	traffic=to_vlans
	passes '10\.0\.7\.[12] > 10\.0\.7\.[12] .*proto ICMP' -f 'vlan 7 and icmp' "${probes[@]}"
	passes '10\.0\.8\.[12] > 10\.0\.8\.[12] .*proto ICMP' -f 'vlan 7 and vlan 8 and icmp' "${probes[@]}"
	# The tag comes behind the device for it.
	passes '10\.0\.0\.[12][ .]|\(v[78]\)' -f 'ip and not vlan' "${probes[@]}"
fi
