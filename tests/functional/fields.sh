#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Fields of one's choice are collected, say what sections say, and are absent where there is
# nothing to read.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/probes.bash"
spare_vm 6.12

need ping
need jq
make_pair CLIENT SERVER
ip -n "$CLIENT" link set veth0 mtu 1400 address 02:00:00:00:00:01
receive=(-p net:netif_receive_skb)
send=(-p net:net_dev_start_xmit)
to=10.0.0.2

# collect OUT ARG...: while a packet with a mark goes from CLIENT to $to.
collect() {
	"$RETIS" collect "${own[@]}" -f 'icmp[0] == 8' "${@:2}" \
		--cmd "ip netns exec $CLIENT ping -q -c 1 -m 7 -s 200 $to" \
		>"$1" 2>"$WORK/err" || fail "retis collect ${*:2}"
}

# --- text and JSON -------------------------------------------------------

fields='len, dev.mtu,dev.name, mark, mark:0x3, dev.dev_addr, sk.sk_socket.state,
	sk.__sk_common.skc_dport, dev.rtnl_link_ops.kind, task_struct.comm, pkt_type'
fields=${fields//[$'\n\t']/}
collect "$WORK/text" "${send[@]}" -c dev --fields "$fields"
cat >"$WORK/golden" <<'END'
  fields [len 242 dev_mtu 1400 dev_name veth0 mark 7 mark_2 3 dev_dev_addr 02:00:00:00:00:01 sk_sk_socket_state SS_UNCONNECTED sk___sk_common_skc_dport 0 dev_rtnl_link_ops_kind veth task_struct_comm ping pkt_type 0]
END
grep fields "$WORK/text" | diff "$WORK/golden" - >&2 || fail 'text of fields'
collect "$WORK/json" "${send[@]}" -c dev --format json --fields "$fields"
cat >"$WORK/golden" <<'END'
{"len":242,"dev_mtu":1400,"dev_name":"veth0","mark":7,"mark_2":3,"dev_dev_addr":"02:00:00:00:00:01","sk_sk_socket_state":"SS_UNCONNECTED","sk___sk_common_skc_dport":0,"dev_rtnl_link_ops_kind":"veth","task_struct_comm":"ping","pkt_type":0}
END
jq -c .fields "$WORK/json" | diff "$WORK/golden" - >&2 || fail 'JSON of fields'

# --- what sections say ---------------------------------------------------

all='len, data_len, hash, priority, csum, csum_level, ip_summed, cloned, nohdr, users.refs.counter,
	dev.name, dev.ifindex, dev.nd_net.net.ns.inum, task_struct.pid, task_struct.tgid,
	task_struct.comm'
all=${all//[$'\n\t']/}
for read in '' probe; do
	RETIS_READ=$read collect "$WORK/json" "${send[@]}" "${receive[@]}" -c skb,dev,ns \
		--skb-sections all --format json --fields "$all"
	assert_eq "$(jq -s 'map(select(.fields)) | length' "$WORK/json")" 2 'events with fields'
	has_event "$WORK/json" '.skb.meta.len != .fields.len or .skb.meta.data_len != .fields.data_len or
		.skb.meta.hash != .fields.hash or .skb.meta.priority != .fields.priority or
		.skb.meta.csum != .fields.csum or .skb.meta.csum_level != .fields.csum_level or
		.skb.meta.ip_summed != .fields.ip_summed or
		.skb.data_ref.cloned != (.fields.cloned == 1) or
		.skb.data_ref.nohdr != (.fields.nohdr == 1) or
		.skb.data_ref.users != .fields.users_refs_counter or
		.dev.name != .fields.dev_name or .dev.ifindex != .fields.dev_ifindex or
		.netns.inum != .fields.dev_nd_net_net_ns_inum or
		.common.task.pid != .fields.task_struct_tgid or
		.common.task.tgid != .fields.task_struct_pid or
		.common.task.comm != .fields.task_struct_comm' && fail 'sections say something else'
done

# --- what is not there ---------------------------------------------------

# The loopback device is of no kind.
to=10.0.0.1
collect "$WORK/json" "${receive[@]}" -c skb --format json \
	--fields 'dev.rtnl_link_ops.kind, len, dev.rtnl_link_ops.maxtype, dev.rtnl_link_ops'
assert_eq "$(jq -c .fields "$WORK/json")" '{"len":228,"dev_rtnl_link_ops":0}' 'fields behind NULL'
collect "$WORK/json" "${receive[@]}" -c skb --format json --fields 'dev.rtnl_link_ops.kind'
assert_eq "$(jq -c 'has("fields")' "$WORK/json")" false 'a section without fields'
to=10.0.0.2

# --- functions -----------------------------------------------------------

# Arguments by name, members of what they point to, and what is returned: where the packet
# is still there then. It has no device yet.
own=()
inode=$(netns_inode "$CLIENT")
at_function() {
	collect "$WORK/json" -p "$1" -c skb --format json \
		--fields 'arg.net.ns.inum, arg.sk.sk_protocol, arg.skb.len, arg.skb, ret, len'
	has_event "$WORK/json" ".fields.arg_net_ns_inum == $inode and .fields.arg_sk_sk_protocol == 1 and
		.fields.arg_skb_len == 228 and .fields.arg_skb > 1000000 and .fields.len == 228 and
		.fields.ret == $2" || fail "fields at $1"
}

for type in fentry kprobe.multi; do
	! can_probe "$type:__ip_local_out" || at_function "$type:__ip_local_out" null
done
for type in kretprobe fexit; do
	! can_probe "$type:__ip_local_out" || RETIS_TRACK=yes at_function "$type:__ip_local_out" 1
done
# Without a packet.
if can_probe fexit:process_backlog; then
	"$RETIS" collect -p fexit:process_backlog -c skb --format json --fields 'arg.quota, ret' \
		--stop-after 1 --cmd "ip netns exec $CLIENT ping -q -c 3 10.0.0.2" >"$WORK/json" 2>"$WORK/err"
	has_event "$WORK/json" '.fields.arg_quota == 64 and .fields.ret >= 0' || fail 'fields without a packet'
fi
