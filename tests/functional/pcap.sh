#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Packets of event files as pcapng: other programs read them without a complaint, each at
# its probe or device, with its time, and as they were, with a link layer or without.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need python3
need tcpdump
need tshark
need capinfos
need editcap
need socat
data=$ROOT/tests/data/upstream
cd "$WORK"

mkdir -m 755 plugins
cp -- "${RETIS%/*}/plugins/"{skb,dev,ns}.so plugins/
export RETIS_PLUGIN_PATH=$WORK/plugins
# Where Wireshark's programs keep what they remember.
export HOME=$WORK

# The three programs read FILE, and what they say is about packets only.
reads_back() {
	tshark -r "$1" >"$1.tshark" 2>err || fail "tshark can't read $1"
	grep -v '^Running as user "root"' err >err.tshark || true
	capinfos -M "$1" >"$1.capinfos" 2>err.capinfos || fail "capinfos can't read $1"
	assert_eq "$(cat err.tshark err.capinfos)" '' "what tshark and capinfos say about $1"
	[[ ${2-} == mixed ]] && return
	tcpdump -nr "$1" >"$1.tcpdump" 2>err || fail "tcpdump can't read $1"
	assert_eq "$(grep -v '^reading from file' err)" '' "what tcpdump says about $1"
}

# field FILE NAME [FILTER]: a column of tshark's, packets only.
field() {
	tshark -r "$1" -Y "frame.interface_id${3+ && $3}" -T fields -e "$2" 2>/dev/null
}

# --- an event of upstream's, all of whose values are known -----------------

cat >known.json <<'END'
{"common":{"timestamp":5},"startup":{"retis_version":"v1.7.0","cmdline":"retis collect","clock_monotonic_offset":{"sec":1700000000,"nsec":600000000},"machine":{"kernel_release":"6.1.0","kernel_version":"#1","hardware_name":"x86_64"}}}
{"common":{"timestamp":1500000000,"smp_id":1,"task":{"pid":1,"tgid":1,"comm":"a"}},"kernel":{"symbol":"udp_rcv","probe_type":"kprobe"},"packet":{"len":1000,"capture_len":46,"data":"AgAAAAACAgAAAAABCABFAAAgAAdAAEARAAAKAAABCgAAAg+gADUADAAAYWJjZA=="},"netns":{"inum":7},"dev":{"name":"eth0","ifindex":2}}
{"common":{"timestamp":1500000001,"smp_id":1,"task":{"pid":1,"tgid":1,"comm":"a"}},"kernel":{"symbol":"net:netif_rx","probe_type":"raw_tracepoint"},"packet":{"len":46,"capture_len":46,"data":"AgAAAAACAgAAAAABCABFAAAgAAdAAEARAAAKAAABCgAAAg+gADUADAAAYWJjZA=="},"netns":{"inum":8},"dev":{"name":"eth0","ifindex":2}}
{"common":{"timestamp":1500000002,"smp_id":1,"task":{"pid":1,"tgid":1,"comm":"a"}},"kernel":{"symbol":"udp_rcv","probe_type":"kprobe"},"netns":{"inum":7}}
END
"$RETIS" pcap known.json -o known.pcapng 2>err
assert_contains err '^3 event\(s\) were processed$'
assert_contains err '1 event\(s\) were skipped because of missing raw packet$'
reads_back known.pcapng
assert_eq "$(field known.pcapng frame.interface_name | paste -sd ' ')" \
	'kprobe/udp_rcv raw_tracepoint/net:netif_rx' 'interfaces'
assert_eq "$(field known.pcapng frame.interface_description | head -n 1)" \
	'Fake interface for probe kprobe/udp_rcv' 'description'
assert_eq "$(field known.pcapng frame.time_epoch | head -n 1)" 1700000002.100000000 'time'
assert_eq "$(field known.pcapng frame.len | head -n 1)" 1000 'length'
assert_eq "$(field known.pcapng frame.cap_len | head -n 1)" 46 'bytes captured'
"$RETIS" print known.json 2>/dev/null | sed -n '/udp_rcv/,/^$/p' | sed '/^$/,$d' >text
field known.pcapng frame.comment | head -n 1 >comment
assert_eq "$(sed 's/,{"common.*//; s/\\n/\n/g' comment)" "$(<text)" 'comment'

# The order of blocks, and what is in custom ones.
python3 - known.pcapng <<'END' >blocks
import json, struct, sys
data = open(sys.argv[1], "rb").read()
at = 0
while at < len(data):
    kind, length = struct.unpack_from("=II", data, at)
    assert length % 4 == 0 and struct.unpack_from("=I", data, at + length - 4)[0] == length
    body = data[at + 8:at + length - 4]
    print(hex(kind), end=" ")
    if kind == 0xbad:
        assert struct.unpack_from("=I", body)[0] == 70000
        schema = json.loads(body[4:].rstrip(b"\0"))
        assert schema["properties"]["packet"] and b"\n" not in body
    if kind == 6:
        captured = struct.unpack_from("=I", body, 12)[0]
        o = 20 + (captured + 3) // 4 * 4
        while True:
            code, n = struct.unpack_from("=HH", body, o)
            if not code:
                break
            value = body[o + 4:o + 4 + n]
            if code == 0xbac:
                assert struct.unpack_from("=I", value)[0] == 70000
                event = json.loads(value[4:])
                assert "packet" not in event and event["dev"]["name"] == "eth0"
                print("event", end=" ")
            o += 4 + (n + 3) // 4 * 4
    at += length
