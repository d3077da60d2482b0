#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A kernel that is too old is refused in one sentence: its own, or one that a personality shows.
. "$(dirname -- "$0")/lib.sh"

pretend=()
if [[ $(uname -r) != 5.10.* ]]; then
	need setarch
	pretend=(setarch --uname-2.6)
fi
release=$("${pretend[@]}" uname -r)
code=0
"${pretend[@]}" "$RETIS" collect -c skb -p net:netif_receive_skb --cmd true >"$WORK/out" 2>"$WORK/err" || code=$?
assert_eq "$code" 1 "exit code"
assert_eq "$(wc -l <"$WORK/err")" 1 "lines of what is said"
assert_contains "$WORK/err" "^Error: Linux ${release//+/.} is too old: atomic BPF instructions came with 5\.12; install 6\.1 or later"
