#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# --kconf takes the kernel's configuration from a file, plain or gzip; one that can't be
# read is an error.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

probe=tp:net:netif_rx

# refuse REASON PATH: all three commands say so.
refuse() {
	local command code

	for command in "collect --cmd true -p $probe" "inspect -p $probe"; do
		code=0
		# shellcheck disable=SC2086 # words
		"$RETIS" $command --kconf "$2" >"$WORK/out" 2>"$WORK/err" || code=$?
		assert_eq "$code" 1 "exit code of: retis $command --kconf $2"
		assert_eq "$(grep '^Error' "$WORK/err")" "Error: Could not read $2: $1" "message"
	done
	code=0
	"$RETIS" doctor -p "$probe" --kconf "$2" >"$WORK/out" 2>"$WORK/err" || code=$?
	assert_eq "$code" 1 "exit code of: retis doctor --kconf $2"
	assert_contains "$WORK/out" "PROBLEM  .*Could not read $2: $1"
}

printf '# made up\nCONFIG_BPF=y\nCONFIG_FPROBE=y\nCONFIG_KPROBES=y\n' >"$WORK/config"
gzip -c "$WORK/config" >"$WORK/config.gz"
head -c 20 "$WORK/config.gz" >"$WORK/damaged"
: >"$WORK/empty"

refuse 'No such file or directory' "$WORK/missing"
refuse 'Is a directory' "$WORK"
refuse 'it is not the configuration of a kernel' "$WORK/empty"
code=0
"$RETIS" inspect --features --kconf "$WORK/damaged" >"$WORK/out" 2>"$WORK/err" || code=$?
assert_eq "$code" 1 'exit code for damaged gzip'
assert_contains "$WORK/err" "^Error: Could not read $WORK/damaged: ."

for file in config config.gz; do
	"$RETIS" collect --cmd true -p "$probe" --kconf "$WORK/$file" >"$WORK/out" 2>"$WORK/err" ||
		fail "collect does not take $file"
	"$RETIS" inspect --features --kconf "$WORK/$file" >"$WORK/out" 2>"$WORK/err" ||
		fail "inspect does not take $file"
	assert_contains "$WORK/out" '^kernel configuration +yes'
	"$RETIS" doctor -p "$probe" --kconf "$WORK/$file" >"$WORK/out" 2>"$WORK/err" ||
		fail "doctor does not take $file"
done

# What it says counts: these machines have kprobes or not, but kretprobes weren't built.
sed -i '/KPROBES/d' "$WORK/config"
"$RETIS" doctor -p "$probe" --kconf "$WORK/config" >"$WORK/out" 2>"$WORK/err" ||
	fail "doctor does not take a configuration without kprobes"
grep -qE '^  ok +kprobe$' "$WORK/out" ||
	assert_contains "$WORK/out" 'no kprobe: this kernel is built without CONFIG_KPROBES'
assert_eq "$("$RETIS" inspect --kconf "$WORK/config" 2>&1)" '' 'output of --kconf alone'
