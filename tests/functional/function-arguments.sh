#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The sixth argument of a function is there, and one that is narrower than a register is
# shown without what else is in the register; by all types of probes alike.
. "$(dirname -- "$0")/lib.sh"
. "$(dirname -- "$0")/probes.bash"

need python3
need_probe ip_build_and_send_pkt
with_calls
make_pair CLIENT SERVER

# ip_build_and_send_pkt(skb, sk, saddr, daddr, opt, u8 tos) sends the SYN-ACK.
cat >"$WORK/traffic" <<'END'
ip netns exec "$2" python3 -c '
import socket
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.setsockopt(socket.SOL_IP, socket.IP_TOS, 0xb8)
s.bind(("10.0.0.2", 7))
s.listen()
open("'"$3"'", "w").close()
s.accept()' &
until [ -e "$3" ] || ! kill -0 $!; do sleep 0.1; done
ip netns exec "$1" python3 -c '
import socket
socket.create_connection(("10.0.0.2", 7))'
wait
END

for type in fentry fexit kprobe kretprobe kprobe.multi kretprobe.multi; do
	if ! can_probe "$type:ip_build_and_send_pkt"; then
		echo "$type: this kernel has none"
		continue
	fi
	rm -f "$WORK/ready"
	"$RETIS" collect -c calls -p "$type:ip_build_and_send_pkt" --format json \
		--cmd "sh $WORK/traffic $CLIENT $SERVER $WORK/ready" \
		>"$WORK/out" 2>"$WORK/err" || fail "$type: retis ended with code $?"
	assert_eq "$(query "$WORK/out" "184 in [c['narrow'] for s, t, c in events]")" True \
		"$type: the sixth argument"
	# At the return the packet may be gone, and without tracking nobody knows.
	assert_eq "$(query "$WORK/out" \
		"all((c['skb'] or t == 'kretprobe') and c['wide'] and c['narrow'] < 256 for s, t, c in events)")" True \
		"$type: arguments"
	echo "$type: right"
done

# tcp_v4_send_synack(..., skb) has the packet as its seventh argument: on the stack, where there are six
# registers for them.
stack='what is wanted of it is passed on the stack, where only fentry and fexit find it'
# synack CODE PROBE
synack() {
	local code=0

	"$RETIS" --log-level debug collect -c skb -p "$2" --cmd true >"$WORK/out" 2>"$WORK/err" || code=$?
	assert_eq "$code" "$1" "exit code of -p $2"
}

if [[ $(uname -m) != x86_64 ]]; then
	synack 0 kprobe:tcp_v4_send_synack
	exit 0
fi
synack 1 kprobe:tcp_v4_send_synack
assert_contains "$WORK/err" "^Error: kprobe:tcp_v4_send_synack: .*kprobe.*: $stack"
assert_eq "$(grep '^Error' "$WORK/err" | grep -o "$stack" | wc -l)" 1 "times that is said"
if can_probe fentry:tcp_v4_send_synack; then
	synack 0 tcp_v4_send_synack
	assert_contains "$WORK/err" 'tcp_v4_send_synack: attached by fentry'
else
	synack 1 tcp_v4_send_synack
	assert_contains "$WORK/err" "^Error: .*fentry: .*can't do that for functions with arguments on the stack"
fi
