#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a real switch makes of OpenFlow rules, tunnels to another bridge, groups, meters and
# network service headers among them: each packet's story has the actions, with their values, that the
# switch's own ofproto/trace has for such a packet, be it the flow's first packet, which goes
# through user space at each bridge, or one that finds its flows.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/ovs.bash"
spare_vm 6.1
unset RETIS_TRACK

need ovs-vswitchd
need python3
make_ports
start_switch || skip "Open vSwitch does not start here: $(tail -n 1 "$WORK/switch.err")"

# Tunnels end on this machine, too: what br0 sends by one of its own, br1 receives by the other's.
for net in 10.0.7.1/32 10.0.7.2/32 fd00:7::1/128 fd00:7::2/128; do
	in_switch ip addr add "$net" dev lo
done
tunnel() {
	local name=$1 type=$2 one=$3 two=$4

	shift 4
	printf -- '-- add-port br0 %s0 -- set interface %s0 type=%s ' "$name" "$name" "$type"
	printf 'options:local_ip="%s" options:remote_ip="%s" ' "$one" "$two"
	printf -- 'options:%s ' "$@"
	printf -- '-- add-port br1 %s1 -- set interface %s1 type=%s ' "$name" "$name" "$type"
	printf 'options:local_ip="%s" options:remote_ip="%s" options:%s ' "$two" "$one" "$1"
}
# shellcheck disable=SC2046 # words
ovs-vsctl --timeout 60 set Open_vSwitch . other_config:max-idle=600000 \
	-- add-br br0 -- set-fail-mode br0 secure -- add-port br0 port1 \
	-- add-br br1 -- set-fail-mode br1 secure -- add-port br1 port2 \
	-- add-port br0 patch0 -- set interface patch0 type=patch options:peer=patch1 \
	-- add-port br1 patch1 -- set interface patch1 type=patch options:peer=patch0 \
	$(tunnel vx vxlan 10.0.7.1 10.0.7.2 key=42) \
	$(tunnel gn geneve 10.0.7.1 10.0.7.2 key=43 ttl=7 tos=4) \
	$(tunnel gs geneve fd00:7::1 fd00:7::2 key=44) \
	$(tunnel gr gre 10.0.7.1 10.0.7.2 key=45) \
	-- --id=@br0 get bridge br0 -- --id=@ipfix create ipfix 'targets="127.0.0.1:4739"' \
	-- create Flow_Sample_Collector_Set id=1 bridge=@br0 ipfix=@ipfix \
	>"$WORK/bridges" 2>&1 || skip "no bridges: $(<"$WORK/bridges")"

# UDP port, how many packets come out at port 2, what br1 gets by which tunnel and makes of it before it
# looks again, rule of br0.
ip=dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02,nw_src=10.0.9.1,nw_dst=10.0.9.2,nw_ttl=64
cat >"$WORK/rules" <<'END'
7001 1 - output:patch0
7002 1 vx1,udp output:vx0
7003 1 gn1,udp output:gn0
7004 1 gs1,udp output:gs0
7005 1 gr1,udp output:gr0
7006 1 - group:1
7007 2 vx1,udp group:2
7008 1 - meter:1,output:patch0
7009 1 vx1,udp,dl_vlan=5,dl_vlan_pcp=3 push_vlan:0x8100,set_field:4101->vlan_vid,set_field:3->vlan_pcp,output:vx0
7010 1 vx1,mpls,mpls_label=100,mpls_tc=0,mpls_bos=1,mpls_ttl=64 push_mpls:0x8847,set_field:100->mpls_label,output:vx0
7011 1 vx1,dl_type=0x894f,nsh_mdtype=1,nsh_np=3,nsh_spi=0x1234,nsh_si=255,nsh_ttl=63;vx1,udp encap(nsh(md_type=1)),set_field:0x1234->nsh_spi,encap(ethernet),set_field:02:00:00:00:00:05->eth_dst,output:vx0
7012 1 - encap(mpls),set_field:77->mpls_label,encap(ethernet),set_field:02:00:00:00:00:06->eth_dst,output:patch0
7013 1 - set_field:10->ip_dscp,dec_ttl,set_field:7099->udp_dst,set_field:02:00:00:00:00:07->eth_src,set_field:9->pkt_mark,output:patch0
7014 1 vx1,udp output(port=vx0,max_len=64)
7015 2 - clone(ct(commit,zone=8),output:patch0),output:patch0
7016 1 - check_pkt_larger(100)->reg0[0],resubmit(,1)
7017 1 - ct(table=2,zone=7)
7018 1 - ct(commit,force,zone=9,nat(dst=10.0.9.5-10.0.9.7:4000-4010,persistent,hash)),output:patch0
7019 1 - sample(probability=1,collector_set_id=1),output:patch0
7020 0 - controller
7021 0 - drop
END
{
	sed -E 's/^([0-9]+) [0-9]+ [^ ]+ (.*)/in_port=port1,udp,udp_dst=\1,actions=\2/' "$WORK/rules"
	echo 'table=1,udp,reg0=1,actions=set_field:1->ip_dscp,output:patch0'
	echo 'table=1,udp,reg0=0,actions=output:patch0'
	echo 'table=2,udp,actions=ct_clear,output:patch0'
} >"$WORK/flows"
cat >"$WORK/flows-of-br1" <<'END'
in_port=patch1,actions=output:port2
priority=2,mpls,actions=pop_mpls:0x0800,output:port2
priority=2,udp,dl_vlan=5,actions=pop_vlan,output:port2
priority=2,dl_type=0x894f,actions=decap(),decap(),output:port2
priority=1,udp,actions=output:port2
END
ovs-ofctl -O OpenFlow15 add-group br0 'group_id=1,type=select,bucket=bucket_id=1,weight=1,actions=output:patch0'
ovs-ofctl -O OpenFlow15 add-group br0 \
	'group_id=2,type=all,bucket=bucket_id=1,actions=output:patch0,bucket=bucket_id=2,actions=output:vx0'
