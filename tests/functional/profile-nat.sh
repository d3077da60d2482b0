#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The profile nat: one packet's way through connection tracking and address translation.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/probes.bash"
unset RETIS_TRACK

need jq
# shellcheck source=tests/functional/router.bash
. "$(dirname -- "$0")/router.bash"
need_probe kprobe:nf_conntrack_in

start_retis /dev/null "$WORK/err" -p nat collect -f 'udp port 7777 or udp port 7780' -o "$WORK/data"
from_client udp4-sendto:10.9.9.9:7777,sp=40000 nat
from_client udp4-sendto:10.0.1.2:7780,sp=40000 zone
arrived() {
	"$RETIS" print "$WORK/data" >"$WORK/out" 2>/dev/null &&
		grep -qE 'ct_state NEW .* orig \[10.0.0.1.40000 > 10.0.1.2.7780\]' "$WORK/out"
}
wait_for "$RETIS_PATIENCE" arrived || fail "the second packet is not seen"
stop_retis || fail "retis fails"

"$RETIS" print --format json "$WORK/data" >"$WORK/json"
"$RETIS" sort "$WORK/data" >"$WORK/story"
# In the order of its way.
jq -r 'select(.ct.orig.proto.udp.dport == 7777 and .ct.state == "new") |
	[.kernel.symbol, ."skb-tracking".timestamp, .ct.reply.ip.src, .ct.reply.ip.dst] | @tsv' \
	"$WORK/json" >"$WORK/way"
assert_eq "$(cut -f 2 "$WORK/way" | sort -u | wc -l)" 1 "number of packets"
assert_contains "$WORK/way" $'^nf_nat_inet_fn\t[0-9]+\t10.9.9.9\t10.0.0.1$'
assert_contains "$WORK/way" $'^ip_forward\t[0-9]+\t10.0.1.2\t10.0.0.1$'
assert_contains "$WORK/way" $'^nf_nat_manip_pkt\t[0-9]+\t10.0.1.2\t10.0.1.1$'
assert_contains "$WORK/way" $'^net:net_dev_start_xmit\t[0-9]+\t10.0.1.2\t10.0.1.1$'
# What a rule puts on a packet before it is looked up.
has_event "$WORK/json" '.kernel.symbol == "nf_conntrack_in" and .ct.state == "new" and
	.ct.zone_id == 5 and (.ct.ct_status / 2048 | floor) == 1 and (.ct | has("orig") or has("timeout") | not)' ||
	fail "the template is not seen"
