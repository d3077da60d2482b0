#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whatever is wrong, the user gets one sentence that names it, and the exit code says what
# kind of error it is.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

torture=$BUILD/tests/plugins

# expect CODE PATTERN ARG...: one error line that matches.
expect() {
	local code=0 wanted=$1 pattern=$2

	shift 2
	"$RETIS" "$@" >"$WORK/out" 2>"$WORK/err" </dev/null || code=$?
	assert_eq "$code" "$wanted" "exit code of: retis $*"
	assert_contains "$WORK/err" "$pattern"
	assert_eq "$(grep -c -i -E '^error' "$WORK/err")" 1 "number of error lines of: retis $*"
	[[ ! -s $WORK/out ]] || fail "there is output on stdout: retis $*"
}

run=(collect --cmd true)

expect 2 "invalid value 'sbk' for '--collectors'.*did you mean skb" "${run[@]}" -c sbk
expect 2 "invalid value 'xml' for '--format'.*multi-line" "${run[@]}" --format xml
expect 2 "invalid value '9999' for '--snaplen'.*64 to 4096" "${run[@]}" --snaplen 9999
expect 2 "invalid value '1X' for '--buffer-size'" "${run[@]}" --buffer-size 1X
expect 2 "invalid value 'ignore' for '--on-loss'" "${run[@]}" --on-loss ignore
expect 2 "'--sort' is not possible with '--no-track'" "${run[@]}" --sort --no-track
expect 2 "'--sort' with '--out' needs '--print'" "${run[@]}" --sort -o "$WORK/unsorted.data"
expect 2 "invalid value 'bits' for '--skb-sections'" "${run[@]}" --skb-sections bits
expect 2 "invalid value '-1' for '--stop-after'" "${run[@]}" --stop-after=-1
expect 2 "'--cmd' cannot be used multiple times" "${run[@]}" --cmd false
expect 2 "unexpected argument '--bufer-size'.*--buffer-size" "${run[@]}" --bufer-size 1M
expect 2 "invalid value 'loud' for '--log-level'" --log-level loud collect
expect 2 'colect.*collect' colect
expect 1 'net:netif_rxx.*: no such tracepoint.*did you mean netif_rx' "${run[@]}" -p net:netif_rxx
expect 1 'tp:net: not a tracepoint' "${run[@]}" -p tp:net
expect 1 'Invalid TYPE foo' "${run[@]}" -p foo:net:netif_rx
expect 1 'no probe to attach' "${run[@]}" -p sched:sched_switch -c skb
assert_contains "$WORK/err" 'No probe was attached to tp:sched:sched_switch as no collector'
expect 1 'no-such-dir' "${run[@]}" --plugin-dir "$WORK/no-such-dir"
expect 1 "Collector torture: hook 'crashing' does not verify on this kernel: .*invalid mem access" \
	"${run[@]}" -c torture --plugin-dir "$torture" --torture-crash -p net:netif_rx
assert_not_contains "$WORK/err" 'verifier:'
"$RETIS" "${run[@]}" --plugin-dir "$torture" --torture-crash -p net:netif_rx >"$WORK/out" 2>"$WORK/err" ||
	fail "a collector that does not verify and nobody asked for ends the run"
assert_contains "$WORK/err" "^WARN +Collector torture is left out: hook 'crashing' does not verify"
assert_contains "$WORK/err" '[0-9]+ probe\(s\) loaded'
RETIS_READ=fast expect 1 "RETIS_READ is 'fast'" "${run[@]}"

# Files that are no plugins: said so, and the others work.
mkdir -m 755 "$WORK/plugins"
echo 'not an ELF file' >"$WORK/plugins/text.so"
head -c 3000 "$BUILD/plugins/dev.so" >"$WORK/plugins/cut.so"
cp "$BUILD/plugins/dev.so" "$WORK/plugins/writable.so"
chmod 666 "$WORK/plugins/writable.so"
code=0
"$RETIS" collect --plugin-dir "$WORK/plugins" --cmd true >"$WORK/out" 2>"$WORK/err" || code=$?
assert_eq "$code" 0 "exit code with broken plugins around"
for file in text cut writable; do
	assert_contains "$WORK/err" "^WARN .*$file\\.so"
done
assert_contains "$WORK/err" 'chmod'
"$RETIS" plugin list --plugin-dir "$WORK/plugins" >"$WORK/list" 2>&1
assert_contains "$WORK/list" 'text\.so'

# Whatever goes wrong late is told, too. With CAP_SYS_RESOURCE nothing does.
code=0
(ulimit -Sn 24 && ulimit -Hn 24 && "$RETIS" "${run[@]}" -c dev) >"$WORK/out" 2>"$WORK/err" || code=$?
((code == 0 || code == 1)) || fail "exit code $code without file descriptors"
assert_eq "$(grep -c '^Error' "$WORK/err")" "$code" "number of error lines without file descriptors"

# Without privileges, without BTF.
if command -v setpriv >/dev/null; then
	code=0
	setpriv --reuid 65534 --clear-groups "$RETIS" "${run[@]}" >"$WORK/out" 2>"$WORK/err" || code=$?
	assert_eq "$code" 1 "exit code without privileges"
	assert_contains "$WORK/err" '^Error: not permitted to trace: run as root, or with CAP_BPF and CAP_PERFMON'
fi
mkdir "$WORK/empty"
if unshare -m sh -c "mount --bind $WORK/empty /sys/kernel/btf" 2>/dev/null && [[ ! -e /boot/vmlinux-$(uname -r) ]]; then
	code=0
	unshare -m sh -c "mount --bind $WORK/empty /sys/kernel/btf && exec $RETIS collect --cmd true" \
		>"$WORK/out" 2>"$WORK/err" || code=$?
	assert_eq "$code" 1 "exit code without BTF"
	assert_contains "$WORK/err" '^Error: /sys/kernel/btf/vmlinux: .*CONFIG_DEBUG_INFO_BTF'
fi
