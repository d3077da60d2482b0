#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How much of a packet is captured, fragments included, and which metadata.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.1

need ping
need jq
need socat
make_pair CLIENT SERVER
# shellcheck disable=SC2153 # set by make_pair
client=$(netns_inode "$CLIENT")
probes=(-p net:netif_receive_skb -p net:net_dev_start_xmit)

trace() {
	local out=$1

	shift
	"$RETIS" collect --format json "${probes[@]}" "$@" >"$out" 2>"$out.err" || fail "retis failed"
}

listens() {
	ip netns exec "$SERVER" ss -Hlnt "sport = :$1" | grep -q .
}

# The largest value over the packets of the client.
largest() {
	jq -s "[.[] | select(.netns.inum == $client) | $2 // 0] | max" "$1"
}

big="ip netns exec $CLIENT ping -q -c 1 -s 1400 10.0.0.2"
trace "$WORK/255" --cmd "$big"
assert_eq "$(largest "$WORK/255" .packet.capture_len)" 255 "bytes captured by default"
assert_eq "$(largest "$WORK/255" .packet.len)" 1442 "length of the packet"
trace "$WORK/4096" --snaplen 4096 --cmd "$big"
assert_eq "$(largest "$WORK/4096" .packet.capture_len)" 1442 "bytes captured with --snaplen 4096"
assert_eq "$(jq -rs '[.[] | select(.packet.len == 1442) | .packet.data][0]' "$WORK/4096" |
	base64 -d | wc -c)" 1442 "bytes of data"

# Ping's bytes count up: all of them are there, from the linear area and fragments.
data=$(jq -rs '[.[] | select(.packet.len == 1442) | .packet.data][0]' "$WORK/4096" |
	base64 -d | tail -c 16 | od -An -tx1 | tr -d ' \n')
assert_eq "$data" 68696a6b6c6d6e6f7071727374757677 "last bytes of the packet"

# TCP sends its payload in fragments.
ip netns exec "$SERVER" socat -u TCP4-LISTEN:4000 /dev/null &
defer kill $!
wait_for 10 listens 4000 || fail "socat does not listen"
head -c 20000 /dev/zero | tr '\0' x >"$WORK/payload"
trace "$WORK/tcp" --snaplen 4096 --skb-sections all \
	--cmd "ip netns exec $CLIENT socat -u FILE:$WORK/payload TCP4:10.0.0.2:4000"
frags=$(jq -cs 'map(select(.skb.meta.data_len > 1000)) | max_by(.skb.meta.data_len) | .packet' "$WORK/tcp")
[[ $frags != null ]] || fail "no packet with fragments"
if [[ $(uname -m) == aarch64 ]] || grep -q ' page_offset_base$' /proc/kallsyms; then
	jq -r .data <<<"$frags" | base64 -d >"$WORK/bytes"
	assert_eq "$(wc -c <"$WORK/bytes")" "$(jq '[.len, 4096] | min' <<<"$frags")" \
		"bytes captured of a packet in fragments"
	assert_eq "$(tail -c +67 "$WORK/bytes" | tr -d x | wc -c)" 0 "bytes that are not the payload"
fi
has_event "$WORK/tcp" '.skb.gso.size > 0 and .skb.gso.segs > 1' ||
	fail "no segmentation data"
has_event "$WORK/tcp" '.skb.data_ref.users == 1 and .skb.data_ref.dataref >= 1' ||
	fail "no reference counts"

# VLAN: the tag is in the packet or taken out, never made up.
if ip -n "$CLIENT" link add link veth0 name vlan7 type vlan id 7 2>/dev/null; then
	ip -n "$SERVER" link add link veth0 name vlan7 type vlan id 7
	set_address "$CLIENT" vlan7 77 1
	set_address "$SERVER" vlan7 77 2
	trace "$WORK/vlan" --cmd "ip netns exec $CLIENT ping -q -c 1 10.0.77.2"
	has_event "$WORK/vlan" '.skb.vlan_accel.vid == 7 and .skb.vlan_accel.proto == 33024' ||
		fail "no VLAN tag"
fi
! has_event "$WORK/4096" .skb.vlan_accel || fail "a tag where there is none"
