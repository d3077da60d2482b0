#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Python scripts written for upstream's module find all its classes and members, with files of theirs and of ours.
. "$(dirname -- "$0")/lib.sh"

need_python_package
export NOPAGER=1 PYTHONPATH=$ROOT/build/python PYTHONWARNINGS=error HOME=$WORK
unset XDG_CONFIG_HOME XDG_STATE_HOME
data=$ROOT/tests/data/upstream
cd "$WORK"

# ours NAME: an event file with what NAME.json has.
ours() {
	"$RETIS" convert "$1.json" "$1.data" 2>err || fail "convert $1: $(cat err)"
}

# --- events and their sections -------------------------------------------------

cp "$data/v1.7.json" "$data/sorted.json" .
ours v1.7
ours sorted
cat >members.py <<'END'
import retis, sys

def refuses(kind, what, text=""):
    try:
        what()
    except kind as err:
        assert text in str(err), err
        return
    raise SystemExit(f"no {kind}")

file = retis.EventFile(sys.argv[1])
assert not file.sorted() and isinstance(file.events(), retis.EventReader)
# Each call starts over.
first, again = file.events(), file.events()
assert next(first).common.timestamp == next(again).common.timestamp == 5
assert iter(first) is first and len(list(first)) == 4
start, drop, user, ct, detrace = events = list(retis.EventReader(sys.argv[1]))
assert all(isinstance(e, retis.Event) for e in events)

# Attributes, items, what is there.
assert start.startup.machine.hardware_name == "x86_64" and start.startup.split_file.id == 2
assert start.startup.clock_monotonic_offset.nsec == 678901000 and start.packet is None
assert getattr(drop, "skb-drop").drop_reason == drop["skb_drop"].drop_reason == "NO_SOCKET"
assert "skb-drop" in drop and "skb_drop" in drop and "ct" not in drop and "nothing" not in drop
assert "to_dict" in drop
refuses(AttributeError, lambda: drop.nothing)
refuses(KeyError, lambda: drop["nothing"])
refuses(KeyError, lambda: drop["ovs"])
refuses(TypeError, lambda: retis.Event(), "No constructor defined for Event")
refuses(AttributeError, lambda: setattr(drop, "ct", 1))
assert drop.sections() == ["common", "dev", "kernel", "netns", "nft", "packet", "skb", "skb_drop", "skb_tracking"]
assert drop.to_dict() == drop.raw() and list(drop.to_dict()) == [
    "common", "kernel", "skb-tracking", "skb-drop", "packet", "skb", "netns", "dev", "nft"]
assert eval(repr(drop)) == drop.to_dict()
assert str(drop) == drop.show() and "nginx" in str(drop) and not str(drop).endswith("\n")
assert "2026-01-02 03:04:05" in drop.show(utc=True) and "2026" not in drop.show()

# Sections: their own values, dict and text.
common, kernel, nft = drop.common, drop.kernel, drop.nft
assert (common.smp_id, common.task.pid, common.task.tgid, common.task.comm) == (2, 10, 11, "nginx")
assert common.task.to_dict() == common.to_dict()["task"] == {"pid": 10, "tgid": 11, "comm": "nginx"}
assert eval(str(common.task)) == eval(repr(common.task)) == common.task.to_dict()
assert kernel.symbol == "udp_rcv" and kernel.probe_type == "kretprobe"
assert kernel.to_dict()["stack_trace"] == ["a+0x1", "b+0x2", "0xffffffff81000000"]
assert nft.verdict == "jump" and nft.policy is False and str(nft) and nft.verdict_chain_name == "dst"
assert "table t (2)" in str(nft) and nft.show() == str(nft) and eval(repr(nft)) == nft.to_dict() == nft.raw()
assert drop.skb.meta.len == 46 and drop.skb.vlan_accel.vid == 100 and drop.skb.gso.segs == 2
assert drop.skb.data_ref.cloned is False and drop.dev.rx_ifindex == 3 and drop.netns.cookie == 16
assert detrace.dev is None and ct.netns.cookie is None

