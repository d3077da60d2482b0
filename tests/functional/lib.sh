# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the functional tests share. A test is an executable script here that begins
#
#	#!/usr/bin/env bash
#	# SPDX-License-Identifier: GPL-2.0-or-later
#	#
#	# What works for a user when this passes.
#	. "$(dirname -- "$0")/lib.sh"
#
# and ends with code 0 (passed), 77 (skipped; the last line on stderr is the reason) or
# another one (failed). scripts/check runs them all; each runs alone, too, as root.
#
#	RETIS	the program, $BUILD/retis unless the environment says otherwise
#	BUILD	what was built, build/ unless RETIS_BUILD says otherwise
#	ROOT	the top folder of the sources
#	WORK	a folder for the test's files; it goes away at the end
#
# The machine is shared with others, and other tests run at the same time: give retis
# "${own[@]}", which lets it see the packets of the test's own namespaces only. Who needs all
# of the kernel for itself, changes its settings or fills buffers that others share says in
# the head comment
#
#	# Runs alone: WHY
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
BUILD=${RETIS_BUILD:-$ROOT/build}
RETIS=${RETIS:-$BUILD/retis}
# By this variable scripts/check finds processes a test left behind.
export RETIS_TEST_ID=${RETIS_TEST_ID:-rt$$}
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C
# Packets are not tracked unless a test is about that: a dozen probes more take a while in
# virtual machines.
export RETIS_TRACK=no

# How long retis may take to load its probes or to end, in seconds of wait_for.
RETIS_PATIENCE=${RETIS_PATIENCE:-60}

cleanups=()
pairs=0
# Arguments of "retis collect": only packets at devices of our namespaces.
own=()
retis_pid=

# --- ends ----------------------------------------------------------------

# Runs CMD at the end of the test, whatever the end; the last deferred one first.
defer() {
	cleanups+=("$(printf '%q ' "$@")")
}

skip() {
	[[ $* != *Sanitizer* ]] || fail "$*"
	printf 'skipped: %s\n' "$*" >&2
	exit 77
}

fail() {
	printf 'FAIL %s: %s\n' "${BASH_SOURCE[-1]##*/}:$(line_of_test)" "$*" >&2
	exit 1
}

