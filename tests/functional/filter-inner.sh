#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A filter for what tunnels carry lets the same packets through in front of a tunnel, in it and
# behind it, live and from files.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/probes.bash"
spare_vm 6.12

need ping
need jq
make_pair A B
probes=(-p net:net_dev_start_xmit -p net:netif_receive_skb)
wanted='(icmp[0] == 8 and dst net 10.9.0.0/16) or (icmp6[0] == 128 and dst net fd09::/16)'
# Names of tunnels, and their numbers.
names=()
declare -A places=()

# --- tunnels ---------------------------------------------------------------

# The end of tunnel $1 from host $2 to host $3: what "ip link" has to be told.
describe() {
	local v4="local 10.0.0.$2 remote 10.0.0.$3" v6="local fd00::$2 remote fd00::$3"

	case $1 in
	vxlan) echo "vxlan id 7 $v4 dstport 4789 dev veth0" ;;
	# Only the kernel knows that this is one.
	other) echo "vxlan id 8 $v4 dstport 5000 dev veth0" ;;
	geneve) echo "geneve id 9 remote 10.0.0.$3" ;;
	gre) echo "gre $v4 key 5 csum" ;;
	gretap) echo "gretap $v4 key 6" ;;
	ipip) echo "ipip $v4" ;;
	sit) echo "sit $v4" ;;
	# With an option that says how many more tunnels there may be.
	ip6tnl) echo "ip6tnl $v6 mode ipip6" ;;
	ip6gre) echo "ip6gre $v6 key 7" ;;
	esac
}

# The network of tunnel $1, of which hosts have the last number.
net_of() {
	case $1 in
	sit) echo fd09:: ;;
	*) echo "10.9.${places[$1]}." ;;
	esac
}

# One process for all: virtual machines are slow.
add_ends() {
	local netns=$1 from=$2 to=$3 name

	for name in "${!places[@]}"; do
		echo "link add t-$name type $(describe "$name" "$from" "$to")"
		echo "addr add $(net_of "$name")$from/$([[ $name == sit ]] && echo '64 nodad' || echo 24) dev t-$name"
		echo "link set t-$name up"
	done >"$WORK/batch-$from"
	ip -n "$netns" -force -batch "$WORK/batch-$from" 2>>"$WORK/links" || true
	ip -n "$netns" -brief link | sed -n 's/^t-\([a-z0-9]*\)@.*/\1/p; s/^t-\([a-z0-9]*\) .*/\1/p' >"$WORK/ends-$from"
}

add_tunnels() {
	local kinds=(vxlan other geneve gre gretap ipip sit ip6tnl ip6gre) name

	modprobe -qa vxlan geneve ip_gre ipip sit ip6_tunnel ip6_gre || true
	for name in "${kinds[@]}"; do
		places[$name]=${#places[@]}
	done
	add_ends "$A" 1 2
	add_ends "$B" 2 1
	mapfile -t names < <(grep -xFf "$WORK/ends-1" "$WORK/ends-2")
	[[ -z ${RETIS_GUEST:-} || ${#names[@]} == "${#kinds[@]}" ]] ||
		fail "only these tunnels can be made: ${names[*]}"
	((${#names[@]})) || skip "tunnel devices can't be made here"
}

# One echo request through each, which is wanted, its answer and a datagram, which are not.
write_traffic() {
	local name to

	for name in "${names[@]}"; do
		to=$(net_of "$name")2
		printf 'ping -q -c 1 -W 2 %s\necho no >/dev/udp/%s/4001\n' "$to" "$to"
	done
	echo 'ping -q -c 1 10.0.0.2'
}

# collect OUT ARG...: what the traffic makes of it.
collect() {
	local out=$1

	shift
	"$RETIS" collect -o "$WORK/$out" "${own[@]}" "${probes[@]}" "$@" --cmd-status --cmd-quiet \
		--cmd "ip netns exec $A bash -e $WORK/traffic.sh" 2>"$WORK/err" || fail "retis collect $*"
}

# What has to be seen: each request at its tunnel's device, on its way, and behind the tunnel.
# $1: tunnels of which only the inner packet is seen.
expect() {
	local name

	for name in "${names[@]}"; do
		echo "net:net_dev_start_xmit t-$name"
		[[ $name == "$1" ]] || printf '%s veth0\n' net:net_dev_start_xmit net:netif_receive_skb
		echo "net:netif_receive_skb t-$name"
	done
}

seen() {
	"$RETIS" print --format json "$@" | jq -r 'select(.kernel) | .kernel.symbol + " " + .dev.name'
}

# same WHAT: the files want and got are.
same() {
	diff "$WORK/want" "$WORK/got" >"$WORK/diff" || fail "$1"
}

look_everywhere() {
	collect inner -c skb,dev --filter-inner "$wanted"
	assert_contains "$WORK/err" '^L2\+L3 inner packet filter\(s\) loaded'
	assert_not_contains "$WORK/err" '^L2\+L3 packet filter'
	expect none >"$WORK/want"
	seen "$WORK/inner" >"$WORK/got"
	same 'other packets than what tunnels carry'
}

# Only what is in VXLAN matches; the rest of its way is seen as the packet is known. Where functions
# return, programs have the least stack left.
follow_one() {
	local probe functions=()

	if [[ -n ${RETIS_GUEST:-} ]]; then
		functions=(--probe=kretprobe:dev_hard_start_xmit)
		! has_fexit dev_hard_start_xmit || functions+=(--probe=fexit:dev_hard_start_xmit)
	fi
	RETIS_TRACK='' collect tracked -c skb,dev,skb-tracking "${functions[@]}" -f 'udp port 4789' \
		--filter-inner "$wanted"
	seen "$WORK/tracked" >"$WORK/got"
	{
		echo net:net_dev_start_xmit veth0
		for probe in "${functions[@]}"; do
			echo "${probe#*:} veth0"
		done
		echo net:netif_receive_skb veth0
		echo net:netif_receive_skb t-vxlan
	} >"$WORK/want"
	same 'another way than that of a packet in VXLAN'
}

# Nothing in a file says that port 5000 is a tunnel's.
look_afterwards() {
	collect all -c skb,dev
	expect other >"$WORK/want"
	seen --filter-inner "$wanted" "$WORK/all" >"$WORK/got"
	same 'other packets of a file than live'
	seen -f 'udp port 4789' --filter-inner "$wanted" "$WORK/all" >"$WORK/got"
	printf '%s veth0\n' net:net_dev_start_xmit net:netif_receive_skb >"$WORK/want"
	same 'other packets than those that pass both filters'
}

refuse() {
	local code=0

	"$RETIS" collect --cmd true --filter-inner 'tcp prot 80' >"$WORK/out" 2>"$WORK/err" || code=$?
	assert_eq "$code" 1 'exit code for what is no filter'
	assert_contains "$WORK/err" '^Error: --filter-inner: Could not compile the filter: libpcap error: '
	! "$RETIS" print --filter-inner 'tcp prot 80' "$WORK/all" >"$WORK/out" 2>"$WORK/err" ||
		fail 'what is no filter passes'
	assert_contains "$WORK/err" '^Error: --filter-inner: '
}

add_tunnels
write_traffic >"$WORK/traffic.sh"
look_everywhere
follow_one
# The rest is the same in every kernel.
[[ -z ${RETIS_GUEST:-} ]] || exit 0
look_afterwards
refuse
