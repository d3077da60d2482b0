#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every verdict of nftables, in all families, with the rule that gave it, is what nft itself
# says of the same packets.
#
# Runs alone: packets of others' rules would be events, too
. "$(dirname -- "$0")/lib.sh"

need nft
need ping
need jq
need python3
make_pair A B
make_netns R
ip netns exec "$B" nft add table ip probe 2>/dev/null || skip "nftables is not to be had here"
ip netns exec "$B" nft delete table ip probe
"$RETIS" collect -c nft --cmd true >/dev/null 2>"$WORK/err" || skip "$(tail -n 1 "$WORK/err")"

in_ns() {
	ip netns exec "$@"
}

# The bridge of R joins A and B, too.
join_bridge() {
	ip link add "$2" netns "$R" type veth peer name bridged netns "$1"
	ip -n "$R" link set "$2" master br0 up
	ip -n "$1" addr add "10.0.7.$3/24" dev bridged
	ip -n "$1" link set bridged up
}

# Neighbours are known: no packets but those of the test.
know() {
	local mac

	mac=$(ip -n "$3" -j link show "$2" | jq -r '.[0].address')
	ip -n "$1" neigh replace "$4" lladdr "$mac" dev "$2" nud permanent
}

ip -n "$R" link add br0 type bridge mcast_snooping 0
ip -n "$R" link set br0 up
join_bridge "$A" p1 1
join_bridge "$B" p2 2
while read -r device net; do
	know "$A" "$device" "$B" "${net}2"
	know "$B" "$device" "$A" "${net}1"
done <<-END
	veth0 10.0.0.
	bridged 10.0.7.
	veth0 fd00:0::
END

in_ns "$B" nft -f - <<-END || skip "nft does not take the rules"
	table netdev early {
		chain in {
			type filter hook ingress device veth0 priority 0
			meta nftrace set 1
			udp dport 1011 drop comment "early"
		}
	}
	table inet t {
		set blocked { type inet_service; elements = { 1001 }; }
		map verdicts { type inet_service : verdict; }
		chain sub {
			udp dport 1005 return
			udp dport 1004 counter
		}
		chain away { udp dport 1006 drop comment "gone # handle 3"; }
		chain in {
			type filter hook input priority 0; policy drop
			meta nftrace set 1
			udp dport @blocked drop comment "blocked"
			udp dport vmap @verdicts
			udp dport 1005 jump sub
			udp dport { 1006, 1016 } goto away
			udp dport 1007 reject
			udp dport 1008 queue num 5 bypass
			udp dport 1009 accept
			icmp type echo-request accept
			icmpv6 type echo-request accept
		}
		chain out {
			type filter hook output priority 0
			meta nftrace set 1
		}
	}
	add element inet t verdicts { 1002 : accept, 1003 : drop, 1004 : jump sub }
	table ip nat {
		chain pre {
			type nat hook prerouting priority -100
			meta nftrace set 1
			udp dport 1010 redirect to 1009
		}
		chain post {
			type nat hook postrouting priority 100
			meta nftrace set 1
			masquerade
		}
	}
	table ip6 six {
		chain in {
			type filter hook input priority 10; policy accept
			meta nftrace set 1
			icmpv6 type echo-request accept
		}
	}
END
in_ns "$R" nft -f - <<-END || skip "nft does not take the rules of the bridge"
	table bridge b {
		chain forward {
			type filter hook forward priority 0; policy accept
			meta nftrace set 1
			ip protocol udp drop
		}
	}
END

cookie() {
	in_ns "$1" python3 -c 'import socket
print(int.from_bytes(socket.socket().getsockopt(socket.SOL_SOCKET, 71, 8), "little"))'
}

# send_udp ADDRESS/PORT...
send_udp() {
	# shellcheck disable=SC2016
	in_ns "$A" bash -c 'for to; do printf x >"/dev/udp/$to"; done' - "$@"
}

traffic() {
	send_udp {10.0.0.2,fd00::2}/{1001,1002,1003,1004,1005,1006,1007,1008,1009,1010,1011,1016} 10.0.7.2/1009
	for host in 10.0.0.2 10.0.7.2 fd00::2; do
		in_ns "$A" ping -q -c 1 -W "$RETIS_PATIENCE" "$host" >/dev/null
	done
}

