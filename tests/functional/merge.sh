#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Files of several hosts become one, in the order of time: nothing is lost or mixed up, and each event has its host.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need jq
export NOPAGER=1
cd "$WORK"

# json FILE [ARGS]: its events without the start, and without what merging adds.
json() {
	"$RETIS" print --format json "$@" | jq -c 'select(.startup | not) | del(.common.host)'
}

# --- what is called the same on two hosts -------------------------------------

# host_file FUNCTION REASON SEC NSEC: one event of a host whose clock is so far from its boot.
host_file() {
	local common='"timestamp":2000,"smp_id":1,"task":{"pid":1,"tgid":1,"comm":"x"}'

	printf '{"common":{"timestamp":1000},"startup":{"retis_version":"v1.7.0","cmdline":"c",'
	printf '"clock_monotonic_offset":{"sec":%s,"nsec":%s},"machine":{"kernel_release":"6.1",' "$3" "$4"
	printf '"kernel_version":"#1","hardware_name":"x"}}}\n{"common":{%s},"kernel":{"symbol":' "$common"
	printf '"skb:kfree_skb","probe_type":"raw_tracepoint","stack_trace":["%s+0x10"]},' "$1"
	printf '"skb-tracking":{"orig_head":256,"timestamp":1500,"skb":16},"skb-drop":{"drop_reason":"%s"}}\n' "$2"
	printf '{"common":{"timestamp":2600},"loss":{"since":2100,"count":3,"cause":"event buffer full"}}\n'
}

host_file of_x BY_X 1700000000 0 >x.json
host_file of_y BY_Y 1699999999 999999500 >y.json
"$RETIS" merge x.json y.json -o xy.data 2>err || fail "merge: code $?"
assert_contains err '^2 event\(s\) of 2 host\(s\) written to xy.data'
assert_contains err '^6 event\(s\) were lost'
assert_contains err '2 of 2 hosts do not tell how right their clocks were'
"$RETIS" print xy.data | sed 's/Retis v.*/Retis/' >got
diff -u - got >&2 <<'END' || fail "other text"
1000
  merged with Retis
  host x, clock error unknown, 6.1
  host y, clock error unknown, 6.1
  cmdline retis merge x.json y.json -o xy.data

2000 y (1) [x] 1 [tp] skb:kfree_skb #5dc0000000000000100 (skb 10) drop (reason BY_Y)
    of_y+0x10

2500 x (1) [x] 1 [tp] skb:kfree_skb #7d00000000000000100 (skb 10) drop (reason BY_X)
    of_x+0x10

2600 y lost 3: event buffer full

3100 x lost 3: event buffer full

END
"$RETIS" print --format json xy.data >got
sed 's/"retis_version":"[^"]*"/"retis_version":""/' got | diff -u /dev/fd/3 - >&2 3<<'END' || fail "other JSON"
{"common":{"timestamp":1000},"startup":{"retis_version":"","cmdline":"retis merge x.json y.json -o xy.data","clock_monotonic_offset":{"sec":1699999999,"nsec":999999500},"machine":{"kernel_release":"","kernel_version":"","hardware_name":""},"hosts":[{"name":"x"},{"name":"y"}]}}
{"common":{"timestamp":2000,"smp_id":1,"task":{"pid":1,"tgid":1,"comm":"x"},"host":"y"},"kernel":{"symbol":"skb:kfree_skb","probe_type":"raw_tracepoint","stack_trace":["of_y+0x10"]},"skb-tracking":{"orig_head":256,"timestamp":1500,"skb":16},"skb-drop":{"drop_reason":"BY_Y"}}
{"common":{"timestamp":2500,"smp_id":1,"task":{"pid":1,"tgid":1,"comm":"x"},"host":"x"},"kernel":{"symbol":"skb:kfree_skb","probe_type":"raw_tracepoint","stack_trace":["of_x+0x10"]},"skb-tracking":{"orig_head":256,"timestamp":2000,"skb":16},"skb-drop":{"drop_reason":"BY_X"}}
{"common":{"timestamp":2600,"host":"y"},"loss":{"since":2100,"count":3,"cause":"event buffer full"}}
{"common":{"timestamp":3100,"host":"x"},"loss":{"since":2600,"count":3,"cause":"event buffer full"}}
END
# JSON has all of it, and so has what was merged once more.
"$RETIS" convert xy.data xy.json 2>err
"$RETIS" merge y.json xy.data x.json -o yxy.data 2>err || fail "merge again: code $?"
"$RETIS" merge y.json xy.json x.json -o again.data 2>err || fail "merge JSON again: code $?"
for file in yxy.data again.data; do
	json "$file" >got
	[[ $(grep -c 'of_y.*BY_Y' got) == 2 && $(grep -c 'of_x.*BY_X' got) == 2 ]] || fail "$file mixes names up"
	[[ $("$RETIS" print -m 'common.host == "x"' "$file" | grep -c 'BY_X\|x lost') == 4 ]] || fail "$file: other hosts"
