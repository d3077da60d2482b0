#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Filters on files let through what an evaluator of its own, libpcap and the same filter in
# the kernel let through; names are checked before anything is read or written.
. "$(dirname -- "$0")/lib.sh"

not_in_vm
need python3
need jq
need tcpdump
need ping
need socat
make_pair CLIENT SERVER
data=$ROOT/tests/data/upstream
evaluator=$ROOT/tests/functional/ask-evaluator.py
cd "$WORK"

# --- names and values ----------------------------------------------------

# refuse CODE MESSAGE ARG...
refuse() {
	local code=0 want=$1 message=$2

	shift 2
	"$RETIS" "$@" >out 2>err || code=$?
	assert_eq "$code" "$want" "exit code of: retis $*"
	assert_contains err "$message"
	[[ ! -s out ]] || fail "output of: retis $*"
}

"$RETIS" convert "$data/v1.7.json" file 2>/dev/null
refuse 2 "no section is called 'skbb'; did you mean skb\?" print -m 'skbb.meta' file
refuse 2 "there is no field 'nam' there; did you mean name\?" stats -m 'dev.nam == "x"' file
assert_contains err '^Error:   dev\.nam == "x"$'
assert_contains err '^Error:       \^$'
refuse 2 "'name' is a text, which needs quotes" sort -m 'dev.name == 1' file
refuse 2 "'len' is a number" print -m 'packet.len == "1"' file
refuse 2 'found the end, expected a value' print -m 'packet.len ==' file
refuse 2 'Could not|syntax' print -f 'tcp prot 80' file
refuse 2 '--series is for' print --series file
refuse 2 "can't follow" print --series --follow -m dev file
refuse 1 'twice, which is not possible with a pipe' print --series -m dev - < <(cat file)
echo old >kept.json
refuse 2 'did you mean' convert -m 'devv' file kept.json
assert_eq "$(<kept.json)" old 'the output of what was refused'
refuse 2 'did you mean' convert -m 'devv' file new.json
[[ ! -e new.json ]] || fail 'what was refused leaves a file'
"$RETIS" print -m 'dev.name == "eth0" or dev.ifindex and netns' file >out 2>err
assert_contains err "WARN.*'and' and 'or' bind alike"

# count WANTED ARG...: so many events.
count() {
	local want=$1

	shift
	"$RETIS" print --format json "$@" 2>err | jq -c 'select(.startup or .loss | not)' >out
	assert_eq "$(wc -l <out)" "$want" "number of events of: retis print $*"
}
count 1 -m 'skb-drop' file
count 1 -m 'skb-drop.drop_reason == NO_SOCKET' file
count 1 -m 'kernel.symbol == "udp_rcv" && dev.name in {"eth0", "eth1"}' file
count 1 -m 'userspace.path == "/usr/sbin/ovs-vswitchd"' file
count 1 -m 'common.task.comm == "nginx" and common.smp_id == 2' file
count 1 -f 'udp port 53' file
count 0 -f 'tcp' file
count 0 -m 'common.timestamp > 9999999999' file
# Sections no plugin here knows are JSON.
RETIS_PLUGIN_PATH=$WORK/none count 1 -m 'nft.verdict == "jump" and not nft.policy' "$data/v1.7.json"
RETIS_PLUGIN_PATH=$WORK/none count 0 -m 'nftt.verdict == "jump"' "$data/v1.7.json"
assert_contains err "no section is called 'nftt'"

# --- a file of real packets, filtered while it was written too -----------

traffic() {
	ip netns exec "$CLIENT" ping -q -c 3 -i 0.2 -s 300 10.0.0.2
	ip netns exec "$CLIENT" ping -q -c 2 -i 0.2 -s 3000 10.0.0.2
	ip netns exec "$CLIENT" ping -q -c 2 -i 0.2 fd00:0::2
	for port in 4001 4002; do
		echo hello | ip netns exec "$CLIENT" socat -u - "UDP4:10.0.0.2:$port"
		echo hello | ip netns exec "$CLIENT" socat -u - "UDP6:[fd00:0::2]:$port"
		echo hello | ip netns exec "$CLIENT" socat -u - "TCP4:10.0.0.2:$port" || true
	done
}

# What of events does not depend on which collection saw them.
packets() {
	"$RETIS" print --format json "$@" | jq -c 'select(.packet) | [.kernel.symbol, .packet, .dev]'
}

