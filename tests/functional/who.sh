#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Filters by interface, namespace, process, cgroup and mark let through the packets of those,
# and no others.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.12

need ping
need jq
make_pair CLIENT SERVER
make_pair OTHER PEER
cd "$WORK"

# Packets on their way out of a task and back in an interrupt, in all four namespaces.
traffic() {
	ip netns exec "$CLIENT" ping -q -c 1 10.0.0.2
	ip netns exec "$OTHER" ping -q -c 1 10.0.1.2
	! has_mark || ip netns exec "$CLIENT" ping -q -c 1 -m 7 10.0.0.2
}

has_mark() {
	ping -h 2>&1 | grep -q -e '-m <mark>'
}

# collects ARG...: what passes is in out.json, ours of it in ours.json.
collects() {
	start_retis out.json err collect --format json -c skb,dev,ns "${own[@]}" "$@" -p net:netif_receive_skb \
		-p net:net_dev_start_xmit
	traffic >traffic.out 2>&1
	stop_retis || fail "retis collect $*"
}

# only CONDITION ARG...: all that passes meets it, and something does.
only() {
	local condition=$1

	shift
	collects "$@"
	jq -es 'length > 0' out.json >/dev/null || fail "nothing passes: $*"
	jq -es "all(.[]; $condition)" out.json >/dev/null || fail "too much passes: $*"
}

own_netns=$(netns_inode "$CLIENT")
ip netns exec "$CLIENT" sleep 600 &
sleeper=$!
defer kill "$sleeper"
only ".netns.inum == $own_netns" --filter-netns "/run/netns/$CLIENT" --filter-ifname 'nope,ve*'
only ".netns.inum == $own_netns" --filter-netns "$sleeper"
! has_mark || only '.packet.len == 98' --filter-mark 0x17/0xf

# What a task sends; what comes back is received in an interrupt, or not told apart here.
sent='.kernel.symbol == "net:net_dev_start_xmit" or .common.task.comm == "ping"'
only "$sent" --filter-comm ping --filter-pid $$
collects --filter-pid "$sleeper"
[[ ! -s out.json ]] || jq -es 'all(.[]; .common.task.comm != "ping")' out.json >/dev/null ||
	fail 'packets of another process pass'

cgroups=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
if [[ -n $cgroups ]] && mkdir "$cgroups/$RETIS_TEST_ID" 2>/dev/null; then
	defer rmdir "$cgroups/$RETIS_TEST_ID"
	mkdir -p "$cgroups/$RETIS_TEST_ID/docker-0123456789abcdef.scope"
	defer rmdir "$cgroups/$RETIS_TEST_ID/docker-0123456789abcdef.scope"
	traffic() {
		ip netns exec "$OTHER" ping -q -c 1 10.0.1.2
		sh -c 'echo $$ >"$1/cgroup.procs" && exec ip netns exec "$2" ping -q -c 1 10.0.0.2' \
			sh "$cgroups/$RETIS_TEST_ID/docker-0123456789abcdef.scope" "$CLIENT"
	}
	only '.dev.name == "veth0"' --filter-cgroup 0123456789abcdef
	[[ -n ${RETIS_GUEST:-} ]] || only '.dev.name == "veth0"' --filter-cgroup "/$RETIS_TEST_ID"
fi

# --- what can't be meant ---------------------------------------------------

refuse() {
	local code=0 message=$1

	shift
	"$RETIS" collect --cmd true "$@" >out 2>err || code=$?
	assert_eq "$code" 1 "exit code of: retis collect $*"
	assert_contains err "^Error: .*$message"
}
refuse "no network namespace 'nowhere'" --filter-netns nowhere
refuse "can only be at the end" --filter-ifname 'v*0'
refuse "is no name" --filter-comm 'a name that is too long'
refuse "not the number of a process" --filter-pid x
refuse "not a mark" --filter-mark 0x
[[ -z $cgroups ]] || refuse "no cgroup 'nowhere'" --filter-cgroup nowhere
refuse "did you mean" --filter-mark 1 -m 'sk_buff.lenn'