line_of_test() {
	local i

	for ((i = 1; i < ${#BASH_SOURCE[@]}; i++)); do
		[[ ${BASH_SOURCE[i]} != "${BASH_SOURCE[0]}" ]] || continue
		echo "${BASH_LINENO[i - 1]}"
		return
	done
}

# For tests that do not depend on the kernel: virtual machines are slow.
not_in_vm() {
	[[ -z ${RETIS_GUEST:-} ]] || skip "it does not depend on the kernel: run outside of virtual machines"
}

# For tests of which other kernels say enough, on x86-64. $1: the one that is spared, "6.1".
spare_vm() {
	[[ -z ${RETIS_GUEST:-} || $(uname -rm) != "$1".*" x86_64" ]] || skip "kernel $1 is spared: other ones say enough"
}

need() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# For tests of the Python package.
need_python_package() {
	not_in_vm
	! is_sanitized || skip "Python itself is not built with the sanitizers"
	[[ -e $ROOT/build/python/retis/_native.abi3.so ]] ||
		skip "the Python package was not built: python3-dev is missing"
	need python3
}

show_files() {
	local file

	for file in "$WORK"/*; do
		# Text, and not empty.
		grep -sqI . -- "$file" || continue
		printf -- '--- %s\n' "${file##*/}"
		tail -c 4000 -- "$file" | tail -n 40 | command cut -c 1-300
	done >&2
}

finish() {
	local code=$? i

	trap '' INT TERM HUP
	set +e
	((code == 0 || code == 77)) || show_files
	for ((i = ${#cleanups[@]} - 1; i >= 0; i--)); do
		eval "${cleanups[i]}" >/dev/null 2>&1
	done
	exit "$code"
}

# --- assertions ----------------------------------------------------------

# The pattern is an extended regular expression.
assert_contains() {
	grep -qE -e "$2" -- "$1" || fail "${1##*/} has no line with: $2"
}

assert_not_contains() {
	! grep -qE -e "$2" -- "$1" || fail "${1##*/} has a line with: $2"
}

# assert_eq ACTUAL EXPECTED [WHAT]
assert_eq() {
	[[ $1 == "$2" ]] || fail "${3:-value} is '$1', not '$2'"
}

# has_event FILE CONDITION: some event of a JSON stream meets it.
has_event() {
	jq -es "any(.[]; $2)" "$1" >/dev/null
}

# wait_for SECONDS CMD...: 0 as soon as CMD succeeds. Seconds are longer in an emulated
# machine, which gets what the other tests leave of the processors.
wait_for() {
	local end=$((SECONDS + $1 * (${RETIS_GUEST:-0} ? 3 : 1) + 1))

	shift
	until "$@"; do
		((SECONDS < end)) || return 1
		sleep 0.1
	done
}

# The program reserves address space and traces itself for its checks.
is_sanitized() {
	grep -q __asan_init "$RETIS"
}

# --- network -------------------------------------------------------------

# make_netns VAR: creates a namespace and puts its name into VAR.
make_netns() {
	local name="$RETIS_TEST_ID-${1,,}"

	ip netns add "$name" || skip "network namespaces can't be created here"
	defer remove_netns "$name"
	ip -n "$name" link set lo up
	printf -v "$1" %s "$name"
	own=(-m "${own[1]:+${own[1]} or }sk_buff.dev.nd_net.net.ns.inum == $(netns_inode "$name")")
}

# The number of a namespace in events.
netns_inode() {
	ip netns exec "$1" stat -L -c %i /proc/self/ns/net
}

remove_netns() {
	local pid

	for pid in $(ip netns pids "$1"); do
		kill -s KILL "$pid"
	done
	ip netns del "$1"
}

set_address() {
	local netns=$1 device=$2 net=$3 host=$4

	ip -n "$netns" addr add "10.0.$net.$host/24" dev "$device"
	[[ ! -e /proc/sys/net/ipv6 ]] ||
		ip -n "$netns" addr add "fd00:$net::$host/64" dev "$device" nodad
	ip -n "$netns" link set "$device" up
}

# make_pair A B: two namespaces, whose names go into the variables A and B, joined by
# veth<x> on both sides, where x counts pairs from 0: 10.0.x.1 and fd00:x::1 in A, .2 and
# ::2 in B (fd00:0::1 is fd00::1).
make_pair() {
	local device=veth$pairs

	make_netns "$1"
	make_netns "$2"
	ip link add "$device" netns "${!1}" type veth peer name "$device" netns "${!2}" ||
		skip "veth devices can't be created here"
	set_address "${!1}" "$device" "$pairs" 1
	set_address "${!2}" "$device" "$pairs" 2
	pairs=$((pairs + 1))
}

# --- retis ---------------------------------------------------------------

# launch OUT ERR CMD...: runs what becomes retis in the background until stop_retis or the
# end of the test; returns when its probes are loaded, or when it is gone. Without env, what
# bash runs in the background ignores SIGINT.
launch() {
	local out=$1 err=$2

	shift 2
	# What an earlier run said is not to be taken for this one's word.
	: >"$err"
	env --default-signal=INT,QUIT "$@" >"$out" 2>"$err" </dev/null &
	retis_pid=$!
	defer kill_retis "$retis_pid"
	wait_for "$RETIS_PATIENCE" loaded_or_gone "$err" || fail "no probes loaded in time: $*"
}

# start_retis OUT ERR ARG...: the same, and its probes must be loaded.
start_retis() {
	launch "$1" "$2" "$RETIS" "${@:3}"
	grep -qF 'probe(s) loaded' "$2" || fail "retis ended before probes were loaded: retis ${*:3}"
}

loaded_or_gone() {
	grep -qF 'probe(s) loaded' "$1" || ! kill -0 "$retis_pid" 2>/dev/null
}

# Returns retis' exit code.
stop_retis() {
	local pid=$retis_pid code=0

	retis_pid=
	kill -s INT "$pid" 2>/dev/null || true
	wait_for "$RETIS_PATIENCE" gone "$pid" || fail "retis does not end on SIGINT"
	wait "$pid" || code=$?
	return "$code"
}

# A child that ended and nobody waited for is a zombie.
gone() {
	! grep -qsE '^State:[[:space:]]+[^ZX]' "/proc/$1/status"
}

kill_retis() {
	kill -s TERM "$1" || return 0
	wait_for 10 gone "$1" || kill -s KILL "$1"
	wait "$1"
}

((EUID == 0)) || skip "needs root"
[[ -x $RETIS ]] || fail "$RETIS is not built"
WORK=$(mktemp -d)
defer rm -rf -- "$WORK"
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