ovs-ofctl -O OpenFlow15 add-meter br0 'meter=1,pktps,bands=type=drop,rate=100000'
ovs-ofctl -O OpenFlow15 add-flows br0 "$WORK/flows" || fail "br0 does not take the rules"
ovs-ofctl -O OpenFlow15 add-flows br1 "$WORK/flows-of-br1" || fail "br1 does not take the rules"

arrived() {
	ip -n "$B" -s -j link show eth0 | jq '.[0].stats64.rx.packets'
}

have_arrived() {
	(($(arrived) - before >= $1))
}

# What comes back from user space with other headers is to pass the filter, too.
start_retis /dev/null "$WORK/err" collect -c skb,ovs,skb-tracking -o "$WORK/data" \
	-f 'udp and dst portrange 7000-7098 or ether proto 0x8100 or ether proto 0x8847 or ether proto 0x894f'
before=$(arrived)
cat >"$WORK/send.py" <<'END'
import socket, sys

sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.bind(("10.0.9.1", 40000))
for line in open(sys.argv[1]):
    sender.sendto(bytes(100), ("10.0.9.2", int(line.split()[0])))
END
send() {
	ip netns exec "$A" python3 "$WORK/send.py" "$1"
	sent=$((sent + $(awk '{ n += $2 } END { print n }' "$1")))
	wait_for 60 have_arrived "$sent" || fail "$(($(arrived) - before)) packets came through, not $sent"
}
# The daemon drops what it sees truncated, so a flow for that must be there before.
grep -v '^7014 ' "$WORK/rules" >"$WORK/whole"
grep '^7014 ' "$WORK/rules" >"$WORK/truncated"
sent=0
for _ in 1 2; do
	send "$WORK/whole"
	send "$WORK/truncated"
done

# trace BRIDGE FLOW: what the switch does with such a packet.
trace() {
	local bridge=$1 flow=$2 recirc

	ovs-appctl ofproto/trace "$bridge" "$flow" >"$WORK/trace" || fail "no trace of $flow"
	cat "$WORK/trace"
	# It does not go on by itself where a group chooses by a hash that the datapath makes.
	recirc=$(sed -nE 's/^Datapath actions: hash.*,recirc\((.*)\)$/\1/p' "$WORK/trace")
	[[ -z $recirc ]] || trace "$bridge" "$flow,recirc_id=$recirc,dp_hash=1"
}

# Numbers of recirculation are of the switch's whole state, which a trace does not know.
hide_recirc() {
	sed -E 's/recirc 0x[0-9a-f]+$/recirc/'
}

while read -r port _ arrives _; do
	echo "== $port"
	trace br0 "in_port=port1,udp,$ip,udp_src=40000,udp_dst=$port"
	[[ $arrives == - ]] || for flow in ${arrives//;/ }; do
		trace br1 "in_port=$flow"
	done
done <"$WORK/rules" >"$WORK/traces"
python3 "$ROOT/tests/functional/ovs-told.py" 142 <"$WORK/traces" | hide_recirc | sort >"$WORK/expected"
ovs-appctl dpctl/dump-flows >"$WORK/datapath"
stop_retis || fail "retis fails"

# The actions of each story, of those that begin with a lookup that ended like that.
told() {
	awk -v lookup="$1" '
	BEGIN { RS = ""; FS = "\n" }
	$0 ~ "10.0.9.1.40000 > 10.0.9.2.7" {
		port = actions = first = ""
		for (i = 1; i <= NF; i++) {
			if (!port && match($i, /10[.]0[.]9[.]2[.]70[0-9]+/))
				port = substr($i, RSTART + 9, 4)
			if (!first && $i ~ /^ *flow (hit|miss)/)
				first = $i ~ "flow hit" ? "hit" : "miss"
			sub(/^ *([[]recirc_id 0x[0-9a-f]+[]] )?/, "", $i)
			sub(/ q [0-9]+$/, "", $i)
			if ($i ~ /^exec/)
				actions = actions port " " $i "\n"
		}
		if (first == lookup)
			printf "%s", actions
	}' "$WORK/stories"
}

assert_told() {
	told "$1" >"$WORK/told"
	hide_recirc <"$WORK/told" | sort | diff "$WORK/expected" - >&2 || fail "what is done is not what is told ($1)"
	while read -r recirc; do
		assert_contains "$WORK/datapath" "^recirc_id\($recirc\),"
	done < <(sed -n 's/.* exec recirc //p' "$WORK/told")
}

"$RETIS" sort "$WORK/data" >"$WORK/stories"
assert_not_contains "$WORK/stories" 'is not here'
assert_told miss
assert_told hit
