#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Where the kernel is locked down so far that its memory can't be read, that is what is said.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

# locked LEVELS COMMAND...: with a file that says so in place of the kernel's.
locked() {
	# shellcheck disable=SC2016 # for the other shell
	unshare -m bash -c 'mount -t tmpfs none /sys/kernel/security && echo "$1" >/sys/kernel/security/lockdown &&
		shift && "$@"' - "$@" 2>"$WORK/err"
}
locked 'none' true || skip "mount namespaces can't be had here: $(cat "$WORK/err")"

code=0
locked 'none integrity [confidentiality]' "$RETIS" collect --cmd true >/dev/null || code=$?
assert_eq "$code" 1 "exit code"
assert_contains "$WORK/err" "^Error: kernel lockdown is 'confidentiality': .*; boot with lockdown=integrity"
assert_eq "$(wc -l <"$WORK/err")" 1 "lines"
locked 'none integrity [confidentiality]' "$RETIS" doctor >"$WORK/out" || true
assert_contains "$WORK/out" "kernel lockdown is 'confidentiality'"
locked 'none [integrity] confidentiality' "$RETIS" collect --cmd true >/dev/null || fail "integrity stands in the way"
