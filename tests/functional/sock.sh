#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Of a packet or a connection the socket is shown: who refuses and resets connections, what is
# sent again, sockets that are no full ones yet, or any more, queues that overflow. Filters find
# connections by their addresses where there is no packet.
. "$(dirname -- "$0")/lib.sh"

need python3
need jq
need nft

make_pair A B
# Addresses that no other test has: where there is no packet, nothing else tells whose it is.
for side in "$A 1" "$B 2"; do
	read -r netns host <<<"$side"
	ip -n "$netns" addr add "10.77.0.$host/24" dev veth0
	ip -n "$netns" addr add "fd77::$host/64" dev veth0 nodad
done
ip netns exec "$B" nft 'add table ip t; add chain ip t in { type filter hook input priority 0; }' ||
	skip "nftables is not to be had here"

cat >"$WORK/peers.py" <<'EOF_'
import ctypes, socket, struct, subprocess, sys, time

A, B = sys.argv[1:3]
ADDRESSES = {socket.AF_INET: ("10.77.0.1", "10.77.0.2"), socket.AF_INET6: ("fd77::1", "fd77::2")}
TCP, FIN_WAIT2, LINGER = socket.IPPROTO_TCP, 5, struct.pack("ii", 1, 0)
libc = ctypes.CDLL(None)


def enter(netns):
    with open("/run/netns/" + netns) as f:
        assert not libc.setns(f.fileno(), 0x40000000)


def new(netns, port, family=socket.AF_INET, kind=socket.SOCK_STREAM):
    enter(netns)
    sk = socket.socket(family, kind)
    sk.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sk.bind((ADDRESSES[family][netns == B], port))
    return sk


def listen(port, family=socket.AF_INET, backlog=1):
    sk = new(B, port, family)
    sk.listen(backlog)
    return sk


# A client's port is 1000 more than the server's.
def connect(port, family=socket.AF_INET):
    listener, client = listen(port, family), new(A, port + 1000, family)
    client.connect((ADDRESSES[family][1], port))
    return client, listener.accept()[0]


def wait(condition):
    for _ in range(600):
        if condition():
            return
        time.sleep(0.02)
    sys.exit("nothing happens")


def state(sk):
    return sk.getsockopt(TCP, socket.TCP_INFO, 8)[0]


def retransmits(sk):
    return sk.getsockopt(TCP, socket.TCP_INFO, 8)[2]


def refused(port):
    try:
        new(A, port + 1000).connect(("10.77.0.2", port))
    except ConnectionRefusedError:
        return
    sys.exit("connection not refused")


def aborted(port, family):
    client, server = connect(port, family)
    client.send(b"x" * 100)
    wait(lambda: len(server.recv(1000, socket.MSG_PEEK)) == 100)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
    server.close()


# What comes for a time-wait socket that did not wait for it. One that is still being closed when
# its FIN is acknowledged would stay a full one.
def forgotten(port):
    client, server = connect(port)
    client.shutdown(socket.SHUT_WR)
    wait(lambda: state(client) == FIN_WAIT2)
    client.close()
    enter(A)
    wait(lambda: " 05 00000000:00000000 03:" in open("/proc/thread-self/net/tcp").read())
    server.send(b"x")
    time.sleep(0.05)
    try:
        server.recv(1)
    except ConnectionResetError:
        pass


def repeated(port):
    client, server = connect(port)
    enter(B)
    subprocess.check_call(["nft", "add rule ip t in tcp dport %d drop" % port])
    client.send(b"x" * 1000)
    wait(lambda: retransmits(client) >= 1)
    subprocess.check_call(["nft", "flush chain ip t in"])
    wait(lambda: len(server.recv(1000)) == 1000)
    client.close()
    wait(lambda: server.recv(1) == b"")
    server.close()


