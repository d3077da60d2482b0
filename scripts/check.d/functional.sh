# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# For scripts/check: runs tests/functional/*.sh, here or in virtual machines. What a test
# must do is said in tests/functional/lib.sh.
# shellcheck disable=SC2154 # tmp, failed and vm_pids are those of scripts/check

functional_limit=${RETIS_TEST_TIMEOUT:-120}
vm_limit=${RETIS_CHECK_VM_TIMEOUT:-3000}
# How long what a test started may go on after its end: detaching probes takes time.
leftover_patience=30
# Each kind of probe, and the collectors that read most of the kernel: what the newest kernel took
# away is missed here first. All tests run there if RETIS_CHECK_KERNELS names it.
newest_tests=(collect-ping conntrack function-arguments function-probes gone-packets indirect-packets
	nft ovs sock stack-traces tracking)

# Files of the tests with these names, or of all.
functional_tests() {
	local file

	if (($#)); then
		printf 'tests/functional/%s.sh\n' "$@"
		return
	fi
	for file in tests/functional/*.sh; do
		[[ ! -x $file || $file == */lib.sh ]] || printf '%s\n' "$file"
	done
}

processes_of() {
	grep -lszxF -e "RETIS_TEST_ID=$1" /proc/[0-9]*/environ | cut -d / -f 3 || true
}

# Removes what the test with the id $1 left, prints what it was.
leftovers() {
	local pid netns names='' end=$((SECONDS + leftover_patience))

	while [[ -n $(processes_of "$1") ]] && ((SECONDS < end)); do
		sleep 0.1
	done
	for pid in $(processes_of "$1"); do
		names+=" $(cat "/proc/$pid/comm" 2>/dev/null || true)($pid)"
		kill -s KILL "$pid" 2>/dev/null || true
	done
	for netns in $(ip netns list 2>/dev/null | awk -v id="$1-" 'index($1, id) == 1 { print $1 }'); do
		names+=" namespace $netns"
		ip netns del "$netns" || true
	done
	echo "$names"
}

run_functional() {
	local file=$1 name=$2 id="rt$$-$3" start code=0 left

	start=$(now_us)
	run_limited "$functional_limit" env "RETIS_TEST_ID=$id" "$file" || code=$?
	left=$(leftovers "$id")
	if [[ -n $left ]]; then
		report_fail "$name" "$(since "$start")" "left behind:$left" "$tmp/out" "$tmp/err"
		return
	fi
	case $code in
	0) report_ok "$name" "$(since "$start")" ;;
	77) report_skip "$name" "$(last_line "$tmp/err")" ;;
	124 | 137)
		report_fail "$name" "$(since "$start")" "stopped after $functional_limit s" \
			"$tmp/out" "$tmp/err"
		;;
	*) report_fail "$name" "$(since "$start")" "" "$tmp/out" "$tmp/err" ;;
	esac
}

# check_functional BEFORE [TEST]...: what comes before the names; these tests, or all.
check_functional() {
	local file name files n=0

	mapfile -t files < <(functional_tests "${@:2}")
	for file in "${files[@]}"; do
		name="$1$(basename -- "$file" .sh)"
		n=$((n + 1))
		if ((EUID)); then
			report_skip "$name" "needs root"
		else
			run_functional "$file" "$name" "$n"
		fi
	done
}

# --- in a virtual machine ------------------------------------------------

# start_in_vm KERNEL SLOT: an emulated machine keeps one processor of ours busy, when nobody
# else wants it. What the machines print is shown one after the other, as it comes.
start_in_vm() {
	local kernel=$1 slot=$2 results="$tmp/vm-$1" arch=() tests=()

	[[ $1 != *-aarch64 ]] || arch=(--arch aarch64)
	[[ $1 != newest || -n ${RETIS_CHECK_KERNELS:-} ]] || tests=("${newest_tests[@]}")
	mkdir -- "$results"
	nice flock --no-fork "$tmp/slot-$slot" timeout -k 20 $((vm_limit + 300)) \
		env ${arch[0]:+RETIS_BUILD=$PWD/build/aarch64} \
		scripts/vm --kernel "${kernel%-aarch64}" "${arch[@]}" --timeout "$vm_limit" --results "$results" -- \
		env RETIS_TEST_TIMEOUT=$((functional_limit * 3)) scripts/check --guest "$kernel" "${tests[@]}" \
		</dev/null >"$tmp/out-$kernel" 2>"$tmp/err-$kernel" &
	# shellcheck disable=SC2004 # not an arithmetic one: the versions are names
	vm_pids[$kernel]=$!
}

report_vm() {
	local kernel=$1 start=$2 name="vm $1" pid=${vm_pids[$1]} code=0

	tail -c +1 -s 0.2 -f --pid="$pid" -- "$tmp/out-$kernel" &
	wait "$pid" || code=$?
	wait $!
	unset "vm_pids[$kernel]"
	if count_record "$tmp/vm-$kernel/record" && ((code <= 1)); then
		report_ok "$name: boots, runs the functional tests" "$(since "$start")"
	elif ((code == 77)) || [[ ! -e build/vm/$kernel/vmlinuz ]]; then
		report_skip "$name" "$(last_line "$tmp/err-$kernel")"
	else
		report_fail "$name" "$(since "$start")" "ended early, code $code" "$tmp/err-$kernel"
	fi
}

# One at a time for each processor: with more, none has the time its tests count on.
start_vms() {
	local kernel n=0

	read -ra vm_kernels <<<"${RETIS_CHECK_KERNELS:-6.1 6.12 newest}"
	vm_start=$(now_us)
	[[ ${RETIS_CHECK_VM:-1} != 0 ]] || return 0
	for kernel in "${vm_kernels[@]}"; do
		start_in_vm "$kernel" $((n++ % $(nproc)))
	done
}

report_vms() {
	local kernel

	for kernel in "${vm_kernels[@]}"; do
		if [[ -n ${vm_pids[$kernel]:-} ]]; then
			report_vm "$kernel" "$vm_start"
		else
			report_skip "vm $kernel" "RETIS_CHECK_VM=0"
		fi
	done
}

# The part inside. The summary is the business of the script outside.
check_guest() {
	export RETIS_GUEST=1
	record=${RETIS_RESULTS:?}/record
	: >"$record"
	check_functional "[$1] " "${@:2}"
	printf 'end\t\t\t\n' >>"$record"
	((failed == 0))
}
