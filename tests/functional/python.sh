#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Python reads files of ours and upstream's: as JSON has them, by attributes, and in documented scripts.
. "$(dirname -- "$0")/lib.sh"

need_python_package
export NOPAGER=1 PYTHONPATH=$ROOT/build/python PYTHONWARNINGS=error HOME=$WORK
unset XDG_CONFIG_HOME XDG_STATE_HOME

"$ROOT/build/tests/tools/mkevents" "$WORK/plain" 2000 20 "$ROOT/build/plugins" 50 >/dev/null
"$RETIS" sort -o "$WORK/sorted" "$WORK/plain" 2>"$WORK/err"
"$RETIS" convert "$WORK/plain" "$WORK/plain.json" 2>"$WORK/err"

# Everything that JSON and text have, kept until the file is gone.
cat >"$WORK/all.py" <<'END'
import json, sys
import retis

def events(file):
    for item in file.series() if file.sorted() else file.events():
        yield from item if file.sorted() else (item,)

file = retis.EventFile(sys.argv[1])
kept = list(events(file))
del file
with open(sys.argv[2] + ".json", "w") as out:
    for e in kept:
        out.write(json.dumps(e.to_dict(), separators=(",", ":")) + "\n")
with open(sys.argv[2] + ".text", "w") as out:
    for e in kept:
        out.write(e.show(multi_line=False) + "\n")
for e in kept:
    for name, section in e.to_dict().items():
        assert e[name].to_dict() == section, (name, section, e[name].to_dict())
        for key, value in section.items():
            got = getattr(e[name], key)
            assert got == value or hasattr(got, "to_dict") or isinstance(got, bytes), (key, got)
END
for file in "$WORK/plain" "$WORK/plain.json"; do
	python3 "$WORK/all.py" "$file" "$WORK/got"
	"$RETIS" print --format json "$file" | cmp - "$WORK/got.json" || fail "$file: other JSON"
	"$RETIS" print --format single-line "$file" | cmp - "$WORK/got.text" || fail "$file: other text"
done
python3 "$WORK/all.py" "$WORK/sorted" "$WORK/got"
"$RETIS" print --format json "$WORK/sorted" | cmp - "$WORK/got.json" || fail "sorted: other JSON"

# Events outlive the names of their file: of joined files, and of sets.
"$RETIS" convert "$WORK/plain" "$WORK/again" 2>"$WORK/err"
cat "$WORK/plain" "$WORK/again" >"$WORK/joined"
cat >"$WORK/keep.py" <<'END'
import retis, sys

kept, sections = [], []
for e in retis.EventReader(sys.argv[1]):
    kept.append(e)
    sections.append((e.dev, e.packet))
half = len(kept) // 2
for a, b, x, y in zip(kept, kept[half:], sections, sections[half:]):
    assert a.to_dict() == b.to_dict() and str(a) == str(b)
    if a.dev:
        assert a.dev.name == b.dev.name == x[0].name == y[0].name
        assert bytes(y[1].data) == bytes(b.packet.data)
        assert x[1].len == y[1].len and a.ovs is None and a.kernel.symbol == b.kernel.symbol
print(half)
END
assert_eq "$(python3 "$WORK/keep.py" "$WORK/joined")" \
	"$("$RETIS" print --format json "$WORK/plain" | wc -l)" "events of half a joined file"

# Upstream's view of its own files.
cat >"$WORK/upstream.py" <<'END'
import retis, sys