# Nobody reads.
def flooded(port):
    server = new(B, port, kind=socket.SOCK_DGRAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    client = new(A, port + 1000, kind=socket.SOCK_DGRAM)
    client.connect(("10.77.0.2", port))
    for _ in range(20):
        client.send(b"x" * 1000)


# Nobody accepts: the second one's SYN is dropped.
def crowded(port):
    listener, first, second = listen(port, backlog=0), new(A, port + 1000), new(A, port + 1001)
    first.connect(("10.77.0.2", port))
    second.setblocking(False)
    second.connect_ex(("10.77.0.2", port))
    wait(lambda: retransmits(second) >= 1)


for step in sys.argv[3:]:
    {
        "refused": lambda: refused(4701),
        "aborted": lambda: aborted(4702, socket.AF_INET),
        "aborted6": lambda: aborted(4703, socket.AF_INET6),
        "forgotten": lambda: forgotten(4704),
        "repeated": lambda: repeated(4705),
        "flooded": lambda: flooded(4706),
        "crowded": lambda: crowded(4707),
    }[step]()
EOF_

# collect NAME STEP... -- ARG...: events while connections do these steps, in both forms.
collect() {
	local name=$1 steps=()

	shift
	while [[ $1 != -- ]]; do
		steps+=("$1")
		shift
	done
	shift
	"$RETIS" "$@" -o "$WORK/$name.data" --cmd-quiet \
		--cmd "python3 $WORK/peers.py $A $B ${steps[*]}" 2>"$WORK/err" || fail "retis fails"
	"$RETIS" print --format json "$WORK/$name.data" >"$WORK/events"
	"$RETIS" print "$WORK/$name.data" >"$WORK/text"
}

# Prints the sockets of events at PROBE: type, protocol, state, why, addresses.
at() {
	jq -r --arg probe "$1" 'select(.kernel.symbol == $probe) | .sock | select(.) | [
		.type // "-", .proto // "-", .state // "-", .reset_reason // "-",
		([.local, .remote] | map((.ip4 // .ip6 // "-") + " " + (.port | tostring)))
		] | flatten | join(" ")' "$WORK/events" | LC_ALL=C sort -u
}

# Those at PROBE are the lines of stdin.
expect() {
	diff <(LC_ALL=C sort) <(at "$1") >&2 || fail "$1 has other sockets"
}

# Kernels that know why a connection is reset see all resets at the tracepoint, others those of
# full sockets.
reasons=
! grep -q SK_RST_REASON_NO_SOCKET /sys/kernel/btf/vmlinux || reasons=1
per_kernel() {
	if [[ $reasons ]]; then
		cat
	else
		sed -E '/NO_SOCKET|TIMEWAIT_SOCKET/d; s/TCP_(ABORT_ON_CLOSE|STATE)/-/'
	fi
}

collect all refused aborted aborted6 forgotten repeated flooded crowded -- collect \
	-c sock,skb,skb-drop -p tcp:tcp_send_reset -p tcp:tcp_receive_reset \
	-p tcp:tcp_retransmit_skb -p udp:udp_fail_queue_rcv_skb -p net:net_dev_start_xmit \
	-p skb:kfree_skb/stack \
	-f 'net 10.77.0.0/24 or net fd77::/64'
per_kernel <<-EOF | expect tcp:tcp_send_reset
	- - - NO_SOCKET - 0 - 0
	SOCK_STREAM TCP CLOSE TCP_ABORT_ON_CLOSE 10.77.0.2 4702 10.77.0.1 5702
	SOCK_STREAM TCP CLOSE TCP_ABORT_ON_CLOSE fd77::2 4703 fd77::1 5703
	SOCK_STREAM TCP CLOSE TCP_STATE 10.77.0.2 4707 10.77.0.1 5707
	SOCK_STREAM TCP TIME_WAIT TCP_TIMEWAIT_SOCKET 10.77.0.1 5704 10.77.0.2 4704
EOF
expect tcp:tcp_receive_reset <<-EOF
	SOCK_STREAM TCP CLOSE_WAIT - 10.77.0.2 4704 10.77.0.1 5704
	SOCK_STREAM TCP ESTABLISHED - 10.77.0.1 5702 10.77.0.2 4702
	SOCK_STREAM TCP ESTABLISHED - 10.77.0.1 5707 10.77.0.2 4707
	SOCK_STREAM TCP ESTABLISHED - fd77::1 5703 fd77::2 4703
	SOCK_STREAM TCP SYN_SENT - 10.77.0.1 5701 10.77.0.2 4701
EOF
expect tcp:tcp_retransmit_skb <<-EOF
	SOCK_STREAM TCP ESTABLISHED - 10.77.0.1 5705 10.77.0.2 4705
	SOCK_STREAM TCP SYN_SENT - 10.77.0.1 5708 10.77.0.2 4707
EOF
expect udp:udp_fail_queue_rcv_skb <<-EOF
	SOCK_DGRAM UDP CLOSE - 10.77.0.2 4706 0.0.0.0 0
EOF
# Not all of what is sent is ours to foretell.
at net:net_dev_start_xmit >"$WORK/sent"
while read -r line; do
	assert_contains "$WORK/sent" "^$line$"
done <<-EOF
	SOCK_STREAM TCP SYN_SENT - 10.77.0.1 5701 10.77.0.2 4701
	SOCK_STREAM TCP NEW_SYN_RECV - 10.77.0.2 4702 10.77.0.1 5702
	SOCK_STREAM TCP NEW_SYN_RECV - fd77::2 4703 fd77::1 5703
	SOCK_STREAM TCP LAST_ACK - 10.77.0.2 4705 10.77.0.1 5705
	SOCK_DGRAM UDP ESTABLISHED - 10.77.0.1 5706 10.77.0.2 4706
EOF
has_event "$WORK/events" '.kernel.symbol == "tcp:tcp_retransmit_skb" and (.sock |
	.inode > 0 and .send_queue == 1000 and .tcp.cwnd >= 1 and .tcp.srtt > 0 and .cgroup > 0)' ||
	fail "a retransmission lacks what TCP knows"
has_event "$WORK/events" '.sock.tcp // {} | .retransmits >= 1 and .total_retransmits >= 1' ||
	fail "retransmissions are not counted"
has_event "$WORK/events" '.kernel.symbol == "udp:udp_fail_queue_rcv_skb" and .sock.recv_queue >= 1000' ||
	fail "a queue of UDP is not full"
# Why the connection is refused, and where.
has_event "$WORK/events" '.kernel.symbol == "skb:kfree_skb" and ."skb-drop".drop_reason == "NO_SOCKET" and
	(."skb-drop".symbol | startswith("tcp_v4_rcv+0x")) and
	(.kernel.stack_trace | any(startswith("tcp_v4_rcv+0x")))' || fail "a refusal is not told"
# What has no reason has a place.
assert_not_contains "$WORK/text" 'reason NOT_SPECIFIED\)($| [^a])'

# --- the forms -------------------------------------------------------------------

jq -cS 'select(.kernel.symbol == "tcp:tcp_send_reset" and .sock.local.port == 4703) | .sock |
	.inode = 1 | .cgroup = 1 | .tcp.srtt = 1 | .reset_reason |= (. // "-")' "$WORK/events" >"$WORK/json"
per_kernel <<-EOF | diff - "$WORK/json" >&2 || fail "the JSON is another one"
	{"cgroup":1,"inode":1,"local":{"ip6":"fd77::2","port":4703},"proto":"TCP","recv_queue":100,"remote":{"ip6":"fd77::1","port":5703},"reset_reason":"TCP_ABORT_ON_CLOSE","send_queue":0,"state":"CLOSE","tcp":{"cwnd":10,"retransmits":0,"srtt":1,"total_retransmits":0},"type":"SOCK_STREAM"}
EOF
grep -A 2 -F 'tcp:tcp_send_reset' "$WORK/text" | grep -B 1 -F 'fd77::2.4703 >' |
	sed -E 's/(sock|srtt|cgroup) [0-9]+/\1 N/g' >"$WORK/lines"
sed 's/^\t//' <<-EOF | per_kernel | sed 's/ rst -$//' | diff - "$WORK/lines" >&2 || fail "the text is another one"
	  sock N SOCK_STREAM TCP state CLOSE rst TCP_ABORT_ON_CLOSE
	  fd77::2.4703 > fd77::1.5703 rq 100 sq 0 cwnd 10 srtt Nus cgroup N
EOF

# --- who resets my connection ----------------------------------------------------

collect reset aborted refused -- -p reset collect -f 'tcp port 4702 and host 10.77.0.2'
has_event "$WORK/events" '.kernel.symbol == "tcp:tcp_send_reset" and .sock.local.port == 4702 and
	.common.task.comm == "python3"' || fail "it is not told who resets the connection"
assert_eq "$(jq -s 'map(select(.kernel and (.packet or .sock.remote.port | not))) | length' "$WORK/events")" 0 \
	"events of nothing"

# --- where functions can be probed -----------------------------------------------

functions=(-p tcp_v4_send_reset -p tcp_conn_request)
"$RETIS" collect -c sock "${functions[@]}" --cmd true >/dev/null 2>&1 || exit 0
collect functions forgotten crowded -- collect -c sock "${functions[@]}" -f 'net 10.77.0.0/24'
has_event "$WORK/events" '.kernel.symbol == "tcp_v4_send_reset" and (.sock |
	.state == "TIME_WAIT" and .proto == "TCP" and .local.port == 5704 and (.inode | not))' ||
	fail "a time-wait socket is not seen"
has_event "$WORK/events" '.kernel.symbol == "tcp_conn_request" and (.sock |
	.state == "LISTEN" and .recv_queue == 1 and .send_queue == 0)' || fail "a queue is not full"
