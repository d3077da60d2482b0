#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Of many packets some are drawn, each with all its events or none, and seconds have no more
# events than was asked for; what is left out is told, and is no loss.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.12

need ping
need jq
make_pair CLIENT SERVER
cd "$WORK"
probes=(-p net:netif_receive_skb -p net:net_dev_start_xmit)
ping() {
	ip netns exec "$CLIENT" ping -q -i 0.005 -c "$1" 10.0.0.2 >/dev/null
}

# Two events of each of 400 packets.
RETIS_TRACK=yes start_retis out.json err collect --format json "${own[@]}" -f icmp --sample 1/4 "${probes[@]}"
ping 200
stop_retis || fail 'retis collect --sample'
stories=$(jq -cs 'group_by([."skb-tracking".timestamp, ."skb-tracking".orig_head]) | map(length)' out.json)
jq -e 'length > 50 and length < 160 and (map(select(. == 2)) | length) >= length - 2' <<<"$stories" >/dev/null ||
	fail "numbers of events of packets that were drawn: $stories"
left=$(grep -oE '^[0-9]+ packet\(s\) left out by --sample 1/4' err | grep -oE '^[0-9]+')
((left + $(jq length <<<"$stories") >= 400)) || fail "$left packets left out"
assert_not_contains err 'lost'

start_retis out.json err collect --format json "${own[@]}" -f icmp --sample 1/4 --no-track "${probes[@]}"
ping 200
stop_retis || fail 'retis collect --sample --no-track'
(($(wc -l <out.json) > 120 && $(wc -l <out.json) < 290)) || fail "$(wc -l <out.json) events of 800"

start_retis out.json err collect --format json "${own[@]}" -f icmp --limit-rate 20 "${probes[@]}"
ping 200
stop_retis || fail 'retis collect --limit-rate'
jq -es '([.[].common.timestamp] | sort) as $t | ($t | length) >= 20 and
	([range(40; $t | length) | $t[.] - $t[. - 40]] | all(. >= 1000000000))' out.json >/dev/null ||
	fail "more than 20 events in a second"
assert_contains err '^[1-9][0-9]* event\(s\) left out by --limit-rate 20$'
assert_not_contains err 'lost'

code=0
"$RETIS" collect --sample 2/3 >out 2>err || code=$?
assert_eq "$code" 2 'exit code of a bad sample'
assert_contains err "invalid value '2/3' for '--sample'"
