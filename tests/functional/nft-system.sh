#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# With --allow-system-changes the kernel reports verdicts although no rule says so, and
# whatever ends retis, nothing of that is left; what others left is removed. And what is
# seen of iptables-legacy.
#
# Runs alone: it switches reports on for the whole machine
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.12

need nft
need ping
need python3
make_pair A B
ip netns exec "$B" nft -f - <<-END 2>/dev/null || skip "nftables is not to be had here"
	table ip t {
		chain in {
			type filter hook input priority 0
			icmp type echo-request drop comment "no pings"
		}
	}
END
"$RETIS" collect -c nft --cmd true >/dev/null 2>"$WORK/err" || skip "$(tail -n 1 "$WORK/err")"
assert_contains "$WORK/err" "^nft: no rule .* 'meta nftrace set 1'.* --allow-system-changes"
"$RETIS" doctor -c nft >"$WORK/doctor" || fail "doctor says it would not work"
assert_contains "$WORK/doctor" '--allow-system-changes'

has_table() {
	nft list tables | grep -q Retis_Table
}

# What a killed run of others left.
nft 'add table inet Retis_Table; add chain inet Retis_Table left'
"$RETIS" -p nft-dropmon collect -f icmp "${own[@]}" --allow-system-changes --cmd-quiet -o "$WORK/data" \
	--cmd "nft list tables >$WORK/tables; ip netns exec $A ping -q -c 1 -W 1 10.0.0.2" 2>"$WORK/err" ||
	fail "retis fails"
assert_contains "$WORK/tables" '^table inet Retis_Table$'
! has_table || fail "the table is left"
"$RETIS" print "$WORK/data" >"$WORK/out"
assert_contains "$WORK/out" '^  table t \(1\) chain in \([0-9]+\) handle [0-9]+ drop rule icmp type echo-request drop comment "no pings"$'

for signal in INT TERM HUP KILL; do
	start_retis "$WORK/out" "$WORK/err" collect -c nft --allow-system-changes
	has_table || fail "there is no table"
	kill -s "$signal" "$retis_pid"
	wait "$retis_pid" || true
	wait_for 5 eval '! has_table' || fail "a table is left after SIG$signal"
done
! "$RETIS" collect -c nft --allow-system-changes -o "$WORK/no/such/folder" 2>/dev/null || fail "there is such a folder"
! has_table || fail "a table is left where retis could not start"

# Two at a time, and what their threads may do.
start_retis "$WORK/out" "$WORK/err" collect -c nft --allow-system-changes
first=$retis_pid
for task in "/proc/$first"/task/*; do
	read -r _ caps < <(grep CapEff "$task/status")
	[[ $(<"$task/comm") == retis-nft ]] && wanted=0000000000281000 || wanted=0000000000000000
	assert_eq "$caps" "$wanted" "capabilities of $(<"$task/comm")"
done
"$RETIS" collect -c nft --allow-system-changes --cmd 'nft list tables' 2>"$WORK/second" >/dev/null
assert_contains "$WORK/second" '^table inet Retis_Table_[0-9]+$'
retis_pid=$first
stop_retis || fail "retis fails"

# --- iptables-legacy -----------------------------------------------------------------------

modprobe -a iptable_filter ip6table_filter 2>/dev/null || exit 0
ip netns exec "$B" nft delete table ip t
# A table is made when it is first asked for: IPT_SO_GET_INFO, IP6T_SO_GET_INFO.
ip netns exec "$B" python3 - <<-END
	import ctypes, socket
	libc = ctypes.CDLL(None)
	for family, level in (socket.AF_INET, 0), (socket.AF_INET6, 41):
	    s = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW)
	    info, size = ctypes.create_string_buffer(b"filter", 84), ctypes.c_uint(84)
	    assert not libc.getsockopt(s.fileno(), level, 64, info, ctypes.byref(size))
END
# Without tracking nobody knows whether the packet is still there when they return.
RETIS_TRACK=yes "$RETIS" collect -c nft,ns -f 'icmp or icmp6' --format json --cmd-quiet \
	--cmd "ip netns exec $A ping -q -c 1 -W 1 10.0.0.2; ip netns exec $A ping -q -c 1 fd00::2" \
	>"$WORK/json" 2>"$WORK/err" || fail "retis fails"
for family in ip ip6; do
	has_event "$WORK/json" ".netns.inum == $(netns_inode "$B") and .iptables == {\"table_name\": \"filter\",
		\"chain_name\": \"INPUT\", \"family\": \"$family\", \"verdict\": \"accept\"}" ||
		fail "no decision of $family tables"
done
