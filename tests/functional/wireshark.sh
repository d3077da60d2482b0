#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Wireshark's programs find what 'make install' puts there: retis' sections are a tree
# with fields to filter on, and retis is an interface to capture at.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need tshark
need editcap
cd "$WORK"

mkdir -m 755 plugins
cp -- "${RETIS%/*}/plugins/"{skb,dev,ns}.so plugins/
export RETIS_PLUGIN_PATH=$WORK/plugins

# Installed below a folder of our own, which then takes the place of Wireshark's, in a
# mount namespace: that is where Wireshark looks.
folder() {
	command tshark -G folders 2>/dev/null | sed -n "s/^$1:[[:space:]]*//p"
}
extcap=$(folder 'Extcap path')
lua=$(folder 'Global Lua Plugins')
make -s -C "$ROOT" install DESTDIR="$WORK/root" PREFIX=/usr WIRESHARK_DIR=/ws >/dev/null
assert_contains root/usr/share/wireshark/retis.lua '^local PROGRAM = "/usr/bin/retis"$'
assert_eq "$(realpath root/ws/plugins/retis.lua)" "$(realpath root/usr/share/wireshark/retis.lua)" 'the link'
# Elsewhere it leads out of that.
ln -sf "$WORK/root/usr/share/wireshark/retis.lua" root/ws/plugins/retis.lua
export HOME=$WORK WORK RETIS

# shellcheck disable=SC2016 # for the other shell
tshark() {
	unshare -m sh -c '
		mount --bind "$WORK/root/ws/plugins" "$1" && mount --bind "$WORK/root/ws/extcap" "$2" ||
			exit
		shift 2
		exec timeout -k 5 60 tshark "$@"' sh "$lua" "$extcap" "$@"
}

cat >file.json <<'END'
{"common":{"timestamp":5},"startup":{"retis_version":"v1.7.0","cmdline":"retis collect","clock_monotonic_offset":{"sec":1700000000,"nsec":600000000},"machine":{"kernel_release":"6.1.0","kernel_version":"#1","hardware_name":"x86_64"}}}
{"common":{"timestamp":1000,"smp_id":1,"task":{"pid":1,"tgid":1,"comm":"b\"\\\\\b\n\u00e9\nz"}},"kernel":{"symbol":"udp_rcv","probe_type":"kprobe","stack_trace":["a+0x1","b+0x2"]},"skb-tracking":{"orig_head":18446612686364999680,"timestamp":900,"skb":18446612690659967232},"skb-drop":{"drop_reason":"NO_SOCKET"},"packet":{"len":46,"capture_len":46,"data":"AgAAAAACAgAAAAABCABFAAAgAAdAAEARAAAKAAABCgAAAg+gADUADAAAYWJjZA=="},"skb":{"gso":{"flags":0,"frags":0,"size":1448,"segs":2,"type":1}},"netns":{"inum":4026531840,"cookie":18446744073709551615},"dev":{"name":"eth0","ifindex":2},"strange":{"x":7}}
{"common":{"timestamp":1001,"smp_id":1,"task":{"pid":1,"tgid":1,"comm":"a"}},"kernel":{"symbol":"net:netif_rx","probe_type":"raw_tracepoint"},"packet":{"len":46,"capture_len":46,"data":"AgAAAAACAgAAAAABCABFAAAgAAdAAEARAAAKAAABCgAAAg+gADUADAAAYWJjZA=="},"dev":{"name":"eth1","ifindex":3}}
END
"$RETIS" convert file.json file.data 2>/dev/null
"$RETIS" pcap file.data -o file.pcapng 2>/dev/null

# values FILTER FIELD...: of the packets that pass, separated by '|'.
values() {
	local filter=$1 field fields=()

	shift
	for field; do
		fields+=(-e "$field")
	done
	tshark -r file.pcapng -Y "$filter" -T fields -E separator='|' "${fields[@]}" 2>err ||
		fail "tshark does not take '$filter' or one of $*: $(tail -n 1 err)"
}

assert_eq "$(values retis frame.number | paste -sd ' ')" '2 3' 'packets with a tree'
assert_eq "$(values 'retis.probe == "udp_rcv"' retis.probe retis.kernel.probe_type)" \
	'udp_rcv|kprobe' 'probe'
assert_eq "$(values 'retis.drop.reason == "NO_SOCKET"' frame.number)" 2 'drop reason'
assert_eq "$(values 'retis.tracking.id == "384ffff888100000000"' frame.number)" 2 'packet id'
assert_eq "$(values 'retis.netns.inum == 4026531840' retis.netns.cookie)" \
	18446744073709551615 'a number of 64 bits'