END
assert_eq "$(<blocks)" '0xa0d0d0a 0xbad 0x1 0x6 event 0x1 0x6 event 0x5 0x5 ' 'blocks'

# --- what to write ---------------------------------------------------------

"$RETIS" pcap known.json --interface device -o device.pcapng 2>/dev/null
reads_back device.pcapng
assert_eq "$(field device.pcapng frame.interface_name | paste -sd ' ')" 'eth0 eth0' 'devices'
assert_eq "$(field device.pcapng frame.interface_description | tail -n 1)" \
	'Device 2 in network namespace 8' 'description of a device'

for probe in 'k:udp_rcv' 'udp_*' 'kprobe:udp_rcv/stack'; do
	"$RETIS" pcap known.json -p "$probe" 2>/dev/null | cat >one.pcapng
	assert_eq "$(field one.pcapng frame.interface_name)" kprobe/udp_rcv "packets of $probe"
done
"$RETIS" pcap known.json -p 'net:*' -p udp_rcv -p ip_rcv -o two.pcapng 2>err
assert_eq "$(field two.pcapng frame.number | wc -l)" 2 'packets of two probes'
assert_contains err 'ip_rcv: no event is of such a probe'

"$RETIS" pcap known.json --comments none -o bare.pcapng 2>/dev/null
reads_back bare.pcapng
assert_eq "$(field bare.pcapng frame.comment | tr -d '\n')" '' 'no comments'
"$RETIS" pcap known.json --no-schema -o plain.pcapng 2>/dev/null
reads_back plain.pcapng
assert_eq "$(wc -l <plain.pcapng.tshark)" 2 'packets without a schema'
editcap plain.pcapng copy.pcapng || fail 'editcap does not copy the file'

# --- what can't be done ----------------------------------------------------

expect_failure() {
	local code=$1 text=$2 got=0

	shift 2
	"$RETIS" pcap "$@" >out 2>err </dev/null || got=$?
	assert_eq "$got" "$code" "exit code of pcap $*"
	assert_contains err "$text"
	assert_eq "$(wc -c <out)" 0 "bytes of pcap $*"
}

expect_failure 1 'Probe not found in the events' known.json -p tcp_v4_rcv
echo before >kept
expect_failure 1 'Probe not found in the events' known.json -p tcp_v4_rcv -o kept
assert_eq "$(<kept)" before 'a file that was there'
expect_failure 1 'Probe not found in the events' known.json -p tcp_v4_rcv -o none
[[ ! -e none ]] || fail 'a file was left behind'
expect_failure 2 'Invalid TYPE foo. See the help.' known.json -p foo:bar:baz
expect_failure 2 "Empty options are not allowed" known.json -p udp_rcv/
expect_failure 2 "can't replace the events" known.json -o known.json
expect_failure 2 'No such file or directory' nothing.json -o out.pcapng
expect_failure 1 'could not create or open' known.json -o no/such/folder
script -qec "'$RETIS' pcap known.json" /dev/null >out </dev/null || true
assert_contains out 'not for a terminal'

# Events, but no packet: a file that can be read.
sed '2,3d' known.json >empty.json
"$RETIS" pcap empty.json -o empty.pcapng 2>/dev/null
reads_back empty.pcapng

# --- a sorted file: its order, and its packets' ids -------------------------

python3 - known.json >sorted.json <<'END'
import json, sys
events = [json.loads(line) for line in open(sys.argv[1])][:3]
print(json.dumps(events[:1]))
first, second = events[2], events[1]
for i, e in enumerate((first, second)):
    e["skb-tracking"] = {"orig_head": 0xffff888100000000, "timestamp": 10, "skb": 1}
    e["tracking"] = {"skb": e["skb-tracking"], "idx": i}
print(json.dumps([first, second]))
END
"$RETIS" pcap sorted.json -o sorted.pcapng 2>/dev/null
reads_back sorted.pcapng
assert_eq "$(field sorted.pcapng frame.interface_name | paste -sd ' ')" \
	'raw_tracepoint/net:netif_rx kprobe/udp_rcv' 'order'
assert_eq "$(field sorted.pcapng frame.comment 'frame.comment contains "#affff888100000000"' |
	wc -l)" 2 'comments with the id'
for name in v1.5 v1.6 v1.7; do
	"$RETIS" pcap "$data/$name.json" -o "$name.pcapng" 2>/dev/null || fail "pcap $name.json"
	reads_back "$name.pcapng"
done

# --- losses ----------------------------------------------------------------

