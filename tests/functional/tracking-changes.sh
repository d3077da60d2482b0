#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A packet stays the same one when its memory is changed, a copy says of what it is one, and
# what is gone when a function returns is not shown. When all is over, no packet is tracked.
. "$(dirname -- "$0")/lib.sh"
unset RETIS_TRACK

need ethtool
need tc
need socat

make_pair A B
inet_b=10.0.0.2

# Lines "id parent skb probe" of the events of FILE.
events() {
	"$RETIS" print "$1" | sed -nE \
		's/^.* \[[a-z]+\] ([^ ]+) #([0-9a-f]+) \(skb ([0-9a-f]+)\)( copy of #([0-9a-f]+))?.*/\2 \5 \3 \1/p' |
		awk 'NF == 3 { $0 = $1 " - " $2 " " $3 } { print }'
}

collect() {
	local out=$1

	shift
	launch /dev/null "$WORK/err" "$RETIS" collect -c skb,skb-tracking -f 'net 10.0.0.0/12' "$@" \
		-o "$WORK/$out"
	! grep -q 'Only tracepoints can be used here' "$WORK/err" || skip "functions can't be probed here"
	grep -qF 'probe(s) loaded' "$WORK/err" || fail "retis ended before probes were loaded"
}

stop() {
	stop_retis || fail "retis fails"
	events "$WORK/$1" >"$WORK/events"
}

ids_at() {
	awk -v at="$1" '$4 == at { print $1 }' "$WORK/events" | LC_ALL=C sort -u
}

# --- segments --------------------------------------------------------------------

ip netns exec "$A" ethtool -K veth0 tso off >/dev/null || skip "ethtool does not work here"
head -c 1000000 /dev/zero >"$WORK/data"
ip netns exec "$B" socat -u tcp4-listen:99 "create:$WORK/received" &
defer kill $!
collect segments.data -p kprobe:ip_output -p net:net_dev_start_xmit
ip netns exec "$A" socat -u "open:$WORK/data" tcp4:$inet_b:99,retry=20,interval=0.1
wait_for 20 cmp -s "$WORK/data" "$WORK/received" || fail "data does not arrive"
stop segments.data
awk '$4 == "net:net_dev_start_xmit" && $2 != "-" { print $2 }' "$WORK/events" | LC_ALL=C sort -u >"$WORK/parents"
[[ -s $WORK/parents ]] || fail "no segment says what it is of"
LC_ALL=C comm -23 "$WORK/parents" <(ids_at ip_output) >"$WORK/unknown"
[[ ! -s $WORK/unknown ]] || fail "segments are of packets nobody saw"
# Each is itself, and no other.
awk '$2 != "-" && ++seen[$1 " " $2 " " $4] > 1' "$WORK/events" >"$WORK/twice"
[[ ! -s $WORK/twice ]] || fail "segments share an id"

# --- a head that changes ---------------------------------------------------------

# A clone of each packet waits elsewhere while the packet is changed.
set_ttl() {
	ip -n "$A" link add hold type dummy &&
		ip -n "$A" link set hold up &&
		tc -n "$A" qdisc add dev hold root netem delay 500ms &&
		tc -n "$A" qdisc add dev veth0 clsact &&
		tc -n "$A" filter add dev veth0 egress protocol ip matchall action mirred egress mirror \
			dev hold pipe action pedit ex munge ip ttl set 9 pipe action csum ip
}
set_ttl 2>/dev/null || skip "packets can't be changed with tc here"
collect head.data -p net:net_dev_start_xmit -p pskb_expand_head -p kretprobe:pskb_expand_head
ip netns exec "$A" ping -q -c 3 -i 0.3 $inet_b >/dev/null || fail "ping fails"
sleep 0.5
stop head.data
# Into the function, out of it, to the wire; and the clone.
awk '{ n[$1, $4]++; ids[$1] } END {
	for (i in ids) {
		m += n[i, "pskb_expand_head"] == 2 && n[i, "net:net_dev_start_xmit"]
		clones += n[i, "net:net_dev_start_xmit"] == 2
	}
	exit m < 3 || !clones }' "$WORK/events" || fail "packets are others once they have another head"
tc -n "$A" qdisc del dev veth0 clsact

# --- encapsulation ---------------------------------------------------------------

modprobe -q ip_gre || true
add_gre() {
	ip -n "$1" link add gre1 type gretap local "10.0.0.$2" remote "10.0.0.$3" 2>/dev/null ||
		skip "GRE is not to be had here"
	ip -n "$1" addr add "10.8.0.$2/24" dev gre1
	ip -n "$1" link set gre1 up
}
add_gre "$A" 1 2
add_gre "$B" 2 1
collect gre.data -p net:net_dev_start_xmit
ip netns exec "$A" ping -q -c 2 -i 0.3 10.8.0.2 >/dev/null || fail "ping through GRE fails"
stop gre.data
# Out of both devices, the same.
awk '{ n[$1]++ } END { for (i in n) m += n[i] == 2; exit m < 4 }' "$WORK/events" ||
	fail "packets are others after encapsulation"

# --- gone at the return ----------------------------------------------------------

collect gone.data -p icmp_rcv -p kretprobe:icmp_rcv
ip netns exec "$A" ping -q -c 3 -i 0.3 $inet_b >/dev/null
stop gone.data
assert_eq "$(awk '$4 == "icmp_rcv" { n[$1]++ } END { for (i in n) if (n[i] == 2) m++; print m + 0 }' \
	"$WORK/events")" 6 "calls with a return of the same packet"
"$RETIS" print "$WORK/gone.data" | grep -A 1 -E '\[(kr|fr)\]' >"$WORK/returns" || fail "no returns"
# Requests are freed by then.
assert_not_contains "$WORK/returns" 'type 8 '

# --- all is over -----------------------------------------------------------------

export RETIS_STATS=1
collect over.data -p net:netif_receive_skb
ip netns exec "$A" ping -q -f -c 200 $inet_b >/dev/null
ip netns exec "$A" socat -u "open:$WORK/data" udp4:$inet_b:98 2>/dev/null || true
sleep 2
stop_retis || fail "retis fails"
assert_contains "$WORK/err" '^0 packet\(s\) tracked'
