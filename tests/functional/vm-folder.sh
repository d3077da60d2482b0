#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Started from a folder that a virtual machine has of its own, scripts/vm says so.
. "$(dirname -- "$0")/lib.sh"

not_in_vm
for folder in /run /proc/self /sys; do
	code=0
	(cd "$folder" && "$ROOT/scripts/vm" -- true) >"$WORK/out" 2>&1 || code=$?
	assert_eq "$code" 2 "exit code in $folder"
	assert_contains "$WORK/out" 'of its own: start it from another folder'
done
