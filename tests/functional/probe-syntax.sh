#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Probes as people type them: what is wrong is said exactly; patterns take what is useful
# and count the rest; one that can't be had only stops a run if it was named.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.12

# collect CODE ARG...: with the log in err.
collect() {
	local code=0 wanted=$1

	shift
	"$RETIS" collect --cmd true "$@" >"$WORK/out" 2>"$WORK/err" </dev/null || code=$?
	assert_eq "$code" "$wanted" "exit code of: retis collect $*"
}

# refuse MESSAGE PROBE
refuse() {
	collect 1 -p "$2"
	assert_eq "$(grep '^Error' "$WORK/err")" "Error: $1" "message for '$2'"
}

refuse "Invalid TYPE foo. See the help." foo:net:netif_rx
refuse "'foo' is an invalid probe option." net:netif_rx/foo
refuse "'' is an invalid probe option." net:netif_rx//stack
refuse "Empty options are not allowed. Check your option list doesn't terminate with '/'." net:netif_rx/
refuse "duplicate options detected in stack/stack." net:netif_rx/stack/stack
refuse "Could not find a tracepoint matching 'zzz*'" 'tp:zzz*'
refuse "Could not find a traceable function matching 'zzz*'" 'zzz*'
refuse "Could not find a tracepoint matching 'skb:netif_*'" 'skb:netif_*'

# A control character in a name does not reach the terminal.
collect 1 -p $'net:a\033[2J'
assert_not_contains "$WORK/err" $'\033'

# Aliases of one probe are one probe.
collect 0 -c skb -p net:netif_rx -p tp:net:netif_rx -p raw_tracepoint:net:netif_rx
assert_contains "$WORK/err" '^1 probe\(s\) loaded'
collect 0 -c skb -p 'tp:net:netif_*' -p net:netif_rx -p 'tp:net:*'
assert_contains "$WORK/err" '^tp:net:netif_\*: [0-9]+ probe\(s\); passed over: .*without data for any collector'
count=$(sed -n 's/^tp:net:\*: \([0-9]*\) probe.*/\1/p' "$WORK/err")
assert_contains "$WORK/err" "^$count probe\\(s\\) loaded"
collect 0 --help
assert_contains "$WORK/out" 'kprobe \(k\)'

# What is passed over has its reason in the log.
"$RETIS" --log-level debug collect --cmd true -c skb -p 'tp:net:*' >"$WORK/out" 2>"$WORK/err" ||
	fail 'with log level debug'
assert_contains "$WORK/err" 'DEBUG net:netif_rx_exit: no collector could retrieve data from it'

"$RETIS" inspect -l -p ip_rcv | grep -qE '^  backend     (fentry|kprobe)' ||
	skip 'functions: this kernel has neither fentry nor kprobes'

need jq
netns=
make_netns netns

# event TYPE BACKEND_REGEX ARG...: ip_rcv is hit, by that.
event() {
	local type=$1 backend=$2

	shift 2
	"$RETIS" collect -c skb,ns --format json --cmd "ip netns exec $netns ping -c 1 127.0.0.1" "$@" \
		>"$WORK/out" 2>"$WORK/err" || fail "retis collect $*"
	has_event "$WORK/out" ".kernel.symbol == \"ip_rcv\" and .kernel.probe_type == \"$type\" and
		(.kernel.backend // \"\" | test(\"^($backend)$\"))" || fail "no event of $type by $backend"
}

event kprobe fentry -p fentry:ip_rcv
event kprobe fentry -p f:ip_rcv
event kretprobe fexit -p fr:ip_rcv
event kprobe '(kprobe.multi)?' -p k:ip_rcv
event kretprobe '(kretprobe.multi|kprobe.session)?' -p kr:ip_rcv
event kprobe '(kprobe.multi)?' -p k:ip_rcv -p ip_rcv
assert_contains "$WORK/err" '^1 probe\(s\) loaded'

# A pattern goes on without those that can't be attached.
collect 0 -c skb -p 'tcp_v4_*'
assert_contains "$WORK/err" '^kprobe:tcp_v4_\*: [0-9]+ probe\(s\); passed over: '
collect 1 -c skb -p ip_rcv -p __netif_receive_skb_core
assert_contains "$WORK/err" "matching '__netif_receive_skb_core': was optimised to __netif_receive_skb_core"