assert_eq "$(values 'retis.dev.name == "eth1" && retis.dev.ifindex > 2' frame.number)" 3 'device'
assert_eq "$(values 'retis.skb.gso' retis.skb.gso.size)" 1448 'a value in a group'
assert_eq "$(values 'retis.kernel.stack_trace contains "b+"' retis.kernel.stack_trace)" \
	'a+0x1, b+0x2' 'a list'
assert_eq "$(values 'retis.other contains "x: 7"' frame.number)" 2 \
	'what no plugin here describes'
# Each escape is one, also right behind another.
assert_eq "$(values 'retis.common.task.comm == "b\"\\\\\x08\x0a\xc3\xa9\x0az"' frame.number)" 2 \
	'a name with escapes'
tshark -r file.pcapng -V -Y 'frame.number == 2' 2>/dev/null >tree
assert_contains tree '^Retis event at udp_rcv$'
assert_contains tree '^ {12}size: 1448$'
assert_not_contains tree 'Lua Error'

# A comment that only looks like one of ours.
"$RETIS" pcap file.data --comments text --no-schema -o plain.pcapng 2>/dev/null
for comment in '{' '{"common":' '{"common":{}}' '{"common":[{},"\ud83d\ude00\u00e9",1e5,null,true]}' \
	"$(printf '[%.0s' {1..300})" "{\"common\":$(printf '{"a":%.0s' {1..300})"; do
	editcap -a "1:$comment" plain.pcapng odd.pcapng
	tshark -r odd.pcapng -V >odd 2>/dev/null || fail "tshark on $comment"
	assert_not_contains odd 'Lua Error'
done

# No schema at all, and one from a file.
RETIS=/nonexistent tshark -r file.pcapng -Y 'retis.probe == "udp_rcv"' -V 2>/dev/null >tree
assert_contains tree 'No schema of events'
"$RETIS" schema >schema.json
RETIS=/nonexistent RETIS_SCHEMA=schema.json tshark -r file.pcapng \
	-Y 'retis.dev.name == "eth1"' 2>/dev/null >tree
assert_eq "$(wc -l <tree)" 1 'packets by a field of the schema in a file'

# --- capturing -------------------------------------------------------------

# A collection without a kernel: what is asked of it, and events from a file.
cat >collector <<'END'
#!/usr/bin/env bash
if [[ " $* " == *' collect '* ]]; then
	printf '[%s] ' "$@" >"$WORK/asked"
	trap 'echo ended >>"$WORK/asked"; exit 0' TERM
	cat "$WORK/file.data"
	while :; do sleep 0.1; done
fi
exec "$REAL_RETIS" "$@"
END
chmod +x collector
export REAL_RETIS=$RETIS RETIS=$WORK/collector
tshark -D 2>/dev/null >interfaces
assert_contains interfaces 'retis \(Retis: packets'
root/ws/extcap/retis --extcap-interface retis --extcap-config >settings
for setting in probe filter filter-meta profile; do
	assert_contains settings "\{call=--$setting\}"
done

mkfifo pipe
root/ws/extcap/retis --capture --extcap-interface=retis --fifo pipe --probe 'net:* ip_rcv' \
	--filter 'tcp port 80' --filter-meta 'sk_buff.mark != 0' --profile=generic 2>err &
capture=$!
defer kill "$capture"
cat pipe >live.pcapng &
reader=$!
defer kill "$reader"
wait_for 30 test -s live.pcapng || { rm pipe; fail "nothing comes out of a capture"; }
# Both have it open.
rm pipe
arrived() {
	[[ $(tshark -r live.pcapng -Y retis.probe 2>/dev/null | wc -l) == 2 ]]
}
wait_for 30 arrived || fail 'no packets of a capture that goes on'
kill -s TERM "$capture"
wait "$capture" || fail "the program for captures ended with code $?"
wait "$reader"
assert_eq "$(head -n 1 asked)" "[-P] [generic] [collect] [-o] [-] [-f] [tcp port 80] [-m] \
[sk_buff.mark != 0] [-p] [net:*] [-p] [ip_rcv] ended" 'what was asked of retis'
assert_eq "$(tshark -r live.pcapng -Y frame.interface_id 2>/dev/null | wc -l)" 2 'packets'

# tshark itself captures there.
tshark -i retis -c 2 -w "$WORK/captured.pcapng" 2>err || fail "tshark can't capture"
assert_eq "$(tshark -r captured.pcapng -Y retis.probe 2>/dev/null | wc -l)" 2 \
	'packets that tshark captured'
