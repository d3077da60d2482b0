#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Events that are stored print as they would have been printed live.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need ping
make_pair CLIENT SERVER
probes=(-p net:netif_receive_skb -p net:net_dev_start_xmit)
ping_50="ip netns exec $CLIENT ping -q -f -c 50 10.0.0.2"

# Stored, not printed; the default name is in the current folder.
cd -- "$WORK"
"$RETIS" collect -o "${probes[@]}" --cmd "$ping_50" >out 2>err
[[ ! -s out ]] || fail "events were printed in spite of --out"
[[ -s retis.data ]] || fail "there is no retis.data"
NOPAGER=1 "$RETIS" print retis.data >printed
n=$(grep -cE "ns [^ ]*/($(netns_inode "$CLIENT")|$(netns_inode "$SERVER")) " printed)
((n >= 200)) || fail "$n events of 50 pings seen twice each way"
assert_contains printed '^  cmdline retis collect .*-o'

# Both: the same text.
"$RETIS" collect --out both --print "${probes[@]}" --cmd "$ping_50" >live 2>err
NOPAGER=1 "$RETIS" print both | awk 'started; /^$/ { started = 1 }' >printed
[[ -s live ]] || fail "--print does not print"
cmp live printed || fail "what was stored is not what was printed"

# Exactly as many events as asked for.
"$RETIS" collect -o five --stop-after 5 "${probes[@]}" --cmd "$ping_50" 2>err
assert_eq "$(NOPAGER=1 "$RETIS" print --format json five | grep -c '"kernel"')" 5 \
	"stored events of --stop-after 5"

# Two collections don't write to one file.
start_retis out err collect -o shared "${probes[@]}"
code=0
"$RETIS" collect -o shared "${probes[@]}" --cmd true 2>err2 || code=$?
assert_eq "$code" 1 "exit code if the file is in use"
assert_contains err2 "^Error: Could not create or open 'shared': another collection"
stop_retis

# What can't work is told before anything is attached.
code=0
"$RETIS" collect -o no/where "${probes[@]}" 2>err || code=$?
assert_eq "$code" 1 "exit code without a folder"
assert_contains err "^Error: Could not create or open 'no/where': No such file"
assert_not_contains err 'probe\(s\) loaded'
for bad in "--out-rotate 10MB" "--out-keep 3" "-o f --out-keep 3" "-o f --out-rotate 10" \
	"-o f --out-rotate 0MB" "-o f --out-rotate MB" "-o f --out-rotate 5s5"; do
	code=0
	# shellcheck disable=SC2086 # words
	"$RETIS" collect $bad 2>err || code=$?
	assert_eq "$code" 2 "exit code of $bad"
done