# Which packet it is.
tracking = drop.skb_tracking
assert tracking.tracking_id() == tracking.timestamp << 64 | tracking.orig_head
assert tracking.match(tracking) and tracking.strict_match(tracking)

# The packet.
packet = drop.packet
assert packet.len == packet.capture_len == len(bytes(packet.data)) == 46
assert str(packet.data) == repr(packet.data) == repr(bytes(packet.data))
if len(sys.argv) > 2:
    assert packet.to_scapy() == packet.data.to_scapy() == ("Ether", bytes(packet.data))
else:
    refuses(ImportError, packet.to_scapy, "Could not import scapy.all")
    refuses(ImportError, packet.data.to_scapy, "Could not import scapy.all")

# Connections.
conn = ct.ct.base
assert ct.ct.state == 2 and int(ct.ct.state) == 2 and str(ct.ct.state) == "new" and ct.ct.state == ct.ct.state
refuses(TypeError, lambda: hash(ct.ct.state))
assert conn.zone_id == 5 and str(conn.zone_dir) == "Original" and conn.mark == 0 and conn.ct_status == 392
assert conn.orig.ip.src == "1.1.1.1" and str(conn.reply.ip.version) == "v4" and conn.orig.ip.version == 0
assert (conn.orig.proto.udp.sport, conn.reply.proto.udp.dport) == (1, 1) and ct.ct.parent is None
refuses(AttributeError, lambda: conn.orig.proto.tcp)
assert ct.to_dict()["ct"] == ct.ct.to_dict() and ct.ct.to_dict()["state"] == "new"

# Open vSwitch.
assert user.userspace.symbol == "dpif_recv:recv_upcall" and user.userspace.path == "/usr/sbin/ovs-vswitchd"
assert user.ovs.recv_upcall.pkt_size == 98 and user.ovs.to_dict()["event_type"] == "recv_upcall"
refuses(AttributeError, lambda: user.ovs.upcall)
flows = detrace.ovs_detrace
assert flows.ufid.show() == "00000001-0000-0002-0000-000300000004" and flows.ufid.to_dict() == [1, 2, 3, 4]
assert flows.dpflow == "in_port(2), actions:3" and flows.ofpflows == ["table=0, actions=NORMAL"]
print("ok")
END
mkdir -p fake/scapy
touch fake/scapy/__init__.py
echo 'def Ether(data): return "Ether", data' >fake/scapy/all.py
# One that is installed must not be found in the first case.
mkdir -p none/scapy
echo 'raise ImportError' >none/scapy/__init__.py
for file in v1.7.json v1.7.data; do
	PYTHONPATH=$PYTHONPATH:none python3 members.py "$file" >out || fail "members of $file"
	PYTHONPATH=$PYTHONPATH:fake python3 members.py "$file" scapy >out || fail "members of $file with scapy"
done

# --- variants ------------------------------------------------------------------

