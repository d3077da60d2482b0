#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What connection tracking knows of packets that a router passes on: states, translated
# addresses, marks, labels, zones, protocols, helpers and the connections they expect.
. "$(dirname -- "$0")/lib.sh"

need jq
need ping
need setpriv

# shellcheck source=tests/functional/router.bash
. "$(dirname -- "$0")/router.bash"
# Packets made by hand have no checksums.
ip netns exec "$ROUTER" sh -c 'echo 0 >/proc/sys/net/netfilter/nf_conntrack_checksum'

# Each error is reported.
for netns in "$CLIENT" "$SERVER"; do
	ip netns exec "$netns" sh -c 'echo 0 >/proc/sys/net/ipv4/icmp_ratemask'
done

# server_listens udp|tcp PORT
server_listens() {
	ip netns exec "$SERVER" grep -q "^ *[0-9]*: 0*:$(printf %04X "$2") " "/proc/net/$1"
}

# Neighbour discovery is not tracked, and comes when it likes.
start_tracing() {
	start_retis "$WORK/out" "$WORK/err" collect -c skb,ct -p net:net_dev_start_xmit \
		-m "sk_buff.dev.nd_net.net.ns.inum == $(netns_inode "$ROUTER")" \
		-f 'not arp and not (ip6 and ip6[6] != 17 and ip6[40] > 129)' -o "$WORK/out.data" --print
}

seen() {
	grep -qE "$1" "$WORK/out"
}

expect() {
	wait_for "$RETIS_PATIENCE" seen "$1" || fail "not seen: $1"
}

# What differs between runs and kernels is looked at apart, other errors may be late. What goes
# on for two seconds is an assured connection.
normalize() {
	sed -E 's/timeout [0-9]+s/timeout Ns/g; s/ id [0-9]+\]/ id N]/g
		s/status 0x1be udp/status 0x1ba udp/; s/"ct_status":446/"ct_status":442/
		s/"timeout":[0-9]+/"timeout":0/g; s/"id":[0-9]+/"id":0/g
		/tcp|dccp|udplite|proto (33|136)|"other":\{"number":(33|136)/d
		/RELATED_REPLY|related_reply/{/10\.9\.9\.9/!d}' | sort -u
}

# Each of them once.
check_golden() {
	grep -E '^  (ct_state|\\ parent)' "$WORK/out" | normalize >"$WORK/text"
	diff "$ROOT/tests/data/ct/text" "$WORK/text" >&2 || fail "another text than expected"
	"$RETIS" print --format json "$WORK/out.data" | jq -c '.ct // empty' | normalize >"$WORK/json"
	diff "$ROOT/tests/data/ct/json" "$WORK/json" >&2 || fail "other JSON than expected"
}

# --- states, addresses, marks, labels -------------------------------------------------

start_tracing
# By itself it takes an answer for half a second only.
ip netns exec "$SERVER" socat -t "$RETIS_PATIENCE" udp4-recvfrom:7777 exec:cat &
defer kill $!
wait_for "$RETIS_PATIENCE" server_listens udp 7777 || fail "the server does not listen"
from_client udp4-sendto:10.9.9.9:7777,sp=40000 1
expect 'ct_state REPLY .* udp orig \[10.0.0.1.40000 >'
# Nobody listens there any more, nor where this is answered.
from_client udp4-sendto:10.9.9.9:7777,sp=40000 2
expect 'ct_state ESTABLISHED .* udp orig \[10.0.0.1.40000 >'
expect 'ct_state RELATED_REPLY .* udp orig \[10.0.0.1.40000 >'
echo 3 | ip netns exec "$SERVER" socat -u - udp4-sendto:10.0.1.1:40000,sp=7777
expect 'ct_state RELATED .* udp orig \[10.0.0.1.40000 >'
from_client udp4-sendto:10.0.1.2:7784,sp=40000 snat
from_client udp4-sendto:10.0.1.2:7782,sp=40000 low-label
from_client udp4-sendto:10.0.1.2:7783,sp=40000 high-label
from_client udp4-sendto:10.0.1.2:7780,sp=40000 zone
from_client udp4-sendto:10.0.1.2:7781,sp=40000 zone-of-one-direction
from_client udp4-sendto:10.0.1.2:7779,sp=40000 untracked
from_client "udp6-sendto:[fd00:1::2]:7777,sp=40000" ipv6
expect 'ct_state UNTRACKED$'
expect 'fd00:1::2.7777'

# --- protocols -----------------------------------------------------------------------

in_client ping -q -c 1 10.0.1.2 >/dev/null
in_client ping -q -c 1 fd00:1::2 >/dev/null
from_client ip4-sendto:10.0.1.2:47 '\0\0\x08\0gre'
from_client ip4-sendto:10.0.1.2:50 'esp in a way'
# An INIT from port 1 to 2, whose answers have the tag 0x01020304.
from_client ip4-sendto:10.0.1.2:132 \
	'\0\1\0\2\0\0\0\0\0\0\0\0\1\0\0\x14\1\2\3\4\0\0\x10\0\0\1\0\1\0\0\0\1'
# A request from port 1 to 2.
from_client ip4-sendto:10.0.1.2:33 '\0\1\0\2\5\0\0\1\1\0\0\0\0\0\0\1\0\0\0\1'
from_client ip4-sendto:10.0.1.2:136 '\0\1\0\2\0\0\0\1'
expect 'proto 50 orig'
expect '(dccp \(REQUEST\)|proto 33) orig'
expect '(udplite|proto 136) orig'

ip netns exec "$SERVER" socat -u tcp4-listen:8000 - >"$WORK/received" &
defer kill $!
wait_for "$RETIS_PATIENCE" server_listens tcp 8000 || fail "the server does not listen"
from_client tcp4:10.0.1.2:8000 hello
for state in SYN_SENT SYN_RECV ESTABLISHED TIME_WAIT; do
	expect "ct_state [A-Z]+ status 0x[0-9a-f]+ tcp \\($state\\) orig \\[10.0.0.1\\.[0-9]+ > 10.0.1.2.8000\\]"
done

# --- a connection that another one expects -------------------------------------------

from_client udp4-sendto:10.0.1.2:69,sp=40000 '\0\1file\0octet\0'
expect 'helper tftp'
echo data | ip netns exec "$SERVER" socat -u - udp4-sendto:10.0.0.1:40000,sp=5555
expect 'parent \[.* udp orig \[10.0.0.1.40000 > 10.0.1.2.69\]'

stop_retis || fail "retis fails"
check_golden

# The sample in the plugin's README is one of them.
grep -E '^  (ct_state|\\ parent)' "$ROOT/plugins/ct/README.md" | normalize >"$WORK/sample"
[[ -s $WORK/sample ]] || fail "plugins/ct/README.md has no sample"
assert_eq "$(comm -23 "$WORK/sample" "$WORK/text")" '' "what the sample has and this run has not"

# --- with less privileges ---------------------------------------------------------------

# Types of modules are out of reach then: at most the helper's name is missing.
setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps -all,+bpf,+perfmon \
	--ambient-caps -all,+bpf,+perfmon --bounding-set -all,+bpf,+perfmon \
	"$RETIS" collect -c ct -p net:net_dev_start_xmit --stop-after 1 --cmd true >"$WORK/out" 2>"$WORK/err" ||
	fail "no collection with CAP_BPF and CAP_PERFMON"
