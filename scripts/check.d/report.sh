# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# For scripts/check: counts results and prints them, a line each. In a virtual machine
# they are also recorded, for the one outside to add to its own.

passed=0
failed=0
skipped=0
failures=()
skips=()
# A file, or nothing.
record=

now_us() {
	echo "${EPOCHREALTIME/[.,]/}"
}

# Tenths of a second since $1 (of now_us), as text.
since() {
	local tenths=$((($(now_us) - $1) / 100000))

	echo "$((tenths / 10)).$((tenths % 10)) s"
}

# $1: ok, FAIL or skip, $2: name, $3: seconds or reason
line() {
	case $1 in
	skip) printf '%-5s %s: %s\n' "$@" ;;
	*) printf '%-5s %-60s %9s\n' "$@" ;;
	esac
}

# $1: ok, FAIL or skip, $2: name, $3: reason for skip or FAIL, $4: how many at once
count() {
	case $1 in
	ok) passed=$((passed + ${4:-1})) ;;
	FAIL) failed=$((failed + 1)) && failures+=("$2${3:+: $3}") ;;
	skip) skipped=$((skipped + 1)) && skips+=("$2: $3") ;;
	esac
	[[ -z $record ]] || printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "${4:-1}" >>"$record"
}

report_ok() {
	line ok "$1" "$2"
	count ok "$1" ''
}

report_skip() {
	line skip "$1" "$2"
	count skip "$1" "$2"
}

# $1: name, $2: time, $3: reason, then files with output
report_fail() {
	local file

	line FAIL "$1" "$2"
	count FAIL "$1" "$3"
	[[ -z $3 ]] || printf '    | %s\n' "$3"
	shift 3
	for file; do
		[[ ! -s $file ]] || sed 's/^/    | /' -- "$file"
	done
}

# Takes over what a virtual machine recorded; 1 if it did not get to the end.
count_record() {
	local status name reason n ended=1

	[[ -e $1 ]] || return 1
	while IFS=$'\t' read -r status name reason n; do
		case $status in
		end) ended=0 ;;
		*) count "$status" "$name" "$reason" "$n" ;;
		esac
	# A tab is white space to read: an empty reason would be skipped.
	done < <(sed 's/\t\t/\t-\t/' -- "$1")
	return "$ended"
}

summary() {
	local text

	if ((${#skips[@]})); then
		printf '\nSkipped:\n'
		printf '  %s\n' "${skips[@]}"
	fi
	if ((${#failures[@]})); then
		printf '\nFailed:\n'
		for text in "${failures[@]}"; do
			printf '  %s\n' "${text%: -}"
		done
	fi
	printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
}
