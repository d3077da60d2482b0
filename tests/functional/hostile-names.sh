#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Names that came from somebody else never reach the terminal as they are.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need ping
need jq
make_netns ONE
make_netns TWO
evil=$'\e[31mred\e]0;x\a'
ip -n "$ONE" link add name "$evil" type veth peer name veth0 netns "$TWO" || skip "no veth"
set_address "$ONE" "$evil" 9 1
set_address "$TWO" veth0 9 2
cp "$(command -v ping)" "$WORK/"$'\e[2J\nping'

for format in single-line multi-line json; do
	"$RETIS" collect --format "$format" -p net:netif_receive_skb -p net:net_dev_start_xmit \
		--cmd "ip netns exec $ONE '$WORK/"$'\e[2J\nping'"' -q -c 1 10.0.9.2" \
		>"$WORK/$format" 2>"$WORK/err" || fail "retis failed"
	! LC_ALL=C grep -qP '[^\n\x20-\x7e]' "$WORK/$format" || fail "$format: raw bytes on the terminal"
done
assert_contains "$WORK/single-line" '\\x1b\[31mred\\x1b\]0;x\\x07'
assert_contains "$WORK/single-line" '\[\\x1b\[2J\\x0aping\]'
jq -es --arg name "$evil" 'any(.[]; .dev.name == $name)' "$WORK/json" >/dev/null ||
	fail "the name is not in JSON"

head -n 1 "$WORK/json" >"$WORK/one.json"

# Neither do those that a user is told about: of files, from the environment, from plugins.
says() {
	local code=0

	"${@:3}" >"$WORK/out" 2>"$WORK/err" </dev/null || code=$?
	assert_eq "$code" "$1" "exit code of ${*:3}"
	! LC_ALL=C grep -qP '[^\n\x20-\x7e]' "$WORK/out" "$WORK/err" || fail "raw bytes on the terminal"
	assert_contains "$WORK/err" "$2"
}

says 1 'Could not read /\\x1b\[31mred' "$RETIS" collect --kconf $'/\e[31mred'
says 1 "RETIS_READ is '\\\\x1b\[1m'" env RETIS_READ=$'\e[1m' "$RETIS" collect
says 0 '1 event\(s\) written to .*/\\x1b\[31m\.json' "$RETIS" convert "$WORK/one.json" \
	"$WORK/"$'\e[31m.json'
says 1 'could not create or open' "$RETIS" convert "$WORK/one.json" "$WORK/none/"$'\e[31m.json'
says 1 'plugin directory .*\\x1b\[31m' "$RETIS" plugin list --plugin-dir $'/\e[31m'
plugins=${RETIS%/*}/tests/plugins
[[ ! -e $plugins/prisoner.so ]] || says 0 'prisoner: \\x1b\[31mred\\x0aWARN  forged' "$RETIS" collect \
	--plugin-dir "$plugins" -c prisoner -p net:netif_receive_skb --cmd 'sleep 2'
