#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tables have what JSON has, in Python and in the program's files; Parquet files of several event files, and
# the documented questions to them.
. "$(dirname -- "$0")/lib.sh"

need_python_package
export PYTHONPATH=$ROOT/build/python
python=${RETIS_PYTHON:-python3}
"$python" -c 'import pyarrow' 2>/dev/null || skip "$python has no pyarrow"

cat >"$WORK/compare.py" <<'END'
import base64, sys
import retis

table = retis.EventReader(sys.argv[1]).to_arrow().read_all()
table.validate(full=True)
rows = table.drop_columns(["time"]).to_pylist()
events = [e.to_dict() for e in retis.EventReader(sys.argv[1]) if not e.startup and "loss" not in e]

def strip(value):
    if isinstance(value, dict):
        values = {k: strip(v) for k, v in value.items()}
        return {k: v for k, v in values.items() if v is not None and v != {}}
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value

assert len(rows) == len(events)
for row, event in zip(rows, events):
    for key in "stack_trace", "backend":
        event.get("kernel", {}).pop(key, None)
    assert strip(row) == event, (strip(row), event)
print(len(rows))
END
for n in 1 2 3; do
	"$ROOT/build/tests/tools/mkevents" "$WORK/file$n" 20000 20 "$ROOT/build/plugins" 50 >/dev/null
done
assert_eq "$("$python" "$WORK/compare.py" "$WORK/file1")" 20000 "rows"

# The program writes the same table as a file and as a stream, whatever it is made of.
cat >"$WORK/same.py" <<'END'
import pyarrow, sys
import retis

want = retis.EventReader(sys.argv[1]).to_arrow()
for path, open_it in ((sys.argv[2], pyarrow.ipc.open_file), (sys.argv[3], pyarrow.ipc.open_stream)):
    table = open_it(pyarrow.memory_map(path)).read_all()
    table.validate(full=True)
    assert table.schema.equals(want.schema, check_metadata=True), path
    rows = rows if path == sys.argv[3] else want.read_all()
    # Python has no nanoseconds.
    for column in table.column_names:
        number = column == "time"
        got, expected = ((t.column(column).cast("int64") if number else t.column(column)).to_pylist()
                         for t in (table, rows))
        assert got == expected, (path, column)
print(rows.num_rows)
END
"$ROOT/build/tests/tools/mkevents" "$WORK/few" 2000 20 "$ROOT/build/plugins" 50 >/dev/null
"$RETIS" convert "$WORK/few" "$WORK/few.json" 2>"$WORK/err"
"$RETIS" merge "$WORK/few" "$WORK/few.json" -o "$WORK/merged" 2>"$WORK/err"
for file in "$WORK/few" "$WORK/few.json" "$WORK/merged" "$ROOT"/tests/data/upstream/v1.[567].json; do
	"$RETIS" convert "$file" "$WORK/out.arrow" 2>"$WORK/err"
	"$RETIS" convert "$file" "$WORK/out.arrows" 2>"$WORK/err"
	"$python" "$WORK/same.py" "$file" "$WORK/out.arrow" "$WORK/out.arrows" >"$WORK/rows" || fail "$file: another table"
	assert_eq "$(grep -vc '"startup"' < <("$RETIS" print --format json "$file"))" "$(cat "$WORK/rows")" "rows of $file"
done

"$python" -m retis.parquet "$WORK/file1" "$WORK/file2" "$WORK/file3" "$WORK/out.parquet"
assert_eq "$("$python" -c 'import pyarrow.parquet as p, sys; print(p.read_table(sys.argv[1]).num_rows)' \
	"$WORK/out.parquet")" 60000 "rows of three files"
(($(stat -c %s "$WORK/out.parquet") <= 2 * 3 * $(stat -c %s "$WORK/file1"))) || fail "the Parquet file is too big"

# What the page says, from top to bottom, where there is what it needs.
"$python" -c 'import duckdb' 2>/dev/null || skip "tables are right, but $python has no duckdb for the documented questions"

# drop HOST RULE HANDLE N: the rule dropped so many packets there.
drop() {
	local i common='"smp_id":1,"task":{"pid":1,"tgid":1,"comm":"x"}'

	for ((i = 0; i < $4; i++)); do
		printf '{"common":{"timestamp":%d,%s},"kernel":{"symbol":"__nft_trace_packet","probe_type":"kprobe"},' \
			"$((2000 + i))" "$common"
		printf '"skb-drop":{"drop_reason":"NETFILTER_DROP"},"nft":{"table_name":"filter","chain_name":"input",'
		printf '"verdict":"drop","table_handle":1,"chain_handle":2,"rule_handle":%d,"policy":false,"rule_text":"%s"}}\n' \
			"$3" "$2"
	done >>"$WORK/$1.json"
}
for host in web1 web2 db; do
	printf '{"common":{"timestamp":1},"startup":{"retis_version":"v1.7.0","cmdline":"c",%s}}\n' \
		'"machine":{"kernel_release":"","kernel_version":"","hardware_name":""}' >"$WORK/$host.json"
done
drop web1 'tcp dport 23 drop' 4 20
drop web1 'ct state invalid drop' 5 3
drop web2 'tcp dport 23 drop' 9 2
drop web2 'udp dport 53 drop' 6 7
drop db 'tcp dport 5432 drop' 4 11
for host in web1 web2 db; do
	mkdir -p "$WORK/events/host=$host"
	"$RETIS" convert "$WORK/$host.json" "$WORK/$host.data" 2>"$WORK/err"
	"$python" -m retis.parquet "$WORK/$host.data" "$WORK/events/host=$host/1.parquet"
done
# And one that knows nothing of rules.
"$python" -m retis.parquet "$WORK/few" "$WORK/events/host=db/2.parquet"
ln -s few "$WORK/retis.data"
"$RETIS" convert "$WORK/few" "$WORK/events.arrow" 2>"$WORK/err"
awk '/^```python table/ { on = 1; next } /^```/ { on = 0 } on' "$ROOT/docs/tables.md" >"$WORK/notebook.py"
(cd "$WORK" && "$python" notebook.py >answers 2>err) || fail "docs/tables.md: $(cat "$WORK/err")"
assert_contains "$WORK/answers" 'tcp_v4_rcv'
assert_contains "$WORK/answers" 'web1 .* NETFILTER_DROP .* 23 '
# One rule for each host, and only that.
grep 'filter' "$WORK/answers" | tr -d ' ' >"$WORK/rules"
diff - "$WORK/rules" <<'END' >&2 || fail "other rules"
│db│filter│input│4│tcpdport5432drop│11│
│web1│filter│input│4│tcpdport23drop│20│
│web2│filter│input│6│udpdport53drop│7│
END