# differs_live PACKET META ARG...: of the same traffic, the filters leave in the kernel
# what print ARG... leaves of a file of everything.
differs_live() {
	local second packet=$1 meta=$2

	shift 2
	start_retis /dev/null some.err collect -o some ${packet:+-f "$packet"} \
		-m "(${own[1]})${meta:+ and ($meta)}"
	second=$retis_pid
	start_retis /dev/null err collect -o all "${own[@]}"
	traffic >/dev/null 2>&1
	kill -s INT "$second"
	stop_retis || fail 'retis collect'
	wait_for "$RETIS_PATIENCE" gone "$second" || fail 'retis does not end'
	packets some >some.packets
	[[ -s some.packets ]] || fail "nothing passes in the kernel: $packet $meta"
	packets "$@" all >all.packets
	diff -u some.packets all.packets >&2 || fail "live and stored differ: $packet $meta"
}
differs_live 'icmp[0] == 8 or udp port 4001' '' -f 'icmp[0] == 8 or udp port 4001'
differs_live 'icmp6[0] == 128' 'not sk_buff.dev.ifindex == 1' -f 'icmp6[0] == 128' -m 'not dev.ifindex == 1'
differs_live 'ip' 'sk_buff.len in {1514, 1500} and sk_buff.dev.name == "veth0"' \
	-f ip -m 'packet.len in {1514, 1500} and dev.name == "veth0"'

# --- libpcap --------------------------------------------------------------

# like_tcpdump FILTER: the same packets.
like_tcpdump() {
	tcpdump -nSr all.pcapng -xx "$1" 2>/dev/null >want
	"$RETIS" pcap all -f "$1" -o some.pcapng 2>err && tcpdump -nSr some.pcapng -xx 2>/dev/null >got
	[[ -s want ]] || fail "tcpdump finds nothing: $1"
	diff -u want got >&2 || fail "tcpdump finds others: $1"
}
"$RETIS" pcap all -o all.pcapng 2>err
for filter in icmp 'ip6' 'udp port 4001' 'tcp[tcpflags] & tcp-syn != 0' 'less 100' 'greater 1000' \
	'ip[6:2] & 0x1fff != 0' 'ether[0] & 1 = 0 and not arp' 'host 10.0.0.2 and not icmp'; do
	like_tcpdump "$filter"
done

# --- an evaluator of its own ---------------------------------------------

"$RETIS" print --format json all >all.json
python3 "$evaluator" "$RETIS" all.json all 120 1 || fail 'the conditions'
"$RETIS" print --format json "$data/v1.7.json" >v1.7.json
python3 "$evaluator" "$RETIS" v1.7.json v1.7.json 60 2 || fail 'the conditions, on JSON'
RETIS_PLUGIN_PATH=$WORK/none python3 "$evaluator" "$RETIS" v1.7.json v1.7.json 60 3 ||
	fail 'the conditions, on JSON without plugins'

# --- whole stories -------------------------------------------------------

RETIS_TRACK=yes "$RETIS" collect -o tracked "${own[@]}" --cmd "ip netns exec $CLIENT ping -c 3 -i 0.2 10.0.0.2" \
	>/dev/null 2>err
"$RETIS" print --format json tracked >tracked.json
whole='[.[] | select(."skb-tracking")] | group_by([."skb-tracking".timestamp, ."skb-tracking".orig_head])
	| map(select(any(.[]; .kernel.symbol == "net:netif_receive_skb" and .packet.len == 98))) | flatten
	| sort_by(.common.timestamp) | .[]'
jq -sc "$whole" tracked.json >want
"$RETIS" print --format json --series -m 'kernel.symbol == "net:netif_receive_skb" and packet.len == 98' tracked |
	jq -c 'select(.startup | not)' >got
[[ -s want ]] || fail 'no packet was tracked'
diff -u want got >&2 || fail 'the stories of packets differ'
assert_eq "$("$RETIS" sort --format json --series -m 'kernel.symbol == "net:netif_receive_skb"' tracked |
	jq -s '[.[] | select(type == "array" or .tracking)] | length > 0')" true 'sorted stories'
"$RETIS" stats --series -m 'packet.len == 98' tracked | grep -q 'Number of events: [1-9]' ||
	fail 'stats counts nothing'
"$RETIS" convert --series -m 'packet.len == 98' tracked part 2>err
"$RETIS" print --format json part | jq -c 'select(.startup | not)' >got
"$RETIS" print --format json --series -m 'packet.len == 98' tracked | jq -c 'select(.startup | not)' |
	diff -u - got >&2 || fail 'converted stories differ'