# event TIME KEY SECTION
event() {
	printf '{"common":{"timestamp":%s,"smp_id":0,"task":{"pid":1,"tgid":1,"comm":"x"}},' "$1"
	printf '"kernel":{"symbol":"f","probe_type":"kprobe"},"%s":{%s}}\n' "$2" "$3"
}
tuple() {
	printf '"%s":{"ip":{"src":"1.1.1.1","dst":"2.2.2.2","version":"v4"},"proto":{%s}}' "$1" "$2"
}
{
	head -n 1 v1.7.json
	event 10 ovs '"event_type":"upcall","cmd":1,"cpu":0,"port":2'
	event 11 ovs '"event_type":"upcall_enqueue","return":0,"cmd":1,"upcall_ts":10,"upcall_cpu":0,"queue_id":33'
	event 12 ovs '"event_type":"upcall_return","upcall_ts":10,"upcall_cpu":0,"return":0'
	event 13 ovs '"event_type":"flow_operation","op_type":"put","queue_id":33,"batch_ts":70,"batch_idx":1'
	event 14 ovs '"event_type":"action_execute","action":"output","port":2,"recirc_id":3,"queue_id":33'
	event 15 ovs '"event_type":"action_execute","action":"recirc","id":18,"recirc_id":0'
	event 16 ovs '"event_type":"action_execute","action":"push_vlan","recirc_id":0'
	event 17 ovs '"event_type":"action_execute","action":"ct","flags":181,"zone_id":20,"nat":{"dir":"src","min_addr":"10.0.0.1"},"recirc_id":34'
	event 18 ovs '"event_type":"action_execute","action":"drop","reason":7,"recirc_id":0'
	event 19 ovs '"event_type":"action_execute","recirc_id":0'
	event 20 ovs '"event_type":"flow_lookup","flow":5,"sf_acts":6,"ufid":[1,2,3,4],"n_mask_hit":1,"n_cache_hit":0,"dpflow":"d","ofpflows":["o"]'
	event 21 ct "\"state\":\"reply\",\"zone_id\":0,\"zone_dir\":\"None\",$(tuple orig '"tcp":{"sport":1,"dport":2}'),$(tuple reply '"tcp":{"sport":2,"dport":1}'),\"proto_state\":\"ESTABLISHED\",\"ct_status\":1,\"parent\":{\"zone_id\":0,\"zone_dir\":\"None\",$(tuple orig '"icmp":{"code":0,"type":8,"id":7}'),$(tuple reply '"icmp":{"code":0,"type":0,"id":7}'),\"ct_status\":0}"
	event 22 ct "\"state\":\"untracked\",\"zone_id\":0,\"zone_dir\":\"None\",$(tuple orig '"sctp":{"sport":1,"dport":2,"vtag":3}'),$(tuple reply '"sctp":{"sport":2,"dport":1,"vtag":4}'),\"ct_status\":0"
} >variants.json
ours variants
cat >variants.py <<'END'
import retis, sys

_, up, queue, back, put, out, recirc, vlan, ct, drop, none, look, tcp, sctp = retis.EventReader(sys.argv[1])

def kind(value):
    return type(value).__name__

assert [kind(e.ovs) for e in (up, queue, back, put, out, look)] == [
    "OvsEvent_Upcall", "OvsEvent_UpcallEnqueue", "OvsEvent_UpcallReturn", "OvsEvent_Operation", "OvsEvent_Action",
    "OvsEvent_DpLookup"]
assert up.ovs.upcall.port == 2 and queue.ovs.upcall_enqueue.queue_id == 33
assert back.ovs.upcall_return.upcall_ts == 10 and str(up.ovs)
assert put.ovs.flow_operation.op_type == 1 and put.to_dict()["ovs"]["op_type"] == "put"
action = out.ovs.action_execute
assert action.recirc_id == 3 and action.queue_id == 33 and recirc.ovs.action_execute.queue_id is None
assert kind(action.action) == "OvsAction_Output" and action.action.output.port == 2
assert recirc.ovs.action_execute.action.recirc.id == 18
assert kind(vlan.ovs.action_execute.action) == "OvsAction_PushVlan" and hasattr(vlan.ovs.action_execute.action, "_0")
nat = ct.ovs.action_execute.action.ct
assert nat.flags == 181 and nat.zone_id == 20 and nat.nat.min_addr == "10.0.0.1"
assert nat.nat.dir == 0 and str(nat.nat.dir) == "src"
assert kind(drop.ovs.action_execute.action) == "OvsAction_Drop" and drop.ovs.action_execute.action.reason == 7
assert none.ovs.action_execute.action is None
lookup = look.ovs.flow_lookup
assert lookup.ufid.to_dict() == [1, 2, 3, 4] and lookup.ofpflows == ["o"] and lookup.n_mask_hit == 1

