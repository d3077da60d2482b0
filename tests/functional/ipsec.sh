#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# While IPsec builds a packet there is none to show: what is shown on its way is what was
# sent, before and after.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.1

[[ -n ${RETIS_GUEST:-} ]] || skip "it needs kprobes and loads modules: only in virtual machines"
need ping
make_pair CLIENT SERVER
modprobe -a esp4 esp6 xfrm_user || skip "the kernel has no IPsec"

# transform MODE OUTER_SRC OUTER_DST SRC DST: from the client on, which is enough to send.
transform() {
	local key=0x000102030405060708090a0b0c0d0e0f10111213 flag=()

	# For IPv4 inside of IPv6.
	[[ $1 == transport ]] || flag=(flag af-unspec)
	ip -n "$CLIENT" xfrm state flush
	ip -n "$CLIENT" xfrm policy flush
	ip -n "$CLIENT" xfrm state add src "$2" dst "$3" proto esp spi 0x42 reqid 1 mode "$1" \
		"${flag[@]}" aead 'rfc4106(gcm(aes))' "$key" 128 || skip "IPsec can't be set up here"
	ip -n "$CLIENT" xfrm policy add src "$4" dst "$5" dir out \
		tmpl src "$2" dst "$3" proto esp reqid 1 mode "$1"
}

# Pings that nobody understands.
send() {
	ip netns exec "$CLIENT" ping -q -c 3 -i 0.2 -W 1 -s 100 "$1" >/dev/null || true
}

# count PATTERN
count() {
	grep -cE -- "$1" "$WORK/out" || true
}

# expect MODE OUTPUT SRC DST OUTER_SRC OUTER_DST
expect() {
	assert_eq "$(count "xfrm_output $3 > $4 .* proto ICMP")" 3 "$1: packets on their way in"
	assert_eq "$(count "\[[a-z.]+\] $2")" 3 "$1: events of $2"
	assert_eq "$(count "\[[a-z.]+\] $2.* > ")" 0 "$1: half-built packets"
	assert_eq "$(count "net_dev_start_xmit.* $5 > $6 .* proto ESP .* spi 0x00000042")" 3 \
		"$1: packets on their way out"
	assert_not_contains "$WORK/out" '\((bad|[0-9]+ missing)|not supported|truncated'
}

# check MODE OUTPUT SRC DST [OUTER_SRC OUTER_DST]
check() {
	local outer=("${@:5}")

	((${#outer[@]})) || outer=("$3" "$4")
	transform "$1" "${outer[@]}" "$3" "$4"
	start_retis "$WORK/out" "$WORK/err" collect -c skb --skb-sections meta --format single-line \
		-p xfrm_output -p "$2" -p tp:net:net_dev_start_xmit
	send "$4"
	sleep 0.5
	stop_retis || fail "retis failed"
	expect "$1" "$2" "$3" "$4" "${outer[@]}"
}

ip -n "$CLIENT" addr add 10.9.0.1/32 dev lo
ip -n "$CLIENT" route add 10.9.0.2/32 via 10.0.0.2 src 10.9.0.1
ip -n "$CLIENT" addr add fd09::1/128 dev lo nodad
ip -n "$CLIENT" route add fd09::2/128 via fd00::2 src fd09::1
check transport esp_output 10.0.0.1 10.0.0.2
check tunnel esp_output 10.9.0.1 10.9.0.2 10.0.0.1 10.0.0.2
check transport esp6_output fd00::1 fd00::2
check tunnel esp6_output fd09::1 fd09::2 fd00::1 fd00::2
check tunnel esp6_output 10.9.0.1 10.9.0.2 fd00::1 fd00::2
