#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whatever of the standard streams the caller has closed, no message and no event gets
# into the file in its place; -o - is the standard output.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need ping
make_pair CLIENT SERVER
cd -- "$WORK"
collect=("$RETIS" collect -p net:netif_receive_skb
	--cmd "ip netns exec $CLIENT ping -q -c 2 -i 0.2 10.0.0.2")

check_file() {
	local events

	# shellcheck disable=SC2094 # "json" is a format, too
	NOPAGER=1 "$RETIS" print --format json "$1" >json 2>messages || fail "$2: not readable"
	[[ ! -s messages ]] || fail "$2: $(head -n 1 messages)"
	events=$(grep -c '"kernel"' json) || true
	((events >= 2)) || fail "$2: $events events"
	rm -- "$1"
}

"${collect[@]}" -o f >/dev/null 2>&- || true
check_file f 'standard error closed'
"${collect[@]}" -o f >&- 2>/dev/null || true
check_file f 'standard output closed'
"${collect[@]}" -o f <&- >&- 2>&- || true
check_file f 'all closed'
"${collect[@]}" -o f --print >&- 2>/dev/null || true
check_file f 'standard output closed while events are printed'

"${collect[@]}" -o - >f 2>err || fail "-o -: $(tail -n 1 err)"
check_file f '-o -'
[[ ! -e ./- ]] || fail "a file called - was made"

mkfifo fifo
"${collect[@]}" -o fifo 2>err &
pid=$!
defer kill "$pid"
retry=0
until grep -q "^Waiting for a reader of 'fifo'" err; do
	((++retry < 300)) || fail "nothing says that it waits"
	sleep 0.1
done
cat fifo >f
wait "$pid" || fail "with a FIFO: $(tail -n 1 err)"
check_file f 'a FIFO'
