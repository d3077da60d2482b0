#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# retis inspect lists what can be probed here, sorted, with what each probe offers; a
# pattern without a type covers functions and tracepoints, and its failure is explained.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.12

# inspect CODE ARG...: output in out and err.
inspect() {
	local code=0 wanted=$1

	shift
	"$RETIS" inspect "$@" >"$WORK/out" 2>"$WORK/err" || code=$?
	assert_eq "$code" "$wanted" "exit code of: retis inspect $*"
}

need jq

inspect 2
assert_contains "$WORK/err" 'Usage: retis inspect'

# Both kinds, each sorted by bytes, nothing twice.
inspect 0 -p 'tcp_*'
assert_contains "$WORK/out" '^kprobe:tcp_v4_rcv$'
assert_contains "$WORK/out" '^tp:tcp:tcp_retransmit_skb$'
for kind in kprobe tp; do
	grep "^$kind:" "$WORK/out" >"$WORK/$kind"
	LC_ALL=C sort -cu "$WORK/$kind" || fail "$kind are not sorted"
done
assert_not_contains "$WORK/out" '^(kprobe:tcp_|tp:tcp:)?$|:mptcp_|\.(cold|part|isra)'

# No such tracepoints: not an error while there are functions.
inspect 0 -p 'ip_rcv*'
assert_contains "$WORK/out" '^kprobe:ip_rcv$'
assert_not_contains "$WORK/out" '^tp:'
inspect 0 -p netif_rx
assert_eq "$(paste -sd' ' "$WORK/out")" 'kprobe:netif_rx tp:net:netif_rx' 'what netif_rx stands for'

inspect 0 --probe
assert_contains "$WORK/out" '^kprobe:ip_rcv$'
(($(wc -l <"$WORK/out") > 500)) || fail 'there are few probes'

# Types.
inspect 0 -p 'kr:ip_rcv'
assert_eq "$(cat "$WORK/out")" kretprobe:ip_rcv
inspect 0 -p 'fexit:ip_rcv'
assert_eq "$(cat "$WORK/out")" fexit:ip_rcv
inspect 0 -p 'tp:net:netif_r*'
assert_contains "$WORK/out" '^tp:net:netif_receive_skb$'
assert_not_contains "$WORK/out" '^kprobe'
# It is there, but there is nothing in it for a collector.
inspect 0 -p tp:sched:sched_switch
[[ ! -s $WORK/out ]] || fail 'sched_switch is offered'

# Reasons.
inspect 1 -p ip_rcw
assert_contains "$WORK/err" "^Error: Could not find a traceable function matching 'ip_rcw': no such function.*ip_rcv"
inspect 1 -p 'zzz*'
assert_contains "$WORK/err" "Could not find a traceable function matching 'zzz\\*'"
inspect 1 -p 'tp:zzz*'
assert_contains "$WORK/err" "Could not find a tracepoint matching 'zzz\\*'"
inspect 1 -p a:b:c
assert_contains "$WORK/err" 'Invalid TYPE a. See the help.'
# Characters of regular expressions stand for themselves.
inspect 1 -p 'tp:net:netif_..'
inspect 1 -p init_net
assert_contains "$WORK/err" 'no such function|is data, not a function'

# Details.
inspect 0 -l -p kfree_skb_partial
assert_contains "$WORK/out" '^  arguments   struct sk_buff \*, bool$'
assert_contains "$WORK/out" '^  collectors  .*skb'
assert_contains "$WORK/out" '^  backend     .'
inspect 0 --long --format json -p tp:net:netif_receive_skb
jq -e '.[0] | .probe == "tp:net:netif_receive_skb" and .type == "raw_tracepoint" and
	.arguments == ["struct sk_buff *"] and .backend == "raw tracepoint" and
	(.collectors | index("skb") != null)' "$WORK/out" >/dev/null ||
	fail 'details in JSON'
inspect 0 --format json -p tp:sched:sched_switch
assert_eq "$(jq length "$WORK/out")" 0 'length of an empty list'

inspect 0 --features
assert_contains "$WORK/out" '^kernel BTF +yes'
assert_contains "$WORK/out" '^kprobe\.multi +(yes|no: .+)  +probes at many functions'
inspect 0 --features --format json
jq -e 'any(.[]; .feature == "raw tracepoints" and .found) and
	all(.[]; .found or (.reason | length > 0))' "$WORK/out" >/dev/null || fail 'features in JSON'

# Functions of modules, where there are some.
if modprobe nf_conntrack 2>/dev/null && grep -q '\[nf_conntrack\]' /proc/kallsyms; then
	inspect 0 -l -p nf_conntrack_in
	assert_contains "$WORK/out" '^  module      nf_conntrack$'
	inspect 0 -p 'kprobe:nf_conntrack:nf_conntrack_*'
	assert_contains "$WORK/out" '^kprobe:nf_conntrack:nf_conntrack_in$'
	inspect 1 -p kprobe:nf_conntrack:ip_rcv
	assert_contains "$WORK/err" 'no such function in module nf_conntrack'
fi
