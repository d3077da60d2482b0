# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# For tests of function probes; to be read after lib.sh.

# Skips the test where TYPE:FUNCTION can't be probed.
need_probe() {
	"$RETIS" collect -c skb -p "$1" --cmd true >/dev/null 2>"$WORK/need" ||
		skip "$1: $(tail -n 1 "$WORK/need")"
}

can_probe() {
	"$RETIS" collect -c skb -p "$1" --cmd true >/dev/null 2>&1
}

# x86-64 always has it; other processors only from some kernel on.
has_fexit() {
	[[ $(uname -m) == x86_64 ]] || can_probe "fexit:$1"
}

# Plugins with the one called "calls", which shows what probes hand out.
with_calls() {
	[[ -e $BUILD/tests/plugins/calls.so ]] || skip "the plugin 'calls' for tests is not built"
	mkdir -p "$WORK/plugins"
	cp "$BUILD"/plugins/*.so "$BUILD/tests/plugins/calls.so" "$WORK/plugins/"
	export RETIS_PLUGIN_PATH=$WORK/plugins
}

# query JSON EXPRESSION: the value, in Python, of EXPRESSION about `events`: tuples of
# symbol, probe type and the section of "calls".
query() {
	python3 - "$1" "$2" <<'END'
import json, sys
events = []
for line in open(sys.argv[1]):
    e = json.loads(line)
    events.append((e["kernel"]["symbol"], e["kernel"]["probe_type"], e.get("calls")))
print(eval(sys.argv[2]))
END
}
