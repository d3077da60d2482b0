#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A probe that is attached and sees nothing is told: with ftrace switched off, before and
# while collecting; and when its module goes away, even if it comes back.
. "$(dirname -- "$0")/lib.sh"
unset RETIS_TRACK
. "$(dirname -- "$0")/probes.bash"
spare_vm 6.12

need ping
need_probe ip_rcv
make_pair CLIENT SERVER
ftrace=/proc/sys/kernel/ftrace_enabled
[[ -w $ftrace && $(<"$ftrace") == 1 ]] || skip "ftrace can't be switched off here"

switch_ftrace() {
	echo "$1" 2>/dev/null >"$ftrace"
}

off_before() {
	local code=0

	defer switch_ftrace 1
	switch_ftrace 0
	"$RETIS" collect -p ip_rcv --cmd true >"$WORK/out" 2>"$WORK/err" || code=$?
	assert_eq "$code" 1 "exit code with ftrace off"
	assert_contains "$WORK/err" '^Error: .*ip_rcv: .*ftrace is off: sysctl kernel.ftrace_enabled=1'
	code=0
	"$RETIS" doctor -p ip_rcv >"$WORK/out" 2>"$WORK/err" || code=$?
	assert_eq "$code" 1 "exit code of doctor with ftrace off"
	assert_contains "$WORK/out" 'PROBLEM .*ip_rcv: .*ftrace is off'
	assert_contains "$WORK/out" 'This collection would not work'
	# Tracepoints need it not.
	"$RETIS" collect -c skb -p net:netif_receive_skb --cmd true >"$WORK/out" 2>"$WORK/err" ||
		fail "no tracepoint with ftrace off"
	assert_not_contains "$WORK/err" ftrace
	"$RETIS" collect -p net:netif_receive_skb --cmd true >"$WORK/out" 2>"$WORK/err" ||
		fail "no tracepoint with ftrace off"
	assert_contains "$WORK/err" '^WARN  Only tracepoints can be used here, as ftrace is off: '
	switch_ftrace 1
}

off_meanwhile() {
	start_retis "$WORK/out" "$WORK/err" collect -p kprobe:ip_rcv -p net:netif_receive_skb
	if switch_ftrace 0; then
		wait_for 10 grep -q 'ftrace was switched off: 1 probe(s) see nothing' "$WORK/err" ||
			fail "nothing is said when ftrace is switched off"
	fi
	switch_ftrace 1
	stop_retis || fail "retis failed"
}

load_dummy() {
	modprobe dummy && ip -n "$CLIENT" link add "$1" type dummy
}

module_gone() {
	load_dummy blind0 || return 0
	[[ -e /sys/module/dummy/initstate ]] || return 0
	start_retis "$WORK/out" "$WORK/err" collect -c skb -p kprobe:dummy_xmit
	ip -n "$CLIENT" link del blind0
	if ! rmmod dummy; then
		stop_retis
		return 0
	fi
	load_dummy blind1
	wait_for 10 grep -q 'Module dummy was unloaded, and with it went 1 probe(s)' "$WORK/err" ||
		fail "nothing is said when a module is unloaded"
	stop_retis || fail "retis failed"
	assert_eq "$(grep -c 'was unloaded' "$WORK/err")" 1 "lines about the module"
}

off_before
off_meanwhile
module_gone
