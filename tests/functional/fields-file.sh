#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Fields of one's choice are in files for who has never heard of them; what is no field is
# refused, with the place.
. "$(dirname -- "$0")/lib.sh"

not_in_vm
need ping
need jq
make_pair CLIENT SERVER
ip -n "$CLIENT" link set veth0 mtu 1400
receive=(-p net:netif_receive_skb)
send=(-p net:net_dev_start_xmit)

# collect OUT ARG...: while a packet goes from CLIENT to SERVER.
collect() {
	"$RETIS" collect "${own[@]}" --no-track -f 'icmp[0] == 8' "${@:2}" \
		--cmd "ip netns exec $CLIENT ping -q -c 1 10.0.0.2" \
		>"$1" 2>"$WORK/err" || fail "retis collect ${*:2}"
}

refuse() {
	local fields=$1

	printf '%s\n' "${@:2}" >"$WORK/expected"
	"$RETIS" collect --cmd true "${receive[@]}" --fields "$fields" >"$WORK/out" 2>"$WORK/err" &&
		fail "'$fields' is taken for fields"
	grep '^Error: ' "$WORK/err" | diff "$WORK/expected" - >&2 || fail "what is said of '$fields'"
}

fields='len, dev.mtu,dev.name, mark, mark:0x3, dev.dev_addr, sk.sk_socket.state,
	sk.__sk_common.skc_dport, dev.rtnl_link_ops.kind, task_struct.comm, pkt_type'
fields=${fields//[$'\n\t']/}

# --- files ---------------------------------------------------------------

cd "$WORK"
collect live "${receive[@]}" "${send[@]}" -c skb,dev --format json --fields "$fields" -o f.data --print
"$RETIS" print --format json f.data >stored
diff <(grep fields live | jq -c .fields) <(jq -c 'select(.fields).fields' stored) >&2 || fail 'the file'
"$RETIS" convert f.data f.json 2>err
"$RETIS" print --format json -m 'fields.dev_mtu == 1400 && fields.dev_name == "veth0"' f.data >found
assert_eq "$(jq -s 'map(select(.kernel)) | length' found)" 1 'events of the device'
"$RETIS" print --format json -m 'fields.sk_sk_socket_state == SS_UNCONNECTED && fields.dev_mtu == 1400' f.data >found
assert_eq "$(jq -s 'map(select(.kernel)) | length' found)" 1 'events with a socket'
"$RETIS" print -m 'fields.dev_mtuu > 1' f.data >found 2>err && fail 'any field is known'
assert_contains err "no field 'dev_mtuu' there; did you mean dev_mtu"
diff <("$RETIS" print f.data | grep ' fields') <("$RETIS" print f.json | grep ' fields') >&2 ||
	fail 'by way of JSON fields change'
cat >script.py <<'END'
for event in reader.events():
    if event.fields:
        print(event.fields.dev_mtu, event.fields.dev_name)
END
if ! is_sanitized; then
	"$RETIS" python -i f.data script.py >seen 2>err || fail 'retis python'
	assert_contains seen '^1400 veth0$'
fi

# --- mistakes ------------------------------------------------------------

refuse 'len, dev.mtuu' 'Error: --fields: field mtuu not found in type struct net_device; did you mean mtu?' \
	'Error:   len, dev.mtuu' 'Error:            ^'
refuse 'len dev' "Error: --fields: found 'dev', expected ',' or the end" \
	'Error:   len dev' 'Error:       ^'
refuse 'dev.nd_net' 'Error: --fields: this is a struct: name a member of it' \
	'Error:   dev.nd_net' 'Error:       ^'
refuse 'arg.none' "Error: --fields: no probe has an argument 'none'" 'Error:   arg.none' 'Error:       ^'
refuse "$(printf 'len,%.0s' {1..16})len" 'Error: --fields: at most 16 fields' \
	"Error:   $(printf 'len,%.0s' {2..16})len" "Error:   $(printf '%60s' '')^"
