#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Frames of tests/data/replay.txt, good and bad ones, sent over a veth pair: the text that
# retis prints about each.
. "${BASH_SOURCE[0]%/*}/lib.sh"

spare_vm 6.12

FRAMES=${BASH_SOURCE[0]%/*}/../data/replay.txt

make_pair CLIENT SERVER
for netns in "$CLIENT" "$SERVER"; do
	ip netns exec "$netns" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
done

send_frames() {
	ip netns exec "$CLIENT" python3 - "$FRAMES" <<-'END'
		import socket, sys
		s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
		s.bind(("veth0", 0))
		for line in open(sys.argv[1]):
		    if line[0] != "#":
		        s.send(bytes.fromhex(line.split(" ", 1)[0]))
	END
}

# Only what the server's namespace received, one frame a line, in the order sent.
frame_texts() {
	sed -n 's/.*\[tp\] net:netif_receive_skb //p' "$WORK/out"
}

all_seen() {
	(($(frame_texts | wc -l) >= $(grep -vc '^#' "$FRAMES")))
}

inode=$(netns_inode "$SERVER")
start_retis "$WORK/out" "$WORK/err" collect -c skb -p net:netif_receive_skb \
	--format single-line -m "sk_buff.dev.nd_net.net.ns.inum == $inode"
send_frames
wait_for 10 all_seen || fail "not all frames were seen"
stop_retis || fail "retis failed"

wrong=0
while read -r hex pattern && IFS= read -r text <&3; do
	grep -qE -e "$pattern" <<<"$text" && continue
	printf '%s\n  got  %s\n  want %s\n' "$hex" "$text" "$pattern" >&2
	wrong=$((wrong + 1))
done < <(grep -v '^#' "$FRAMES") 3< <(frame_texts)
((wrong == 0)) || fail "the text of $wrong frame(s) is wrong"

# Options that the capture cuts don't look complete.
start_retis "$WORK/out" "$WORK/err" collect -c skb -p net:netif_receive_skb --snaplen 64 \
	--format single-line -m "sk_buff.dev.nd_net.net.ns.inum == $inode"
FRAMES=$WORK/cut
echo 0a00000000020a000000000108004500003c00090000400600000a0100010a01000204d200500000000100000000a002020000000000020405b40402080a000000010000000001030307 >"$FRAMES"
send_frames
wait_for 10 all_seen || fail "the frame was not seen"
stop_retis || fail "retis failed"
assert_contains "$WORK/out" '\[mss 1460,sackOK,TS\]\.\.\. \(truncated'