is_traced() {
	grep -q "ip length $((128 + marks)) " "$WORK/trace-$R" && grep -q "ip6 length $((108 + marks)) " "$WORK/trace-$B"
}

# Packets of a length that no other one has are the last ones that nft tells of.
marks=0
catch_up() {
	marks=$((marks + 1))
	for host in 10.0.7.2 fd00::2; do
		in_ns "$A" ping -q -c 1 -s $((100 + marks)) -W "$RETIS_PATIENCE" "$host" >/dev/null
	done
	wait_for "$RETIS_PATIENCE" is_traced || fail "nft does not tell of all packets"
	sleep 1
}

# What nft says, until the end of the test.
for netns in "$B" "$R"; do
	in_ns "$netns" stdbuf -oL nft -a monitor trace >"$WORK/trace-$netns" 2>/dev/null &
	defer kill "$!"
done
sees_traces() {
	traffic
	[[ -s $WORK/trace-$B && -s $WORK/trace-$R ]]
}
wait_for 20 sees_traces || skip "nft does not show traces"
catch_up
# What was said so far is of other packets.
for netns in "$B" "$R"; do
	wc -l <"$WORK/trace-$netns" >"$WORK/before-$netns"
done

start_retis "$WORK/out" "$WORK/err" collect -c nft,skb --nft-verdicts all -f 'ip or host fd00::1' \
	-o "$WORK/data"
traffic
catch_up
stop_retis || fail "retis fails"
"$RETIS" print "$WORK/data" --format json >"$WORK/json"

# Of both: namespace, table, chain, handle, verdict and where it goes, the rule.
cat >"$WORK/compare.py" <<'END'
import collections, json, re, sys
work, namespaces = sys.argv[1], dict(zip(sys.argv[2::2], sys.argv[3::2]))
said = {}
for name, cookie in namespaces.items():
    skip, lines = {}, said.setdefault(int(cookie), [])
    before = int(open(f"{work}/before-{name}").read())
    for line in open(f"{work}/trace-{name}").read().splitlines()[before:]:
        packet = line.split()[2]
        if " packet: " in line:
            skip[packet] = re.search("arp|fe80:|ff02:|ether type (?!ip)", line)
        elif not skip.get(packet):
            lines.append(line)
def of_nft(line):
    got = re.match(r"trace id \w+ \w+ (\S+) (\S+) (rule|verdict|policy) (.*?) ?$", line)
    if not got:
        return None
    table, chain, kind, rest = got.groups()
    if kind == "rule":
        rule, handle, verdict = re.match(r"(.*) # handle (\d+) \(verdict (.*?) ?\)$", rest).groups()
        rule = re.sub(r" packets \d+ bytes \d+", "", rule)
        return table, chain, int(handle), verdict, rule
    return table, chain, None, rest.strip() + (" (policy)" if kind == "policy" else ""), None
def of_retis(e):
    verdict = e["verdict"]
    if "verdict_chain_name" in e:
        verdict += " " + e["verdict_chain_name"]
    return (e["table_name"], e["chain_name"], e.get("rule_handle"),
            verdict + (" (policy)" if e["policy"] else ""), e.get("rule_text"))
events = [json.loads(line) for line in open(work + "/json")]
assert all(e["nft"] for e in events if "nft" in e)
compared, kinds, bad = 0, set(), 0
for cookie, lines in said.items():
    a = [x for x in map(of_nft, lines) if x]
    b = [of_retis(e["nft"]) for e in events if e.get("nft", {}).get("netns_cookie") == cookie]
    # Since 6.4 the kernel tells nft less about ends of chains, which it then does not print;
    # and before nft did not print the rules of returns.
    if not any(x[2:4] == (None, "continue") for x in a):
        b = [x for x in b if x[2:4] != (None, "continue")]
    if any(x[2:4] == (None, "return") for x in a):
        b = [x[:2] + (None, "return", None) if x[3] == "return" else x for x in b]
    for x in a + b:
        kinds.add(x[3].split()[0])
    missing = collections.Counter(a) - collections.Counter(b)
    extra = collections.Counter(b) - collections.Counter(a)
    for x in missing: print("only nft:", missing[x], x, file=sys.stderr)
    for x in extra: print("only retis:", extra[x], x, file=sys.stderr)
    bad += len(missing) + len(extra)
    compared += len(a)
