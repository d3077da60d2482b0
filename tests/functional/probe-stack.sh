#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# With --probe-stack events come from functions that nobody named, in text, in JSON and in
# event files; without stack traces where nobody asked for one; and in the end nothing is
# left attached.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/probes.bash"

need ping
need python3
need jq

code=0
"$RETIS" collect --probe-stack >"$WORK/out" 2>"$WORK/err" || code=$?
assert_eq "$code" 1 "exit code without a filter"
assert_contains "$WORK/err" \
	'Probe-stack mode requires filtering \(--filter-packet, --filter-meta or another filter\)'

need_probe kprobe:ip_rcv
make_pair CLIENT SERVER

# Again and again: a function that is found tells about others at its next packet. Done when
# functions deep enough have been added, or after too long.
cat >"$WORK/traffic" <<'END'
ip netns exec "$1" ping -q -i 0.2 10.0.0.2 &
ping=$!
ip netns exec "$2" python3 -c '
import socket
s = socket.create_server(("10.0.0.2", 7))
open("'"$3"'", "w").close()
while True:
    c = s.accept()[0]
    c.sendall(c.recv(100))
    c.close()' &
server=$!
until [ -e "$3" ] || ! kill -0 $server; do sleep 0.1; done
for i in $(seq 100); do
	ip netns exec "$1" python3 -c '
import socket
c = socket.create_connection(("10.0.0.2", 7))
c.sendall(b"x" * 100)
c.recv(100)'
	sleep 0.3
	! grep -q 'Added probe to icmp_rcv' "$4" || ! grep -q 'Added probe to tcp_v4_do_rcv' "$4" || break
done
# One packet more of each kind, for those that came last.
sleep 0.3
ip netns exec "$1" ping -q -c 1 10.0.0.2
ip netns exec "$1" python3 -c 'import socket; socket.create_connection(("10.0.0.2", 7))'
kill $ping $server
wait
END

# What the kernel calls somebody from.
attached() {
	cat /sys/kernel/tracing/enabled_functions /sys/kernel/debug/kprobes/list 2>/dev/null |
		sed 's/[[:space:]].*[[:space:]]/ /' | sort
}

same_as_before() {
	attached | cmp -s - "$WORK/before"
}

# collect ARG...
collect() {
	rm -f "$WORK/ready"
	"$RETIS" --log-level debug collect --probe-stack -m 'sk_buff.len > 0' \
		--cmd "sh $WORK/traffic $CLIENT $SERVER $WORK/ready $WORK/err" "$@" \
		>"$WORK/out" 2>"$WORK/err" || fail "retis ended with code $?"
	assert_not_contains "$WORK/err" 'Could not attach|can.t be probed'
}

attached >"$WORK/before"

collect
assert_contains "$WORK/err" 'No probe\(s\) given: using .*tp:skb:consume_skb'
assert_not_contains "$WORK/err" 'using .*tp:net:'
assert_contains "$WORK/err" 'Added probe to [a-z0-9_]+$'
grep -oE '\] [0-9/]+ \[k\] [A-Za-z0-9_]+' "$WORK/out" | sed 's/.* //' | sort -u >"$WORK/functions"
echo "$(wc -l <"$WORK/functions") functions: $(tr '\n' ' ' <"$WORK/functions")"
(($(wc -l <"$WORK/functions") >= 10)) || fail "only few functions were found"
for f in '__netif_receive_skb[a-z_]*' 'ip_local_deliver[a-z_]*' 'icmp_rcv' \
	'tcp_v4_(do_)?rcv' '__dev_queue_xmit'; do
	assert_contains "$WORK/functions" "^$f\$"
done
# Probed once each, and described as what they are.
assert_eq "$(grep -o 'Added probe to .*' "$WORK/err" | sort | uniq -d)" "" "functions added twice"
assert_not_contains "$WORK/out" '\[invalid\]'
assert_not_contains "$WORK/out" '^ +[a-z0-9_.]+\+0x[0-9a-f]+'

# Traces are there for who asked.
collect --format json -p tp:skb:consume_skb/stack -p ip_rcv
has_event "$WORK/out" '.kernel.symbol == "skb:consume_skb" and .kernel.stack_trace' ||
	fail "no stack trace although it was asked for"
! has_event "$WORK/out" '.kernel.symbol != "skb:consume_skb" and .kernel.stack_trace' ||
	fail "stack traces although they were not asked for"
has_event "$WORK/out" '.kernel.symbol == "tcp_v4_do_rcv" and .kernel.probe_type == "kprobe" and
	.packet' || fail "no event of tcp_v4_do_rcv"
assert_eq "$(jq -r 'select(.kernel.symbol == "ip_rcv") | .kernel.probe_type' "$WORK/out" |
	sort -u | wc -l)" 1 "types of probes at ip_rcv"

# The file knows the probes that came while it was written.
collect -o "$WORK/events"
assert_eq "$(cat "$WORK/out")" "" "output while storing"
"$RETIS" print "$WORK/events" >"$WORK/printed"
assert_contains "$WORK/printed" '\[k\] tcp_v4_do_rcv'
assert_contains "$WORK/printed" '\[k\] icmp_rcv'
assert_not_contains "$WORK/printed" '\[invalid\]|\+0x[0-9a-f]+$'
"$RETIS" stats "$WORK/events" | grep -v '^Host' >"$WORK/stats"
assert_contains "$WORK/stats" '^  kprobe/tcp_v4_do_rcv: [0-9]+'
assert_contains "$WORK/stats" '^  raw_tracepoint/skb:consume_skb: [0-9]+'
assert_not_contains "$WORK/stats" 'invalid|unknown'

wait_for 180 same_as_before || fail "something is still attached: $(attached | diff - "$WORK/before")"
