#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What people meet first: no sub-command, no plugins, no privileges, an old kernel, a
# container. Each time one sentence with a command.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.12

need setpriv
need unshare
cd "$WORK"
chmod 755 .
cp "$RETIS" retis

# says CODE LINE CMD...: it ends so, and a line of stderr is this.
says() {
	local code=0 wanted=$1 line=$2

	shift 2
	"$@" >out 2>err </dev/null || code=$?
	assert_eq "$code" "$wanted" "exit code of $*"
	assert_contains err "$line"
}

code=0
"$RETIS" >out || code=$?
assert_eq "$code" 2 'exit code of retis alone'
assert_eq "$(wc -l <out)" 5 'lines that retis alone prints'
assert_eq "$(grep -cE ' (sudo )?retis [a-z-]' out)" 5 'commands that retis alone prints'

says 1 "^Error: No collectors are installed: 'make install' .*--plugin-dir DIR" ./retis collect

says 1 "^Error: not permitted to trace: run as root, or with CAP_BPF and CAP_PERFMON: 'sudo retis collect'" \
	setpriv --reuid 65534 --regid 65534 --clear-groups ./retis collect
says 1 '^Error: not permitted to trace: run as root, or with CAP_PERFMON: for a container' \
	setpriv --inh-caps=-all --bounding-set=-all,+bpf ./retis collect
says 1 "^Error: not permitted to trace: run as root, or with CAP_BPF and CAP_PERFMON: for a container, 'podman run --cap-add" \
	setpriv --inh-caps=-all --bounding-set=-all ./retis collect

if setarch --uname-2.6 true 2>/dev/null; then
	says 1 "^Error: Linux 2\.6\.[0-9].* is too old: .*install 6\.1 or later .*'apt install" \
		setarch --uname-2.6 "$RETIS" collect --cmd true
fi

says 1 "^Error: /sys is not mounted: 'mount -t sysfs sysfs /sys'" \
	unshare -m sh -c "mount -t tmpfs none /sys && exec '$RETIS' collect --cmd true"
