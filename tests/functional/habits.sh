#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What people type who know other programs: it works, or the message names what they
# meant. And which probes there are if none is named.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

# says CODE PATTERN ARG...: on either output.
says() {
	local code=0

	"$RETIS" "${@:3}" >"$WORK/out" 2>&1 </dev/null || code=$?
	assert_eq "$code" "$1" "exit code of retis ${*:3}"
	assert_contains "$WORK/out" "$2"
}

says 0 '^Usage: retis ' help
says 0 '^Usage: retis collect ' help collect
says 0 '^Usage: retis collect ' help coll
says 0 '^Usage: retis plugin list ' help plugin list
says 2 "no such sub-command 'nope'" help nope
says 2 "unexpected argument '-i': .*-m 'sk_buff\.dev\.name == " collect -i eth0
says 2 "unexpected argument '--interface': .*-m 'sk_buff\.dev\.name == " collect --interface eth0
says 2 "unexpected argument '-v': .*--log-level debug" collect -v
says 2 '-c takes collectors: --stop-after 10' collect -c 10
says 2 "unexpected argument '-n': .*leave it out" collect -n
says 2 "unexpected argument 'tcp': a packet filter goes behind -f" collect tcp port 443
says 1 'Error: tp:netif_receive_skb: .*did you mean tp:net:netif_receive_skb\?' \
	collect -p tp:netif_receive_skb
says 1 "'net:ip_rcv': there is a function of that name: -p kprobe:net:ip_rcv" \
	collect -p net:ip_rcv

# Commands that messages name are there.
mapfile -t named < <(grep -rhoE "'retis [a-z][a-z-]*( [a-z][a-z-]*)?" "$ROOT/core" "$ROOT/plugins" \
	--include='*.[ch]' | cut -d ' ' -f 2- | sort -u)
((${#named[@]} > 5)) || fail "no command is named"
for name in "${named[@]}"; do
	# shellcheck disable=SC2086 # words
	says 0 "^Usage: retis $name " help $name
done

# -o=FILE is FILE, as with --out=FILE.
cd "$WORK"
"$RETIS" collect -p tp:net:netif_receive_skb -o=events --cmd true 2>"$WORK/err" ||
	fail "-o=FILE fails"
[[ -e $WORK/events && ! -e $WORK/=events ]] || fail "-o=FILE does not mean FILE"

# Default probes: for all collectors, and where nothing else would be probed.
plugins=${RETIS%/*}/tests/plugins
[[ -e $plugins/prisoner.so ]] || skip "the plugin 'prisoner' for tests is not built"
collect=(--log-level info --plugin-dir "$plugins" collect --cmd true)
default='No probe\(s\) given: using tp:net:netif_receive_skb, tp:net:net_dev_start_xmit'
says 0 "$default" "${collect[@]}" -c skb,ns
says 0 '^2 probe\(s\) loaded' "${collect[@]}" -c skb,ns
# This one brings a probe, and is about that.
says 0 '^1 probe\(s\) loaded' "${collect[@]}" -c skb,prisoner
assert_not_contains "$WORK/out" 'No probe'
says 0 '^2 probe\(s\) loaded' "${collect[@]}" -c auto
says 0 '^1 probe\(s\) loaded' "${collect[@]}" -c auto -p tp:net:netif_receive_skb
