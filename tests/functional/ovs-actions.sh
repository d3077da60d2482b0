#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What Open vSwitch's datapath does to packets is told as it is told to: flows, actions with
# what they are to do, recirculation, upcalls nobody is there to take.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/ovs.bash"
unset RETIS_TRACK

need ovs-dpctl
need socat
need python3
need jq
make_ports

in_switch ovs-dpctl add-dp test || skip "datapaths can't be created here"
defer in_switch ovs-dpctl del-dp test
in_switch ovs-dpctl add-if test port1
in_switch ovs-dpctl add-if test port2

in_switch python3 "$ROOT/tests/functional/ovs-flows.py" test >"$WORK/expected" 2>"$WORK/refused" ||
	fail "flows can't be made"
# Old kernels do not know all actions.
mapfile -t ports < <(cut -d ' ' -f 1 "$WORK/expected" | uniq)
assert_not_contains "$WORK/refused" '^exec (push_vlan|set|hash|sample|check|push_mpls|tunnel|userspace|ct)'
# No flow for this one.
printf '%s\n' '7099 upcall (miss) port 0' '7099 upcall_ret ret -107' >>"$WORK/expected"

start_retis /dev/null "$WORK/err" collect -c skb,ovs,skb-tracking -f 'udp and dst portrange 7000-7099' \
	-o "$WORK/data"
for i in "${ports[@]}" 7099; do
	echo hello | ip netns exec "$A" socat -u - "udp4-sendto:10.0.9.2:$i,sp=40000"
done
stop_retis || fail "retis fails"

# Prints the port and the action, or what else is about upcalls, of each event.
told() {
	awk '
	/^  ? ?[0-9.]+ > / { port = $3; sub(".*[.]", "", port) }
	/^  (\[recirc|exec|upcall)/ {
		sub("^  ", "")
		sub(" cpu [0-9]+$", "")
		sub(" [(][0-9]+/[0-9]+[)]", "")
		print port, $0
	}'
}
"$RETIS" print "$WORK/data" >"$WORK/text"
told <"$WORK/text" >"$WORK/told"
# Deferred actions come behind others.
diff <(sort "$WORK/expected") <(sort "$WORK/told") >&2 || fail "what is done is not what is told"

# Each packet found its flow, and the datapath counted it, too.
in_switch ovs-dpctl --no-names dump-flows -m test >"$WORK/flows"
for i in "${ports[@]}"; do
	ufid=$(printf '0a1b2c3d-4e5f-6071-0000-00000000%04x' "$i")
	grep -qE "^ufid:$ufid, .* packets:[1-9]" "$WORK/flows" || fail "the datapath did not see $i"
	grep -qF "flow hit ufid $ufid mask" "$WORK/text" || fail "no lookup of flow $ufid"
done
assert_contains "$WORK/text" 'flow miss mask [0-9]+ cache 0$'

# Open vSwitch's own words for these flows' actions say the same, where it knows them: others have
# numbers that it calls something else.
awk '/exec (dec_ttl|drop|psample)/ { print $1 }' "$WORK/expected" >"$WORK/unknown"
awk 'NR == FNR { unknown[$1]; next } !($1 in unknown) && $2 == "exec"' "$WORK/unknown" \
	"$WORK/expected" | cut -d ' ' -f 2- | sort >"$WORK/known"
grep -v 'recirc_id(0x9)' "$WORK/flows" |
	grep -vFf <(xargs -r printf 'ufid:0a1b2c3d-4e5f-6071-0000-00000000%04x\n' <"$WORK/unknown") |
	python3 "$ROOT/tests/functional/ovs-told.py" 48 | sort | diff "$WORK/known" - >&2 ||
	fail "what is told is not what Open vSwitch says"

"$RETIS" print --format json "$WORK/data" >"$WORK/json"
has_event "$WORK/json" '.ovs | .event_type == "action_execute" and .action == "push_vlan" and
	.recirc_id == 0 and .vlan == {"proto": 33024, "vid": 5, "pcp": 3}' || fail "JSON of push_vlan"
has_event "$WORK/json" '.ovs | .action == "ct" and .zone_id == 7 and .nat == {"dir": "src",
	"min_addr": "10.0.9.5", "max_addr": "10.0.9.7", "min_port": 4000, "max_port": 4010}' ||
	fail "JSON of ct"
# The same from JSON.
"$RETIS" print "$WORK/json" >"$WORK/again"
told <"$WORK/again" | diff "$WORK/told" - >&2 || fail "text from JSON differs"