done

host_file of_z BY_Z 1700000000 0 >z.json
"$RETIS" merge z.json xy.json -o zxy.data 2>err || fail "merge with a third host: code $?"
for host in x y z; do
	json -m "common.host == \"$host\"" zxy.data >got
	assert_contains got "of_$host\\+0x10"
done

# namespace_file NAME SEC: many events of one network namespace, which has that name there.
namespace_file() {
	host_file of_it REASON "$2" 0 | sed -n 1p
	for n in {1..300}; do
		printf '{"common":{"timestamp":%s},"netns":{"inum":4026532246,"name":"%s"}}\n' "$((n * 1000))" "$1"
	done
}
namespace_file server 1700000000 >x.json
namespace_file client 1700000000 >y.json
"$RETIS" merge x.json y.json -o ns.data 2>err || fail "merge with namespaces: code $?"
"$RETIS" convert ns.data ns.json 2>err
"$RETIS" convert ns.json again.data 2>err
for file in ns.data ns.json again.data; do
	"$RETIS" print --format json "$file" | jq -r 'select(.netns) | .common.host + " " + .netns.name' | sort | uniq -c | tr -s ' ' >got
	diff -u - got >&2 <<'END' || fail "$file: names of namespaces on another host"
 300 x server
 300 y client
END
done

"$RETIS" merge --host-name p --host-name q xy.data x.json -o named.data 2>err
"$RETIS" print --format json named.data | head -1 | jq -c '[.startup.hosts[].name]' >got
[[ $(<got) == '["x","y","q"]' ]] || fail "hosts of a merged file lost their names"

# --- many events --------------------------------------------------------------

mkevents=$ROOT/build/tests/tools/mkevents
"$mkevents" web1.data 2000 10 "$ROOT/build/plugins" >/dev/null
"$mkevents" web2.data 3000 20 "$ROOT/build/plugins" >/dev/null
"$RETIS" merge web1.data web2.data -o all.data 2>err || fail "merge: code $?"
assert_contains err '^5000 event\(s\) of 2 host\(s\)'
for host in web1 web2; do
	json all.data -m "common.host == \"$host\"" | grep -v '"loss"' >got
	json "$host.data" | grep -v '"loss"' | cmp - got || fail "$host has other events than before"
done
json all.data | grep -v '"loss"' | jq .common.timestamp | sort -nc || fail "not in the order of time"
"$RETIS" stats all.data >got
assert_contains got '^  web1, clock error unknown: 2000'
assert_contains got '^  web2, clock error unknown: 3000'
lost() {
	"$RETIS" print --format json "$1" | jq -s 'map(.loss.count // empty) | add // 0'
}
[[ $(lost all.data) == $(($(lost web1.data) + $(lost web2.data))) ]] || fail "losses do not add up"
"$RETIS" merge --host-name a --host-name b web1.data web2.data -o - 2>err | "$RETIS" stats - >got
assert_contains got '^  a, clock'
assert_contains got '^  b, clock'

# --- hosts that say who they are ----------------------------------------------

"$RETIS" collect -c dev -p net:netif_receive_skb --host-name left -o left.data --cmd true 2>err || fail "collect: code $?"
"$RETIS" collect -c dev -p net:netif_receive_skb -o own.data --cmd true 2>err || fail "collect: code $?"
"$RETIS" stats left.data >got
assert_contains got '^Host: left, clock error '
"$RETIS" print --format json own.data | head -1 >got
[[ $(jq -r .startup.host.name got) == "$(uname -n)" ]] || fail "the host has another name"
[[ ! -s /etc/machine-id || $(jq -r .startup.host.id got) == "$(cat /etc/machine-id)" ]] || fail "the host has another id"
"$RETIS" merge left.data own.data web1.data -o three.data 2>err || fail "merge: code $?"
"$RETIS" print --format json three.data | head -1 | jq -r '.startup.hosts[].name' >got
printf '%s\n' left "$(uname -n)" web1 | diff - got >&2 || fail "other hosts"

# --- packets on their way over several hosts -----------------------------------

