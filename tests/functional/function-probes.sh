#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Functions of the receive, transmit and forward paths can be probed, at their entry and
# their return, by each type of probe that the kernel has; to scripts they are kprobes.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/probes.bash"

need ping
need python3
need_probe ip_rcv

FUNCTIONS="ip_rcv tcp_v4_rcv icmp_rcv ip_local_deliver __dev_queue_xmit pskb_expand_head"

# A router in between: forwarding a TCP packet, which its sender keeps a clone of, needs
# pskb_expand_head().
make_pair CLIENT ROUTER
make_netns SERVER
ip link add veth1 netns "$ROUTER" type veth peer name veth1 netns "$SERVER"
set_address "$ROUTER" veth1 1 1
set_address "$SERVER" veth1 1 2
ip -n "$CLIENT" route add 10.0.1.0/24 via 10.0.0.2
ip -n "$SERVER" route add 10.0.0.0/24 via 10.0.1.1
ip netns exec "$ROUTER" sysctl -qw net.ipv4.ip_forward=1

cat >"$WORK/traffic" <<'END'
ip netns exec "$1" ping -q -c 1 -W 5 10.0.1.2
ip netns exec "$2" python3 -c '
import socket
s = socket.create_server(("10.0.1.2", 7))
open("'"$3"'", "w").close()
c = s.accept()[0]
c.sendall(c.recv(100))' &
until [ -e "$3" ] || ! kill -0 $!; do sleep 0.1; done
ip netns exec "$1" python3 -c '
import socket
c = socket.create_connection(("10.0.1.2", 7))
c.sendall(b"x" * 100)
c.recv(100)'
wait
END

# check TYPE EVENT_TYPE BACKEND_REGEX
check() {
	local type=$1 args=() f

	for f in $FUNCTIONS; do
		args+=(-p "$type$f")
	done
	rm -f "$WORK/ready"
	"$RETIS" collect "${args[@]}" --format json \
		--cmd "sh $WORK/traffic $CLIENT $SERVER $WORK/ready" \
		>"$WORK/out" 2>"$WORK/err" || fail "$type retis ended with code $?"
	assert_contains "$WORK/err" '^6 probe\(s\) loaded'
	for f in $FUNCTIONS; do
		assert_contains "$WORK/out" "\"symbol\":\"$f\",\"probe_type\":\"$2\"$3"
	done
}

# backend_of TYPE: what `backend` may say.
backend_of() {
	case $1 in
	kprobe) echo '(,"backend":"kprobe.multi")?' ;;
	kretprobe) echo '(,"backend":"k(retprobe.multi|probe.session)")?' ;;
	kretprobe.multi) echo ',"backend":"k(retprobe.multi|probe.session)"' ;;
	*) echo ",\"backend\":\"$1\"" ;;
	esac
}

check "" kprobe '(,"backend":"(fentry|kprobe.multi)")?[,}]'
for type in fentry fexit kprobe kretprobe kprobe.multi kretprobe.multi; do
	if can_probe "$type:ip_rcv"; then
		event=kprobe
		[[ $type != fexit && $type != kretprobe* ]] || event=kretprobe
		check "$type:" "$event" "$(backend_of "$type")[,}]"
		echo "$type: works"
	else
		echo "$type: this kernel has none"
	fi
done
