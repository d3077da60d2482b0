#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The wheel gets installed into a fresh environment, and needs nothing else there to read events.
. "$(dirname -- "$0")/lib.sh"

need_python_package
python3 -c 'import ensurepip' 2>/dev/null || skip "python3-venv is not installed"
unset PYTHONPATH RETIS_PLUGIN_PATH
cd "$WORK"

wheel=$(python3 "$ROOT/scripts/python/make-wheel" "$ROOT/build/python" "$WORK" 1.2.3)
python3 -m venv fresh
fresh/bin/pip --disable-pip-version-check install --quiet --no-index "$wheel" || fail "pip does not install $wheel"
assert_eq "$(fresh/bin/pip --disable-pip-version-check list --format freeze | grep -c '^retis==1.2.3$')" 1 "installed"

"$ROOT/build/tests/tools/mkevents" events 200 10 "$ROOT/build/plugins" >/dev/null
cat >read.py <<'END'
import retis, sys

assert "/fresh/" in retis.__file__, retis.__file__
for path in sys.argv[1:]:
    for event in retis.EventReader(path):
        print(event)
        print()
END
# Text is made by the plugins it brings along.
for file in events "$ROOT/tests/data/upstream/v1.7.json"; do
	fresh/bin/python read.py "$file" >got || fail "reading $file"
	"$RETIS" print "$file" >want
	diff -u want got >&2 || fail "other text of $file"
done
