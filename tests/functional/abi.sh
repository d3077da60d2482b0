#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What breaks programs that were built before is told from what does not: new functions and
# members, and what takes the place of reserved bytes.
. "$(dirname -- "$0")/lib.sh"

not_in_vm
need abidw
need gcc
cd "$WORK"

# describe NAME MEMBERS: a library whose struct has them.
describe() {
	printf 'struct t { %s };\nint f(struct t *t);\nint f(struct t *t) { return !t; }\n' "$2" >"$1.c"
	gcc -g -shared -fPIC -o "$1.so" "$1.c"
	abidw --no-corpus-path --no-comp-dir-path --out-file "$1.abi" "$1.so"
}

# expect CODE MEMBERS: instead of those that were there.
expect() {
	local code=0

	describe new "$2"
	"$ROOT/scripts/abi" compare "$WORK/old.abi" "$WORK/new.abi" >out 2>err || code=$?
	assert_eq "$code" "$1" "exit code with '$2'"
}

describe old 'unsigned size; unsigned char kind, reserved[3]; int n, reserved_2;'
expect 0 'unsigned size; unsigned char kind, reserved[3]; int n, reserved_2;'
assert_contains out '^abi: old is what was promised'
expect 0 'unsigned size; unsigned char kind, reserved[3]; int n, reserved_2; int more;'
assert_contains out '^abi: old has grown'
expect 0 'unsigned size; unsigned char kind, more, reserved[2]; int n, reserved_2;'
expect 0 'unsigned size; unsigned char kind, more; unsigned short other; int n, last;'
expect 1 'unsigned size; unsigned char kind, reserved[4]; int n, reserved_2;'
assert_contains err '^abi: old breaks'
expect 1 'unsigned size; unsigned short kind; unsigned char reserved[2]; int n, reserved_2;'
expect 1 'unsigned size; unsigned char kind, reserved[3]; int reserved_2, n;'
expect 1 'unsigned size; unsigned char kind, reserved[3]; int reserved_2;'
