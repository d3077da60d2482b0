#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# More than 4,096 probes work at once where the kernel attaches many together; where each
# is attached by itself, as many as need a larger limit on open files.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/probes.bash"

need ping
need jq
need_probe kprobe:ip_rcv
make_pair CLIENT SERVER
# For root it is no limit: retis raises it.
ulimit -n 128

# seen TYPE: an event of ip_rcv.
seen() {
	has_event "$WORK/out" ".kernel.symbol == \"ip_rcv\" and .kernel.probe_type == \"$1\""
}

# collect MINIMUM ARG...: that many probes are loaded; pings are seen.
collect() {
	local minimum=$1 loaded start=$SECONDS

	shift
	start_retis "$WORK/out" "$WORK/err" collect --format json "$@"
	loaded=$(sed -n 's/^\([0-9]*\) probe(s) loaded$/\1/p' "$WORK/err")
	echo "$loaded probes in $((SECONDS - start)) s"
	((loaded >= minimum)) || fail "only $loaded probes, not $minimum"
	ip netns exec "$CLIENT" ping -q -c 2 -i 0.2 10.0.0.2 >"$WORK/ping"
	sleep 1
	stop_retis || fail "retis ended with code $?"
	assert_contains "$WORK/err" '^[0-9]+ event\(s\) processed'
}

# functions N: that many kretprobes; each has a link at the entry and one at the return.
functions() {
	"$RETIS" inspect -p 'kretprobe:ip*' >"$WORK/all" 2>"$WORK/err" || skip "functions can't be listed here"
	echo kretprobe:ip_rcv
	grep '^kretprobe:' "$WORK/all" | grep -v ':ip_rcv$' | head -n $(($1 - 1))
}

if can_probe kprobe.multi:ip_rcv; then
	collect 4096 -p 'kprobe:*' -p 'kretprobe:*'
	seen kprobe || fail "no event of the function's entry"
	seen kretprobe || fail "no event of the function's return"
else
	mapfile -t probes < <(functions 130 | sed 's/^/--probe=/')
	collect 90 "${probes[@]}"
	seen kretprobe || fail "no event of the function's return"
fi
assert_not_contains "$WORK/err" 'too many open files'
