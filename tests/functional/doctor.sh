#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# retis doctor says whether a collection would work, and if not, why and what to do;
# collect with the same options agrees, and nothing stays attached.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.1

# doctor CODE ARG...: the report in out; it takes the options of collect.
doctor() {
	local code=0 wanted=$1

	shift
	"$RETIS" doctor "$@" >"$WORK/out" 2>"$WORK/err" || code=$?
	assert_eq "$code" "$wanted" "exit code of: retis doctor $*"
}

# would_work ARG...: it says so, and so it is.
would_work() {
	doctor 0 "$@"
	assert_contains "$WORK/out" '^This collection would work\.$'
	assert_not_contains "$WORK/out" '^  PROBLEM'
	"$RETIS" collect --cmd true "$@" >"$WORK/events" 2>"$WORK/log" || fail "doctor is wrong: $*"
}

# would_fail PATTERN ARG...
would_fail() {
	local pattern=$1

	shift
	doctor 1 "$@"
	assert_contains "$WORK/out" "^  PROBLEM  .*$pattern"
	assert_contains "$WORK/out" '^This collection would not work: '
	! "$RETIS" collect --cmd true "$@" >"$WORK/events" 2>"$WORK/log" || fail "doctor is wrong: $*"
}

would_work
assert_contains "$WORK/out" '^  ok +skb$'
assert_contains "$WORK/out" 'tp:net:netif_receive_skb by raw tracepoint; for .*skb'
would_work -c skb -p 'tp:net:*'
assert_contains "$WORK/out" 'tp:net:netif_rx by raw tracepoint; for skb$'
assert_not_contains "$WORK/out" '^  ok +dev$'

would_fail "'net:netif_rxx': no such tracepoint.*did you mean netif_rx" -p net:netif_rxx
would_fail "'ip_rcw': no such function.*did you mean ip_rcv" -p ip_rcw
would_fail 'no probe is left' -c skb -p tp:sched:sched_switch
assert_contains "$WORK/out" 'tp:sched:sched_switch: no collector could retrieve data from it'

# Functions in stack traces: a collection goes on where they can't be probed, and both say
# the same about why.
would_work --probe-stack -f icmp
if grep -qF "can't be probed: " "$WORK/log"; then
	why=$(sed -n "s/.*can't be probed: //p" "$WORK/log")
	grep -qF "note     functions in stack traces can't be probed: $why" "$WORK/out" ||
		fail "doctor does not say: $why"
else
	assert_not_contains "$WORK/out" "can't be probed"
fi
would_fail 'Probe-stack mode requires filtering' --probe-stack
sed '/^Privileges$/,$d' "$WORK/out" | grep -qF 'Probe-stack mode requires' ||
	fail "what is wrong with the options is said elsewhere"

# All that is wrong in one go.
doctor 1 -p net:netif_rxx -p ip_rcw -p net:netif_rx
assert_contains "$WORK/out" 'tp:net:netif_rx by raw tracepoint'
assert_contains "$WORK/out" '^This collection would not work: 2 problem'

doctor 2 --no-such-option
assert_contains "$WORK/err" 'no-such-option'
doctor 2 -c no-such-collector
assert_contains "$WORK/err" 'no-such-collector'

# A function, where this kernel can.
if "$RETIS" inspect -l -p ip_rcv | grep -qE '^  backend     (fentry|kprobe)'; then
	would_work -p ip_rcv -p kretprobe:ip_local_deliver
	assert_contains "$WORK/out" 'kprobe:ip_rcv by fentry|kprobe:ip_rcv by kprobe'
	would_fail 'was optimised to|no such function|inlined' -p __netif_receive_skb_core -p tcp_mtu_to_mss_x
fi

# Without privileges.
need setpriv
code=0
setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$RETIS" doctor \
	>"$WORK/out" 2>"$WORK/err" || code=$?
[[ $code == 126 ]] && skip 'the program is out of reach for other users'
assert_eq "$code" 1 'exit code without privileges'
assert_contains "$WORK/out" '^  PROBLEM  not permitted to trace: run as root, or with CAP_BPF and CAP_PERFMON'
assert_contains "$WORK/out" 'tp:net:netif_receive_skb is there'