assert tcp.ct.state == 3 and tcp.ct.base.proto_state == "ESTABLISHED" and tcp.ct.base.ct_status == 1
assert kind(tcp.ct.base.orig.proto) == "CtProto_Tcp" and tcp.ct.base.reply.proto.tcp.dport == 1
assert tcp.ct.parent.orig.proto.icmp.type == 8 and tcp.ct.parent.ct_status == 0
assert kind(tcp.ct.parent.orig.proto) == "CtProto_Icmp" and str(tcp.ct.base.zone_dir) == "None"
assert sctp.ct.state == 5 and sctp.ct.base.orig.proto.sctp.vtag == 3 and sctp.ct.parent is None
END
for file in variants.json variants.data; do
	python3 variants.py "$file" || fail "variants in $file"
done

# --- series, and sets of files -------------------------------------------------

cat >series.py <<'END'
import retis, sys

file = retis.EventFile(sys.argv[1])
assert file.sorted() and isinstance(file.series(), retis.SeriesReader)
series = list(file.series())
assert [len(s) for s in series] == [1, 2, 1] and all(isinstance(s, retis.EventSeries) for s in series)
assert repr(series[1]) == "PyEventSeries(ts = 10, n_events = 2)"
# Each loop starts over.
for _ in range(2):
    assert [e.common.timestamp for e in series[1]] == [10, 12]
first, second = series[1]
assert second.tracking.idx == 1 and second.tracking.skb.strict_match(first.tracking.skb)
assert second.tracking.to_dict() == second.to_dict()["tracking"] and str(first.tracking.skb)
for what, text in (
        (lambda: retis.EventReader(sys.argv[1]),
         "Cannot create a EventReader from a sorted file. Use an SeriesReader instead"),
        (lambda: retis.SeriesReader(sys.argv[2]),
         "Cannot create a SeriesReader from an unsorted file. Use an EventReader instead"),
        (lambda: retis.EventFile.with_rotation(sys.argv[1]), "Cannot use rotation on event series"),
        (lambda: retis.EventFile("nowhere"), "Could not open nowhere: ")):
    try:
        what()
    except RuntimeError as err:
        assert text in str(err), err
    else:
        raise SystemExit(f"no error: {text}")
END
python3 series.py sorted.json v1.7.json || fail "series of sorted.json"
python3 series.py sorted.data v1.7.data || fail "series of sorted.data"

for i in 0 1; do
	sed "1s/\"id\":2/\"id\":$i/" v1.7.json >"set.json.$i"
done
"$ROOT/build/tests/tools/mkevents" plain 100 10 "$ROOT/build/plugins" >/dev/null
cat >rotation.py <<'END'
import retis, sys

def count(events):
    return sum(1 for _ in events)

one, all = count(retis.EventReader(sys.argv[1])), count(retis.EventReader.with_rotation(sys.argv[1]))
assert all == int(sys.argv[2]) * one, (one, all)
assert count(retis.EventFile.with_rotation(sys.argv[1]).events()) == all
assert count(retis.EventFile(sys.argv[1]).events()) == one
END
python3 rotation.py set.json.0 2 || fail "a set of upstream's"
python3 rotation.py plain 1 || fail "a file that is in no set"

# --- scripts and a shell -------------------------------------------------------

cat >script.py <<'END'
for event in reader.events():
    if event.packet and event.skb_drop:
        print(sys.argv[1:], event.kernel.symbol, event.skb_drop.drop_reason, event["packet"].len)
END
for file in v1.7.json v1.7.data; do
	assert_eq "$("$RETIS" python -i "$file" script.py -- one -t)" "['one', '-t'] udp_rcv NO_SOCKET 46" "a script with $file"
	assert_eq "$(echo 'next(reader.events()).startup.retis_version[:4]' |
		"$RETIS" python --input "$file" 2>err | grep -o v1.7)" v1.7 "a shell with $file"
done
code=0
echo 'sys.exit(7)' >seven.py
"$RETIS" python -i v1.7.json seven.py || code=$?
assert_eq "$code" 7 "the script's exit code"