start, drop, user, ct, detrace = retis.EventReader(sys.argv[1])
assert start.startup.clock_monotonic_offset.sec == 1767323045
assert start.startup.split_file.policy.kind == "size" and start.kernel is None
assert drop.kernel.symbol == "udp_rcv" and drop.kernel.stack_trace[0] == "a+0x1"
assert drop.skb_drop.drop_reason == "NO_SOCKET" and drop["skb-drop"].drop_reason == "NO_SOCKET"
assert drop.skb_tracking.tracking_id() == 900 << 64 | 18446612686364999680
assert drop.skb_tracking.match(drop.skb_tracking)
assert drop.packet.len == 46 and len(bytes(drop.packet.data)) == 46
assert str(drop.packet.data).startswith("b'") and drop.skb.meta.len == 46
assert "skb_drop" in drop and "ct" not in drop and drop.ct is None
assert drop.sections() == sorted(drop.sections()) and "skb_drop" in drop.sections()
assert user.userspace.path == "/usr/sbin/ovs-vswitchd" and user.ovs.recv_upcall.queue_id == 33
assert type(user.ovs).__name__ == "OvsEvent_RecvUpcall"
assert ct.ct.state == 2 and str(ct.ct.state) == "new" and int(ct.ct.state) == 2
assert ct.ct.base.orig.ip.src == "1.1.1.1" and ct.ct.base.orig.proto.udp.dport == 2
assert ct.ct.parent is None and type(ct.ct.base.orig.proto).__name__ == "CtProto_Udp"
assert detrace.ovs_detrace.ufid.show() == "00000001-0000-0002-0000-000300000004"
for what, kind in ((lambda: drop["ct"], KeyError), (lambda: drop.nothing, AttributeError),
                   (lambda: retis.Event(), TypeError),
                   (lambda: retis.SeriesReader(sys.argv[1]), RuntimeError),
                   (lambda: retis.EventReader(sys.argv[2]), RuntimeError),
                   (lambda: retis.EventFile.with_rotation(sys.argv[2]), RuntimeError),
                   (lambda: retis.EventFile(sys.argv[0]), RuntimeError)):
    try:
        what()
        raise SystemExit(f"no {kind}")
    except kind:
        pass
series = list(retis.SeriesReader(sys.argv[2]))
assert [len(s) for s in series] == [1, 2, 1], series
assert repr(series[1]) == "PyEventSeries(ts = 10, n_events = 2)"
assert [e.common.timestamp for e in series[1]] == [10, 12]
assert series[1]._events[1].tracking.idx == 1
assert series[1]._events[1].tracking.skb.tracking_id() >> 64 == 10
END
python3 "$WORK/upstream.py" "$ROOT/tests/data/upstream/v1.7.json" "$ROOT/tests/data/upstream/sorted.json"

# Scripts by path and by name, their arguments, a shell, and what goes wrong.
mkdir -p "$WORK/.config/retis/python"
echo 'print(sys.argv[1:], __name__, next(reader.events()).common.timestamp)' >"$WORK/.config/retis/python/show.py"
assert_eq "$("$RETIS" python -i "$ROOT/tests/data/upstream/v1.7.json" show -- a -b)" "['a', '-b'] __main__ 5" "a script by its name"
assert_eq "$(echo 'print(1 + reader.sorted())' | "$RETIS" python -i "$WORK/sorted" 2>"$WORK/err" | grep -o 2)" 2 "a shell"
! "$RETIS" python -i "$WORK/plain" nothing 2>"$WORK/err" || fail "a script that is not there"
assert_contains "$WORK/err" '^Error: Python script named nothing not found$'
! PATH=/nowhere "$RETIS" python 2>"$WORK/err" || fail "without Python"
assert_contains "$WORK/err" '^Error: there is no python3: install it'

# What the page says.
awk -v folder="$WORK" '/^```python/ { n++; on = 1; next } /^```/ { on = 0 } on { print > folder "/doc" n ".py" }' \
	"$ROOT/docs/python.md"
for script in "$WORK"/doc*.py; do
	for file in "$WORK/plain" "$WORK/sorted"; do
		[[ $file == */plain ]] || grep -q 'sorted()' "$script" || continue
		"$RETIS" python -i "$file" "$script" >"$WORK/out" 2>"$WORK/err" ||
			fail "${script##*/} with ${file##*/}: $(cat "$WORK/err")"
	done
done