# The same UDP packet on hosts a and b, one hop further: with an id and a payload, without an id, with neither.
need python3
python3 - <<'END'
import base64, json, struct

def frame(ttl, ident, payload):
    udp = struct.pack(">HHHH", 4000, 53, 8 + len(payload), ttl) + payload
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), ident, 0x4000, ttl, 17, ttl)
    return b"\2\0\0\0\0\2\2\0\0\0\0\1\x08\0" + ip + b"\x0a\0\0\1\x0a\0\0\2" + udp

def event(time, head, symbol, bytes):
    return {"common": {"timestamp": time, "smp_id": 1, "task": {"pid": 1, "tgid": 1, "comm": "x"}},
            "kernel": {"symbol": symbol, "probe_type": "raw_tracepoint"},
            "skb-tracking": {"orig_head": head, "timestamp": time // 10 * 10, "skb": head},
            "packet": {"len": len(bytes), "capture_len": len(bytes), "data": base64.b64encode(bytes).decode()}}

def write(name, offset, events):
    start = {"common": {"timestamp": 1}, "startup": {"retis_version": "v1.7.0", "cmdline": "c",
             "clock_monotonic_offset": {"sec": 1700000000, "nsec": offset},
             "machine": {"kernel_release": "6.1", "kernel_version": "#1", "hardware_name": "x"}}}
    with open(name, "w") as out:
        for e in [start] + events:
            out.write(json.dumps(e) + "\n")

packets = (7, b"abcd"), (0, b"efgh"), (0, b"")
write("a.json", 0, [event(1000 * i, i, "net:net_dev_start_xmit", frame(64, *p)) for i, p in enumerate(packets, 1)])
write("b.json", 100, [event(1000 * i + n, 16 + i, "net:netif_receive_skb", frame(63, *p) + bytes(14))
                      for i, p in enumerate(packets, 1) for n in (100, 105)])
END
"$RETIS" merge a.json b.json -o way.data 2>err || fail "merge: code $?"
"$RETIS" sort --format json way.data | jq -c 'map(select(.tracking) | [.common.host, .tracking.idx, .tracking.joined])' | grep -v '\[\]' >got
diff -u - got >&2 <<'END' || fail "other series"
[["a",0,null],["b",1,"sure"],["b",2,null]]
[["a",0,null],["b",1,"likely"],["b",2,null]]
[["a",0,null],["b",1,"guess"],["b",2,null]]
END
"$RETIS" sort --format single-line way.data >got
assert_contains got ' 1200 b .* n 1 copy #[0-9a-f]+ \(from another host: sure\) 10.0.0.1.4000 > 10.0.0.2.53'
"$RETIS" sort --no-copies --format json way.data >got
! grep -q joined got || fail "--no-copies joins packets"
"$RETIS" sort way.data -o sorted-way.data 2>err
[[ $("$RETIS" print -m 'tracking.joined == likely' --format json sorted-way.data | grep -c joined) == 1 ]] || fail "the sorted file lost it"

# --- what can't be merged -----------------------------------------------------

# refuses TEXT ARGS: with a usage error or another one.
refuses() {
	! "$RETIS" merge "${@:2}" 2>err || fail "merge ${*:2}: accepted"
	assert_contains err "$1"
}

"$mkevents" tracked.data 600 10 "$ROOT/build/plugins" 50 >/dev/null
"$RETIS" sort tracked.data -o sorted.data 2>err
refuses 'sorted.data can.t be merged: it is sorted' web1.data sorted.data -o out.data
tail -n 1 x.json >bare.json
refuses 'bare.json can.t be merged: it does not say' web1.data bare.json -o out.data
refuses 'it is one of the files' web1.data web2.data -o ./web2.data
refuses 'given 1 times for 2 files' --host-name a web1.data web2.data -o out.data
refuses 'holds several collections' - -o out.data < <(cat left.data own.data)
refuses "needs '--out'" web1.data
"$RETIS" stats web2.data >got || fail "a file to merge was touched"

# --- tables -------------------------------------------------------------------

[[ -e $ROOT/build/python/retis/_native.abi3.so ]] && ! is_sanitized || exit 0
export PYTHONPATH=$ROOT/build/python
python3 - >got <<'END'
import collections, retis

hosts = collections.Counter(str(e.common.host) for e in retis.EventReader("all.data"))
print(sorted(hosts.items()))
print({e.common.host for e in retis.EventReader("web1.data")})
END
diff -u - got >&2 <<'END' || fail "Python has other hosts"
[('None', 1), ('web1', 2000), ('web2', 3000)]
{None}
END
