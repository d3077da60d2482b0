#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The sample in each plugin's README is what the command in it prints, but for numbers.
# Plugins without hooks collect nothing: theirs is a file's. That of ct takes a router: conntrack.sh
# has it.
. "$(dirname -- "$0")/lib.sh"
unset RETIS_TRACK

not_in_vm

need ping

# The lines of the last code block, from the command on.
sample() {
	sed -n '/^\$ retis /,/^```/p' "$1" | sed '/^```/d'
}

normalise() {
	sed -E 's/#[0-9a-f]+ \(skb [0-9a-f]+\)/#N (skb N)/; s/0x[0-9a-f]+/N/g; s/[0-9]+/N/g' "$1" | sed '/^$/d'
}

# Packets of others may come first.
matches() {
	local plugin=$1

	shift
	"$RETIS" "$@" --cmd 'ping -q -c 1 127.0.0.1' >"$WORK/$plugin.out" 2>"$WORK/err" ||
		fail "the sample of plugins/$plugin/README.md fails"
	diff <(normalise "$WORK/$plugin.expected") <(normalise "$WORK/$plugin.out") >&2
}

for readme in "$ROOT"/plugins/*/README.md; do
	plugin=$(basename -- "$(dirname -- "$readme")")
	[[ -e $ROOT/plugins/$plugin/hook.bpf.c ]] || continue
	# Those of ct and ovs take a router and a switch: conntrack.sh and ovs.sh have them.
	[[ $plugin != ct && $plugin != ovs ]] || continue
	sample "$readme" >"$WORK/$plugin"
	read -ra words < <(head -n 1 "$WORK/$plugin")
	[[ ${words[1]:-} == retis ]] || fail "plugins/$plugin/README.md has no sample"
	# Functions can't be probed everywhere.
	"$RETIS" doctor "${words[@]:3}" >"$WORK/doctor" 2>/dev/null || true
	! grep -q 'no probe is left' "$WORK/doctor" || continue
	sed 1d "$WORK/$plugin" >"$WORK/$plugin.expected"
	wait_for 10 matches "$plugin" "${words[@]:2}" 2>"$WORK/diff" ||
		fail "the sample of plugins/$plugin/README.md is not what it prints"
done
