#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# retis doctor recognises a container, and names what it was not given.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.12

need unshare

# contained CMD...: in namespaces as containers have them.
contained() {
	unshare --mount --pid --fork --kill-child --mount-proc sh -c \
		"mount -t tmpfs none /run && touch /run/.containerenv && { mountpoint -q /sys/kernel/tracing && umount -l /sys/kernel/tracing || true; } &&
		{ mountpoint -q /sys/kernel/debug && umount -l /sys/kernel/debug || true; } && exec \"\$@\"" sh "$@"
}

contained "$RETIS" doctor >"$WORK/out" 2>"$WORK/err" || fail "it would not work: $(grep PROBLEM "$WORK/out")"
assert_contains "$WORK/out" '^Container$'
assert_contains "$WORK/out" '^  ok +this is one \(podman\)'
assert_contains "$WORK/out" "^  note +/run/netns is not there.*'-v /run/netns:/run/netns:ro'"
assert_contains "$WORK/out" "^  note +tracefs can't be read .*-v /sys/kernel/tracing:/sys/kernel/tracing:ro"
assert_not_contains "$WORK/out" 'is not granted'

need setpriv
contained setpriv --bounding-set -sys_ptrace,-dac_override "$RETIS" doctor >"$WORK/out" 2>"$WORK/err" || true
assert_contains "$WORK/out" "^  note +CAP_SYS_PTRACE is not granted, .*: '--cap-add SYS_PTRACE'"
assert_contains "$WORK/out" "^  note +CAP_DAC_OVERRIDE is not granted, .*: '--cap-add DAC_OVERRIDE'"

if unshare --user --map-root-user true 2>/dev/null; then
	unshare --user --map-root-user --pid --fork --mount-proc "$RETIS" doctor \
		>"$WORK/out" 2>"$WORK/err" || true
	assert_contains "$WORK/out" '^  PROBLEM  a user namespace: .*start the container as root, not rootless'
fi
