#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Network namespaces have the names people gave them, or that of a container or a process inside;
# also names that come while collecting, and in a file that is read elsewhere. Filters know
# containers by the same names.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need ping
need unshare
need nsenter

make_pair A B

# join_unnamed PID NET: the namespace of a process, which has no name, to A.
join_unnamed() {
	ip link add "to$2" netns "$A" type veth peer name "to$2" netns "$1"
	ip -n "$A" addr add "10.0.$2.1/24" dev "to$2"
	ip -n "$A" link set "to$2" up
	nsenter -t "$1" -n ip addr add "10.0.$2.2/24" dev "to$2"
	nsenter -t "$1" -n ip link set "to$2" up
}

is_apart() {
	[[ $(readlink "/proc/$1/ns/net") != "$(readlink /proc/self/ns/net)" ]]
}

# be_container PID: moves it to a cgroup as engines make them for their containers.
be_container() {
	local cgroups

	cgroups=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
	scope=$cgroups/docker-$container.scope
	[[ -n $cgroups ]] && mkdir "$scope" 2>/dev/null || return
	defer rmdir "$scope"
	# Cleaned up before the cgroup is.
	defer wait_for 10 gone "$1"
	defer kill "$1"
	echo "$1" >"$scope/cgroup.procs"
}

container=$(printf '%s' "$RETIS_TEST_ID" | sha256sum | cut -c 1-64)
pids=()
for net in 7 8 9; do
	unshare -n sleep 600 &
	pids+=("$!")
	defer kill "$!"
	wait_for 10 is_apart "$!" || skip "network namespaces can't be made here"
	join_unnamed "$!" "$net"
done
contained=$(stat -L -c %i "/proc/${pids[0]}/ns/net")
named=$(stat -L -c %i "/proc/${pids[1]}/ns/net")
unnamed=$(stat -L -c %i "/proc/${pids[2]}/ns/net")
contained_as="docker-${container:0:12}"
be_container "${pids[0]}" || contained_as="sleep\\(${pids[0]}\\)"
inode=sk_buff.dev.nd_net.net.ns.inum
own[1]+=" or $inode == $contained or $inode == $named or $inode == $unnamed"

start_retis "$WORK/out" "$WORK/err" collect -c ns,skb "${own[@]}" -f icmp -p net:netif_receive_skb \
	-o "$WORK/data" --print
ip netns exec "$A" ping -q -c 1 10.0.0.2 >/dev/null
ip netns exec "$A" ping -q -c 1 10.0.7.2 >/dev/null
ip netns exec "$A" ping -q -c 1 10.0.9.2 >/dev/null
# Names are looked for about once a second.
ip netns attach "$RETIS_TEST_ID-late" "${pids[1]}"
defer ip netns del "$RETIS_TEST_ID-late"
sleep 2.5
ip netns exec "$A" ping -q -c 1 10.0.8.2 >/dev/null
stop_retis || fail "retis fails"

"$RETIS" print "$WORK/data" >"$WORK/printed"
for out in out printed; do
	assert_contains "$WORK/$out" "^  ns $A/$(netns_inode "$A")$"
	assert_contains "$WORK/$out" "^  ns $B/$(netns_inode "$B")$"
	assert_contains "$WORK/$out" "^  ns sleep\\(${pids[2]}\\)/$unnamed$"
	assert_contains "$WORK/$out" "^  ns $contained_as/$contained$"
	assert_contains "$WORK/$out" "^  ns $RETIS_TEST_ID-late/$named$"
done
"$RETIS" print "$WORK/data" --format json >"$WORK/json"
has_event "$WORK/json" ".netns | .name == \"$A\" and .inum == $(netns_inode "$A") and .cookie > 0" ||
	fail "JSON has no name"
"$RETIS" print "$WORK/json" >"$WORK/again"
diff <(grep '^  ns ' "$WORK/printed") <(grep '^  ns ' "$WORK/again") >&2 || fail "names get lost in JSON"

# By the name that is shown, or by the id.
[[ $contained_as == docker-* ]] || exit 0
for name in "$contained_as" "${container:0:12}"; do
	start_retis "$WORK/out" "$WORK/err" collect -c ns,skb --filter-netns "$name" -p net:netif_receive_skb
	ip netns exec "$A" ping -q -c 1 10.0.9.2 >/dev/null
	ip netns exec "$A" ping -q -c 1 10.0.7.2 >/dev/null
	stop_retis || fail "retis fails with --filter-netns $name"
	assert_eq "$(grep '^  ns ' "$WORK/out" | sort -u)" "  ns $contained_as/$contained" "what --filter-netns $name lets through"
done