# Three events of the last probe are lost late in this file; what is near them is enough.
"$BUILD/tests/tools/mkevents" big.data 300010 4 "$BUILD/plugins" >/dev/null
until=$("$RETIS" print --format single-line big.data 2>/dev/null | sed -n 's/ lost 3 at .*//p')
"$RETIS" convert big.data losing.data --from $((until - 100000)) --to $((until + 1000000)) 2>/dev/null
"$RETIS" pcap losing.data -p 'tcp_*' -p net:netif_receive_skb -o losing.pcapng 2>/dev/null
reads_back losing.pcapng
python3 - losing.pcapng >counts <<'END'
import struct, sys
data = open(sys.argv[1], "rb").read()
at = 0
while at < len(data):
    kind, length = struct.unpack_from("=II", data, at)
    if kind == 5:
        print(*struct.unpack_from("=I", data, at + 8),
              *struct.unpack_from("=4xQ4xQ", data, at + 20 + 24))
    at += length
END
rx=$(field losing.pcapng frame.number 'frame.interface_name contains "netif_receive_skb"' | wc -l)
tcp=$(field losing.pcapng frame.number 'frame.interface_name contains "tcp_v4_rcv"' | wc -l)
grep -qx "[01] $rx 0" counts || fail "statistics of $rx packets and no loss"
grep -qx "[01] $((tcp + 3)) 3" counts || fail "statistics of $tcp packets and 3 lost"

# --- real packets, with and without a link layer ----------------------------

make_netns BOX
# The tunnel: IP packets come out of it as they are.
ip netns exec "$BOX" socat -u \
	TUN:10.7.0.1/24,tun-name=tun7,tun-type=tun,iff-no-pi=1,up,null-eof - >/dev/null 2>&1 &
defer kill $!
if wait_for 10 ip -n "$BOX" addr show dev tun7 to 10.7.0.1 >/dev/null 2>&1; then
	"$RETIS" collect -o real.data -p net:net_dev_start_xmit --cmd \
		"ip netns exec $BOX sh -c 'ping -q -c 1 -W 1 10.7.0.2; ping -q -c 1 127.0.0.1'" \
		>/dev/null 2>err || true
	"$RETIS" pcap real.data --interface device -o real.pcapng 2>err
	reads_back real.pcapng mixed
	assert_contains err 'with --ethernet it can'
	tun='frame.interface_name == "tun7" && ip.dst == 10.7.0.2'
	assert_eq "$(field real.pcapng frame.encap_type "$tun" | sort -u)" 7 'link type of the tunnel'
	assert_eq "$(field real.pcapng frame.len "$tun" | sort -u)" 84 'length without a link layer'
	assert_eq "$(field real.pcapng frame.encap_type 'frame.interface_name == "lo"' | sort -u)" 1 \
		'link type of the loopback device'
	"$RETIS" pcap real.data --interface device --ethernet -o ethernet.pcapng 2>err
	assert_not_contains err 'tcpdump'
	reads_back ethernet.pcapng
	assert_eq "$(field ethernet.pcapng frame.len "$tun" | sort -u)" 98 'length with --ethernet'
	assert_contains ethernet.pcapng.tcpdump '10.7.0.1 > 10.7.0.2: ICMP echo request'
fi

# --- pipes -----------------------------------------------------------------

# packets_in FILE N: as many as that are in what was written so far.
packets_in() {
	[[ $(tshark -r "$1" -Y frame.interface_id 2>/dev/null | wc -l) == "$2" ]]
}

# What has come so far is out before more comes: of our files and of JSON.
"$RETIS" convert known.json known.data 2>/dev/null
for file in known.data known.json; do
	mkfifo pipe
	"$RETIS" pcap - <pipe >live.pcapng 2>err &
	writer=$!
	exec {pipe}>pipe
	rm pipe
	cat "$file" >&"$pipe"
	wait_for 20 packets_in live.pcapng 2 || fail "packets of $file do not come out"
	exec {pipe}>&-
	wait "$writer" || fail 'pcap failed at the end of a pipe'
	reads_back live.pcapng
done
"$RETIS" pcap known.json 2>/dev/null | tshark -r - -Y frame.interface_id 2>/dev/null >out
assert_eq "$(wc -l <out)" 2 'packets tshark reads from a pipe'

# While it is collected: packets are there before the collection ends.
mkfifo pipe
"$RETIS" pcap - --no-schema <pipe >live.pcapng 2>err &
writer=$!
env --default-signal=INT "$RETIS" collect -o - -p net:netif_receive_skb >pipe 2>collect.err &
collect=$!
defer kill "$collect"
wait_for "$RETIS_PATIENCE" grep -q 'probe(s) loaded' collect.err || { rm pipe; fail 'no probes'; }
rm pipe
ip netns exec "$BOX" ping -q -c 1 127.0.0.77 >/dev/null
seen() {
	[[ -n $(field live.pcapng frame.number 'ip.dst == 127.0.0.77') ]]
}
wait_for 20 seen || fail 'packets do not come out while they are collected'
kill -s INT "$collect"
wait "$collect" || fail 'the collection failed'
wait "$writer" || fail 'pcap failed'
reads_back live.pcapng mixed
