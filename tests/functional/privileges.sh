#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Collecting needs two capabilities, and says so; it goes on without any once its probes
# are attached.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/probes.bash"

spare_vm 6.1

need ping
need setpriv
make_pair CLIENT SERVER

# The program and its plugins, where a user may read them and nobody else may write.
chmod 755 "$WORK"
mkdir "$WORK/bin"
cp "$RETIS" "$WORK/bin/"
cp -r "$BUILD/plugins" "$WORK/bin/plugins"
mkdir "$WORK/user"
chown 65534:65534 "$WORK/user"

# as_user CAPABILITIES ARG...: retis for some seconds, as nobody with those.
as_user() {
	local caps=$1

	shift
	launch "$WORK/out" "$WORK/err" setpriv --reuid 65534 --regid 65534 --clear-groups \
		--inh-caps "-all,$caps" --ambient-caps "-all,$caps" --bounding-set "-all,$caps" \
		"$WORK/bin/retis" --log-level debug collect --plugin-dir "$WORK/bin/plugins" \
		-c dev,skb,ns "${own[@]}" "$@"
}

# Which of its threads have capabilities while it collects, and which ones.
left() {
	awk '/^Name:/ { name = $2 } /^Cap(Prm|Inh):/ && $2 !~ /^0+$/ { print name, $2 }' \
		"/proc/$retis_pid/task/"*/status
}

left_is() {
	[[ $(left) == "$1" ]]
}

check_refused() {
	local code=0

	as_user "$1" -p tp:net:netif_receive_skb
	wait "$retis_pid" || code=$?
	assert_eq "$code" 1 "exit code with $1 only"
	assert_contains "$WORK/err" "$2"
}

# A program that has more rights than its user does not take plugins from that user: the
# environment is not looked at, and what others can write to is not loaded.
as_nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@" >"$WORK/list" 2>&1
}

check_plugins_of_users() {
	mkdir "$WORK/secure"
	cp "$RETIS" "$WORK/secure/"
	chgrp 1 "$WORK/secure/retis"
	chmod 2755 "$WORK/secure/retis"
	cp "$WORK/bin/plugins/dev.so" "$WORK/user/"
	chown 65534:65534 "$WORK/user/dev.so"
	as_nobody env RETIS_PLUGIN_PATH="$WORK/user" "$WORK/bin/retis" plugin list
	assert_contains "$WORK/list" "$WORK/user/dev.so"
	as_nobody env RETIS_PLUGIN_PATH="$WORK/user" "$WORK/secure/retis" plugin list
	assert_not_contains "$WORK/list" "$WORK/user"
	as_nobody "$WORK/secure/retis" --plugin-dir "$WORK/user" plugin list
	assert_contains "$WORK/list" 'belongs to user 65534, neither root'
}

# Where files can't give rights, there is nothing to see; and who has more rights than its
# user can't be traced, as looking for leaks does.
findmnt -n -o OPTIONS -T "$WORK" | grep -qw nosuid || is_sanitized || check_plugins_of_users

check_refused +bpf 'CAP_PERFMON'
check_refused +perfmon 'CAP_BPF'

check_works() {
	as_user +bpf,+perfmon,+syslog -p "$1"
	if grep -q perf_event_paranoid "$WORK/err"; then
		echo "$1: not for users on this kernel"
		return
	fi
	assert_contains "$WORK/err" '1 probe\(s\) loaded'
	wait_for 10 left_is '' || fail "capabilities left: $(left)"
	ip netns exec "$CLIENT" ping -q -c 2 -i 0.2 10.0.0.2 >"$WORK/ping"
	wait_for 10 grep -q '10\.0\.0\.1 > 10\.0\.0\.2' "$WORK/out" || fail "no event of $1"
	stop_retis || fail "ended with code $?"
	echo "$1: works without root"
}

as_user +bpf,+perfmon -p tp:net:netif_receive_skb
if ! grep -q 'probe(s) loaded' "$WORK/err"; then
	assert_contains "$WORK/err" .
	skip "users can't trace here whatever their capabilities: $(tail -n 1 "$WORK/err")"
fi
stop_retis || fail "ended with code $?"
check_works tp:net:netif_receive_skb
for type in fentry kprobe kprobe.multi; do
	can_probe "$type:ip_rcv" || continue
	check_works "$type:ip_rcv"
done

# Who hands out events attaches probes, and nobody else has a capability then.
as_user +bpf,+perfmon,+syslog --probe-stack -f icmp -p tp:skb:consume_skb -o "$WORK/user/events" \
	--print
assert_contains "$WORK/err" '1 probe\(s\) loaded'
wait_for 10 left_is 'retis-order 000000c000000000' || fail "capabilities left: $(left)"
if grep -qF "can't be probed" "$WORK/err"; then
	echo "--probe-stack: not here"
	stop_retis || fail "ended with code $?"
	exit 0
fi
# Single kprobes may be for administrators only.
found() {
	grep -qE 'Added probe to|Could not attach additional probe: .*CAP_SYS_ADMIN' "$WORK/err"
}
ip netns exec "$CLIENT" ping -q -c 10 -i 0.2 10.0.0.2 >"$WORK/ping"
wait_for "$RETIS_PATIENCE" found || fail "no probe was added"
stop_retis || fail "ended with code $?"
if ! grep -qF 'Added probe to' "$WORK/err"; then
	echo "--probe-stack: not for users on this kernel"
	exit 0
fi
assert_not_contains "$WORK/err" 'Could not attach additional probe'
assert_contains "$WORK/out" '\[k\] '
echo "--probe-stack: works without root"
