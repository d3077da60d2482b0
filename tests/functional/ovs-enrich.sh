#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Flows that packets find are told by Open vSwitch's daemon, in events of their own, and in
# lookups once these are sorted; whatever the daemon says or does, packets are collected.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/ovs.bash"

spare_vm 6.1

unset RETIS_TRACK
export NOPAGER=1

need ovs-vswitchd
need python3
make_ports
start_switch || skip "Open vSwitch does not start here: $(tail -n 1 "$WORK/switch.err")"
ovs-vsctl --timeout 20 add-br br0 -- set-fail-mode br0 secure -- add-port br0 port1 -- \
	add-port br0 port2 >"$WORK/bridge" 2>&1 || skip "no bridge: $(<"$WORK/bridge")"

# A daemon that starts has none.
add_rules() {
	ovs-ofctl add-flows br0 - <<'END'
in_port=port1,icmp actions=output:port2
in_port=port2,icmp actions=output:port1
END
}
add_rules

# Packets go on until CMD succeeds.
ping_until() {
	local end=$((SECONDS + 60))

	until "$@"; do
		((SECONDS < end)) || return 1
		ip netns exec "$A" ping -q -c 2 -i 0.2 -W 10 10.0.9.2 >"$WORK/ping" || return 1
	done
}

says() {
	(($(grep -cE -e "$2" -- "$1") >= $3))
}

collect() {
	start_retis "$WORK/out" "$WORK/err" collect -c skb,ovs,skb-tracking -f icmp \
		--ovs-enrich-flows -o "$WORK/$1" --print
}

# Debian's daemon has no rules to tell. It goes, and comes back.
collect data
ping_until says "$WORK/out" '^  ufid:' 2 || fail "nothing is told of flows"
ovs-appctl -t ovs-vswitchd exit
wait_for 20 says "$WORK/err" 'ovs-vswitchd does not answer any more: ' 1 ||
	fail "nothing is said of the daemon that went"
in_switch ovs-vswitchd --pidfile --detach --no-chdir --log-file="$WORK/switch.log" \
	>"$WORK/switch.err" 2>&1
wait_for 20 says "$WORK/err" 'flows are told by the daemon at' 2 || fail "it is not found again"
add_rules
stop_retis || fail "retis fails"
assert_contains "$WORK/err" 'ovs: [1-9][0-9]* flow\(s\) told by the daemon'
assert_eq "$(grep -cE 'does not answer|until ovs-vswitchd' "$WORK/err")" 1 "lines about its absence"

"$RETIS" print --format json "$WORK/data" >"$WORK/json"
has_event "$WORK/json" '."ovs-detrace" | (.ufid | length) == 4 and .flow > 0 and .sf_acts > 0 and
	(.dpflow | test("in_port.*, actions:[0-9]+$")) and (.ofpflows | type) == "array"' ||
	fail "the section is another one"
"$RETIS" sort "$WORK/data" >"$WORK/stories"
assert_contains "$WORK/stories" '^ +odpflow .*in_port.*, actions:[0-9]+$'

# One that knows its rules, but not at first, and then goes mad.
mkdir "$WORK/other"
cat >"$WORK/stand-in.py" <<'END'
import json, os, socket, sys

folder = sys.argv[1]
with open(f"{folder}/ovs-vswitchd.pid", "w") as f:
    f.write(f"{os.getpid()}\n")
server = socket.socket(socket.AF_UNIX)
server.bind(f"{folder}/ovs-vswitchd.{os.getpid()}.ctl")
server.listen()
asked = {}


def answer(method, params):
    if method == "list-commands":
        return "The available commands are:\n  dpctl/get-flow  [dp]\n  ofproto/detrace ufid\n"
    if method == "dpctl/get-flow":
        return f"{params[-1]}, \x1b[2J, actions:1\n"
    if method == "ofproto/detrace":
        asked[params[0]] = asked.get(params[0], 0) + 1
        if asked[params[0]] == 1:
            return "Cache was not found for flow\n"
        return f"table=0, {params[1]}\n\ntable=1, drop\n"
    return ""


while True:
    peer, _ = server.accept()
    while data := peer.recv(4096):
        if os.path.exists(f"{folder}/mad"):
            peer.sendall(b'{"id":1,"result":[[[[[[[[[[[[[[[[[[')
            continue
        request = json.loads(data)
        reply = {"id": request["id"], "error": None}
        reply["result"] = answer(request["method"], request["params"])
        peer.sendall(json.dumps(reply).encode())
END
python3 "$WORK/stand-in.py" "$WORK/other" 2>"$WORK/stand-in.err" &
defer kill $!
wait_for 10 compgen -G "$WORK/other/*.ctl" >/dev/null || fail "the stand-in does not start"
export OVS_RUNDIR=$WORK/other
collect second
ping_until says "$WORK/out" '^      table=1, drop$' 2 || fail "no rules are told"
touch "$WORK/other/mad"
OVS_RUNDIR=$WORK ovs-ofctl add-flow br0 'in_port=port1,icmp actions=output:port2,output:in_port'
ping_until says "$WORK/err" 'ovs-vswitchd does not answer any more: Bad message' 1 ||
	fail "nothing is said of nonsense"
stop_retis || fail "retis fails"
"$RETIS" sort "$WORK/second" >"$WORK/stories"
assert_contains "$WORK/stories" '^ +odpflow ufid:[0-9a-f-]+, \\x1b\[2J, actions:1$'
assert_contains "$WORK/stories" '^ +openflow$'
assert_contains "$WORK/stories" '^ +table=0, pmd=2147483647$'
assert_not_contains "$WORK/stories" $'\033'
