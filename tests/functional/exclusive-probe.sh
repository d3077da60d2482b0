#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A collector may have a probe for itself where it only keeps books: nothing else runs there, and there are
# no events, unless somebody asks for that probe.
. "$(dirname -- "$0")/lib.sh"

need jq
need ping

make_pair A B
plugins=(--plugin-dir "$BUILD/tests/plugins" --plugin-dir "${RETIS%/*}/plugins")

collect() {
	"$RETIS" collect "${plugins[@]}" "$@" --format json --cmd-quiet \
		--cmd "ip netns exec $A ping -q -c 2 -i 0.1 10.0.0.2" >"$WORK/out" 2>"$WORK/err" || fail "retis fails"
	booked=$(sed -nE 's/^WARN  books: ([0-9]+) hit\(s\) in the books$/\1/p' "$WORK/err")
	((booked >= 4)) || fail "only ${booked:-0} hits were counted"
}

# Filters don't concern it.
collect -c books,ns -f 'tcp port 1'
[[ ! -s $WORK/out ]] || fail "there are events"

collect -c books,ns -p net:netif_receive_skb -f icmp
has_event "$WORK/out" '.kernel.symbol == "net:netif_receive_skb" and .netns' || fail "others are not called for who asks"

# verified ARG...: how many instructions the verifier has walked in the largest program.
verified() {
	start_retis /dev/null "$WORK/err" collect "${plugins[@]}" -c books "$@"
	sed -n 's/^verified_insns:[[:space:]]*//p' /proc/"$retis_pid"/fdinfo/* | sort -n | tail -n 1
	stop_retis
}
alone=$(verified)
assert_eq "$(verified -f 'tcp port 443 and host 10.0.0.1' -m 'sk_buff.mark == 1')" "$alone" \
	"instructions where there are filters"
((alone < 200)) || fail "$alone instructions run at a probe without events"
