#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Stack traces have names, begin with the kernel's own code whatever the type of the probe,
# and come in text and in JSON.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/probes.bash"

spare_vm 6.1

need ping
need python3
make_pair CLIENT SERVER

GLUE='bpf_prog|bpf_trampoline|bpf_trace_run|__traceiter|__bpf_trace|ftrace_|kprobe|rethook|fprobe|0x'

# trace PROBE: a ping under it, in JSON.
trace() {
	"$RETIS" collect -p "$1" --format json \
		--cmd "ip netns exec $CLIENT ping -q -c 2 -i 0.1 10.0.0.2" \
		>"$WORK/out" 2>"$WORK/err" || fail "$1: retis ended with code $?"
}

# The innermost frame of all events is FIRST (an extended regular expression), and the
# ping's system call is among the others.
check_trace() {
	trace "$1"
	assert_contains "$WORK/out" "\"stack_trace\":\\[\"$2\\+0x[0-9a-f]+"
	assert_not_contains "$WORK/out" "\"stack_trace\":\\[\"($GLUE)"
	assert_contains "$WORK/out" '"stack_trace":\[.*"__sys_sendto\+0x[0-9a-f]+"'
}

check_trace tp:net:netif_receive_skb/stack '__netif_receive_skb_core[a-z.0-9]*'
"$RETIS" collect -p tp:net:netif_receive_skb --stack \
	--cmd "ip netns exec $CLIENT ping -q -c 1 10.0.0.2" >"$WORK/text" 2>"$WORK/err"
assert_contains "$WORK/text" '^    __sys_sendto\+0x[0-9a-f]+$'

for type in fentry kprobe kprobe.multi; do
	can_probe "$type:icmp_rcv" || continue
	check_trace "$type:icmp_rcv/stack" icmp_rcv
	echo "$type: right"
done
for type in fexit kretprobe kretprobe.multi; do
	can_probe "$type:icmp_rcv" || continue
	check_trace "$type:icmp_rcv/stack" '(icmp_rcv|ip_protocol_deliver_rcu)'
	echo "$type: right"
done
