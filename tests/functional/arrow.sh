#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tables have what JSON has; Parquet files of several event files, and the documented questions to them.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

export PYTHONPATH=$ROOT/build/python
[[ -e $ROOT/build/python/retis/_native.abi3.so ]] || skip "the Python package was not built: python3-dev is missing"
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

"$python" -m retis.parquet "$WORK/file1" "$WORK/file2" "$WORK/file3" "$WORK/out.parquet"
assert_eq "$("$python" -c 'import pyarrow.parquet as p, sys; print(p.read_table(sys.argv[1]).num_rows)' \
	"$WORK/out.parquet")" 60000 "rows of three files"
(($(stat -c %s "$WORK/out.parquet") <= 2 * 3 * $(stat -c %s "$WORK/file1"))) || fail "the Parquet file is too big"

# What the page says, where there is what it needs.
"$python" -c 'import duckdb' 2>/dev/null || skip "tables are right, but $python has no duckdb for the documented questions"
mkdir -p "$WORK/events/host=a" "$WORK/events/host=b" "$WORK/events/host=c"
for host in a b c; do
	"$python" -m retis.parquet "$WORK/file1" "$WORK/events/host=$host/1.parquet"
done
awk -v folder="$WORK" '/^```python table/ { n++; on = 1; next } /^```/ { on = 0 } on { print > folder "/doc" n ".py" }' \
	"$ROOT/docs/tables.md"
ln -s file1 "$WORK/retis.data"
for script in "$WORK"/doc*.py; do
	(cd "$WORK" && "$python" "$script" >"$WORK/result") || fail "${script##*/} of docs/tables.md"
done
