#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scripts/retis-in-container gives a container what retis needs, and nothing else. The engine is
# a stand-in; scripts/check-packages has one that makes containers.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

mkdir "$WORK/bin" "$WORK/a folder"
for engine in podman docker; do
	# shellcheck disable=SC2016 # for the other shell
	printf '#!/bin/sh\n[ "$1 $OLD" != "create yes" ] || { echo "unknown capability: \\"CAP_BPF\\"" >&2; exit 125; }
		[ "$1" != run ] || printf "%%s\\n" "${0##*/}" "$@" >"%s/args"\n' "$WORK" >"$WORK/bin/$engine"
	chmod +x "$WORK/bin/$engine"
done
cd "$WORK/a folder"
run() {
	env -u RETIS_ENGINE -u RETIS_IMAGE PATH="$WORK/bin:$PATH" "$@" \
		"$ROOT/scripts/retis-in-container" collect -f 'tcp port 80' 2>"$WORK/err"
}

# values OPTION: what it was given, in a line.
values() {
	awk -v option="$1" 'on { print } { on = $0 == option }' "$WORK/args" | paste -sd ' '
}

run
assert_eq "$(head -n 4 "$WORK/args" | paste -sd ' ')" 'podman run --rm --interactive' 'the engine'
assert_eq "$(tail -n 4 "$WORK/args" | paste -sd ' ')" 'localhost/retis collect -f tcp port 80' 'what runs'
assert_eq "$(values --network) $(values --pid) $(values --cgroupns)" 'host host host' 'namespaces'
assert_eq "$(values --cap-drop)" ALL 'capabilities that are taken'
wanted='BPF PERFMON SYSLOG SYS_PTRACE DAC_OVERRIDE'
(($(</proc/sys/kernel/perf_event_paranoid) <= 2)) || wanted+=' SYS_ADMIN'
assert_eq "$(values --cap-add)" "$wanted" 'capabilities that are granted'
assert_not_contains "$WORK/args" '^--(privileged|tty)'

wanted=
for folder in /sys/kernel/tracing /sys/kernel/btf /lib/modules /run/netns /run/docker/netns; do
	[[ ! -d $folder ]] || wanted+="$folder:$folder:ro "
done
assert_eq "$(values --volume | sed 's/,rslave//g')" "$wanted$PWD:/data" 'mounts'
# What is documented is what is given.
awk '/--volume/ { on = 1; next } on { sub(/:.*/, ""); print; on = 0 }' "$WORK/args" | grep -v "^$PWD" |
	while read -r folder; do
		grep -q "^| .*\`$folder\`.*|" "$ROOT/docs/packages.md" || fail "docs/packages.md says nothing of $folder"
	done
values --cap-add | tr ' ' '\n' | while read -r name; do
	grep -q "^| .*\`CAP_$name\`" "$ROOT/docs/packages.md" || fail "docs/packages.md says nothing of CAP_$name"
done

run RETIS_ENGINE=docker RETIS_IMAGE=other RETIS_CAPABILITIES='NET_ADMIN SYS_ADMIN'
assert_eq "$(head -n 1 "$WORK/args")" docker 'the engine'
assert_contains "$WORK/args" '^other$'
assert_contains "$WORK/args" '^NET_ADMIN$'
run RETIS_ENGINE=docker OLD=yes
assert_eq "$(values --cap-add)" 'SYS_ADMIN SYSLOG SYS_PTRACE DAC_OVERRIDE' 'capabilities of an old docker'
assert_contains "$WORK/err" 'docker does not know CAP_BPF: the container gets CAP_SYS_ADMIN instead$'
! run RETIS_ENGINE=nothing || fail 'without an engine'
assert_contains "$WORK/err" '^retis-in-container: neither podman nor docker is installed'
