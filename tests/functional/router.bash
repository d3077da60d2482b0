# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A client and a server with a router between them that tracks connections and translates
# addresses; sourced after lib.sh.

need nft
need socat

# Client 10.0.0.1, router 10.0.0.2 and 10.0.1.1, server 10.0.1.2; the same in IPv6. The router
# answers for 10.9.9.9, which is the server, and hides the client from it.
make_pair CLIENT ROUTER
make_netns SERVER
ip link add veth1 netns "$ROUTER" type veth peer name veth1 netns "$SERVER"
set_address "$ROUTER" veth1 1 1
set_address "$SERVER" veth1 1 2
ip -n "$CLIENT" route add default via 10.0.0.2
ip -n "$CLIENT" route add default via fd00::2
ip -n "$SERVER" route add default via 10.0.1.1
ip -n "$SERVER" route add default via fd00:1::1
# shellcheck disable=SC2016 # the other shell's
ip netns exec "$ROUTER" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
	echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
ip netns exec "$ROUTER" nft -f "$ROOT/tests/data/ct/rules.nft" 2>"$WORK/err" ||
	skip "nftables with connection tracking is not to be had here: $(head -n 1 "$WORK/err")"

in_client() {
	ip netns exec "$CLIENT" "$@"
}

# from_client ADDRESS TEXT: as printf has it.
from_client() {
	# shellcheck disable=SC2059 # it is a format
	printf "$2" | in_client socat -u - "$1"
}
