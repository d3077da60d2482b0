#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What runs for a packet and does not see it: with the probe option 'ftrace' the calls inside
# of a function are those that the kernel's own tracer of function graphs sees.
. "$(dirname -- "$0")/lib.sh"
unset RETIS_TRACK

need ping
need jq

"$RETIS" collect -p net:netif_receive_skb/ftrace --cmd true 2>"$WORK/err" && fail "tracepoints are windows"
assert_contains "$WORK/err" "the option 'ftrace' is for functions"
"$RETIS" collect --no-track -p ip_rcv/ftrace --cmd true 2>"$WORK/err" && fail "no packets, but windows"
assert_contains "$WORK/err" "needs to know packets: not with --no-track"

tracefs=$WORK/tracefs
mkdir "$tracefs"
{ mount -t tracefs tracefs "$tracefs" && grep -qw function_graph "$tracefs/available_tracers"; } \
	2>/dev/null || skip "there is no tracer of function graphs here"
defer umount "$tracefs"
"$RETIS" collect -p ip_rcv/ftrace --cmd true >/dev/null 2>"$WORK/err" || skip "$(grep Error "$WORK/err")"

make_pair A B
ping=(ip netns exec "$A" ping -q -c 3 -i 0.2 10.0.0.2)
"${ping[@]}" >/dev/null || fail "no answer"

# --- the truth: lines "depth function" -------------------------------------------------------

off() {
	echo 0 >"$tracefs/tracing_on"
	echo nop >"$tracefs/current_tracer"
	: >"$tracefs/set_ftrace_filter"
	: >"$tracefs/set_graph_function"
}
defer off
grep -oE '^(ip_rcv|(fib|ip_route)_[a-z_0-9]+)$' "$tracefs/available_filter_functions" |
	LC_ALL=C sort -u >"$WORK/functions"
echo 0 >"$tracefs/tracing_on"
cat "$WORK/functions" >"$tracefs/set_ftrace_filter"
echo ip_rcv >"$tracefs/set_graph_function"
echo function_graph >"$tracefs/current_tracer"
echo 1 >"$tracefs/tracing_on"
"${ping[@]}" >/dev/null
echo 0 >"$tracefs/tracing_on"
sed -nE 's/^[^|]*\|(( )*)([a-z_0-9]+)\(\).*$/\1\3/p' "$tracefs/trace" |
	awk '{ match($0, /^ */); print (RLENGTH - 2) / 2, substr($0, RLENGTH + 1) }' >"$WORK/truth"
off
[[ $(grep -c '^0 ip_rcv$' "$WORK/truth") -eq 6 ]] || fail "the tracer saw something else"

# --- ours ------------------------------------------------------------------------------------

"$RETIS" collect -c skb,skb-tracking -p ip_rcv/ftrace -p kretprobe:ip_route_input_noref -p 'fib_*' \
	-p 'ip_route_*' -f icmp -o "$WORK/data" --cmd "${ping[*]}" --cmd-quiet 2>"$WORK/err" ||
	fail "retis fails"
"$RETIS" print --format json "$WORK/data" >"$WORK/json"
jq -r 'select(.kernel.probe_type == "kprobe" and ."skb-tracking" and
	(.kernel.symbol == "ip_rcv" or ."skb-tracking".depth)) |
	"\(."skb-tracking".depth // 0) \(.kernel.symbol)"' "$WORK/json" >"$WORK/ours"
diff -u "$WORK/truth" "$WORK/ours" >&2 || fail "calls differ"
# Without a packet of their own they are about the one of the window.
has_event "$WORK/json" '.kernel.symbol == "fib_table_lookup" and ."skb-tracking".skb == 0 and (.packet | not)' ||
	fail "an event without a packet has none of the window's"
has_event "$WORK/json" '.kernel.probe_type == "kretprobe" and ."skb-tracking".duration > 0 and ."skb-tracking".depth == 1' ||
	fail "the time that a call took is not said"

# As a tree.
"$RETIS" sort "$WORK/data" >"$WORK/text"
assert_contains "$WORK/text" '^  ↳   [0-9]+ .*\[k\] ip_route_input_noref '
assert_contains "$WORK/text" '^  ↳       [0-9]+ .*\[k\] fib_table_lookup '
