#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Collectors of others that are broken are left out, with a sentence that says why, and the rest works;
# who asks for one by name gets that sentence and an exit code.
. "$(dirname -- "$0")/lib.sh"

not_in_vm
need jq
need ping

make_pair A B
plugins=$BUILD/tests/plugins
mkdir -m 755 "$WORK/plugins"

# break_plugin NAME SED: the plugin for mistakes, under a name of as many letters, its misspelt program
# corrected or not by what SED does.
break_plugin() {
	sed "s/broken/$1/g; $2" "$plugins/broken.so" >"$WORK/plugins/$1.so"
}
good='s/obsorve/observe/'

# try ARG...: a ping.
try() {
	"$RETIS" collect --plugin-dir "$WORK/plugins" "$@" --format json --cmd-quiet \
		--cmd "ip netns exec $A ping -q -c 2 -i 0.1 10.0.0.2" >"$WORK/out" 2>"$WORK/err"
}

# others_work ARG...: each of the other collectors adds to events.
others_work() {
	try "$@" || fail "broken plugins end the run"
	has_event "$WORK/out" '.packet and .dev and .netns' || fail "other collectors report nothing"
	assert_not_contains "$WORK/err" '^Error'
}

# mistake SED MESSAGE: left out where nobody asked for it, else the end.
mistake() {
	rm -f "$WORK"/plugins/*
	break_plugin broken "$1"
	others_work
	assert_contains "$WORK/err" "^WARN +Collector broken is left out: $2"
	has_event "$WORK/out" '."broken-one"' && fail "it is not left out"
	# Nor are its probes.
	others_work -p tp:net:netif_receive_skb
	assert_contains "$WORK/err" '^1 probe\(s\) loaded'
	! try -c broken,skb || fail "it was asked for, and nothing is wrong"
	assert_contains "$WORK/err" "^Error: Collector broken: $2"
}

mistake '' "hook 'obsorve': its BPF object has no program of that name$"
mistake "$good; s/tp:net:netif_receive/tp:net.netif_receive/" "its probe 'tp:net\\.netif_receive_skb': .*not a tracepoint"
mistake "$good; s/tp:net:net_dev_queue/tx:net:net_dev_queue/" "its probe 'tx:net:net_dev_queue': Invalid TYPE tx"
mistake "$good; s/tp:net:net_dev_start/tp:net.net_dev_start/" \
	"it could not be initialized: its probe 'tp:net\\.net_dev_start_xmit': .*not a tracepoint"

# Three at once, and one that the kernel does not take.
rm -f "$WORK"/plugins/*
break_plugin brokem ''
break_plugin broken ''
break_plugin brokex "$good; s/tp:net:net_dev_queue/tp:net.net_dev_queue/"
break_plugin sound1 "$good"
cp "$plugins/torture.so" "$WORK/plugins/"
others_work --torture-crash
for name in brokem broken brokex torture; do
	assert_contains "$WORK/err" "^WARN +Collector $name is left out: "
done
has_event "$WORK/out" '."sound1-one".skb != 0' || fail "the one without mistakes reports nothing"

# Said, but no reason to do without it.
rm -f "$WORK"/plugins/*
break_plugin broken "$good; s/struct sk_buff \\*/struct sk_bufg */"
others_work
assert_contains "$WORK/err" "^WARN +Collector broken: hook 'observe': argument 0: this kernel has no type 'struct sk_bufg \\*'"
has_event "$WORK/out" '."broken-one".skb == 0' || fail "the hook is not called"

# A file whose description makes no sense is no plugin.
rm -f "$WORK"/plugins/*
break_plugin broken "$good; s/broken-two/broken-one/"
others_work
assert_contains "$WORK/err" "^WARN .*broken\\.so refused: its section 'broken-one' is there twice"