print(compared, *sorted(kinds))
sys.exit(bad > 0 or compared < 100)
END
python3 "$WORK/compare.py" "$WORK" "$B" "$(cookie "$B")" "$R" "$(cookie "$R")" >"$WORK/compared" ||
	fail "verdicts differ: $(cat "$WORK/compared")"
echo "compared with nft monitor trace: $(cat "$WORK/compared")" >&2
for verdict in accept continue drop goto jump queue return; do
	assert_contains "$WORK/compared" " $verdict\b"
done
has_event "$WORK/json" '.kernel.probe_type == "kprobe" and .nft.queue_num == 5' || fail "the queue has no number"

# Only what is asked for is an event, and a filter sees the packet.
"$RETIS" collect -c nft,skb -f 'udp port 1001 or udp port 1005' --format json --cmd-quiet \
	--cmd "ip netns exec $A bash -c 'for p in 1001 1005 1009; do printf x >/dev/udp/10.0.0.2/\$p; done'" \
	>"$WORK/out" 2>"$WORK/err" || fail "retis fails"
assert_eq "$(jq -s 'map(.nft.verdict) | unique | join(" ")' "$WORK/out")" '"accept drop"'
assert_eq "$(jq -s 'map(.packet != null and .nft != null) | unique' -c "$WORK/out")" '[true]'
has_event "$WORK/out" '.nft.rule_text == "udp dport @blocked drop comment \"blocked\""' || fail "no rule"
has_event "$WORK/out" '.nft.verdict == "drop" and .nft.policy' || fail "no policy"
"$RETIS" collect -c nft,skb --nft-verdicts drop -f udp --cmd-quiet \
	--cmd "ip netns exec $A bash -c 'printf x >/dev/udp/10.0.0.2/1001'" >"$WORK/out" 2>"$WORK/err"
assert_contains "$WORK/out" '^  table t \([0-9]+\) chain in \([0-9]+\) handle [0-9]+ drop rule udp dport @blocked drop comment "blocked"$'

# --- rules that are replaced meanwhile ------------------------------------------------------

start_retis "$WORK/out" "$WORK/err" collect -c nft -f 'udp port 1001' --nft-verdicts drop -o "$WORK/data2" --print
handle=$(in_ns "$B" nft -a list chain inet t in | sed -n 's/.*blocked.* # handle \([0-9]*\)$/\1/p')
version=blocked
send_version() {
	send_udp 10.0.0.2/1001
	echo "$version" >>"$WORK/versions"
}
is_known() {
	send_version
	grep -qF "comment \"$version\"" "$WORK/out"
}
for n in {1..5}; do
	send_version
	in_ns "$B" nft replace rule inet t in handle "$handle" udp dport 1001 drop comment "\"v$n\""
	version=v$n
	# Some are replaced before anybody looks.
	if ((n % 2)); then
		send_version
	else
		wait_for "$RETIS_PATIENCE" is_known || fail "the text of rule $version is never known"
	fi
done
stop_retis || fail "retis fails"
"$RETIS" print "$WORK/data2" --format json |
	jq -r '.nft | select(.rule_handle) | .rule_text // ""' | sed 's/.*comment "\(.*\)"/\1/' >"$WORK/seen"
assert_eq "$(wc -l <"$WORK/seen")" "$(wc -l <"$WORK/versions")" "packets dropped"
known=0
while read -r is; read -r seen <&3; do
	[[ -z $seen || $seen == "$is" ]] || fail "the text of rule $is is that of $seen"
	[[ -z $seen ]] || known=$((known + 1))
done <"$WORK/versions" 3<"$WORK/seen"
echo "rules replaced: $known of $(wc -l <"$WORK/versions") packets with a text" >&2
