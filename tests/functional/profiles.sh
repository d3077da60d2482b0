#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Profiles: listed, shown, saved, applied; the command line goes before them, and what
# this machine lacks is left out with a line.
. "$(dirname -- "$0")/lib.sh"

need ping
make_pair CLIENT SERVER
cd "$WORK"
export HOME=$WORK/home XDG_CONFIG_HOME=
mkdir -p "$HOME" extra

# runs CODE ARG...: retis ends with that code; `out` and `err` have what it said.
runs() {
	local code=0 wanted=$1

	shift
	"$RETIS" "$@" >out 2>err </dev/null || code=$?
	assert_eq "$code" "$wanted" "exit code of retis $*"
}

check_shipped() {
	local name

	runs 0 profile list
	for name in generic ifdump dropmon nft-dropmon pcap reset nat ovs forward; do
		assert_contains out "^  $name {2,}[A-Z]"
		runs 0 profile show "$name"
		assert_contains out '^retis collect( |$)'
		cat out
		runs 0 profile list
	done
}

check_show() {
	cat >extra/mine.yaml <<-'END'
		version: 1.0
		name: mine
		collect:
		  - name: gone
		    when: [{type: symbol, name: no_such_function}]
		    args: {stop_after: '1'}
		  - name: here
		    when:
		      - {type: symbol, name: 'net:netif_receive_skb'}
		      - {type: version, version: '>= 5.12'}
		    args:
		      collectors: skb,moon,dev
		      filter_packet: icmp and not host it's
		      moon_phase: full
		      print: ~
		      probe: [tp:net:netif_receive_skb, tp:net:no_such_event]
	END
	runs 0 -P extra profile show mine
	assert_contains out '^# here$'
	assert_contains out '^# left out: --collectors moon: '
	assert_contains out '^# left out: --moon-phase full: '
	assert_contains out '^# left out: --probe tp:net:no_such_event: no such tracepoint'
	assert_eq "$(grep '^retis ' out)" "retis collect --collectors skb,dev --filter-packet \
'icmp and not host it'\\''s' --print --probe tp:net:netif_receive_skb"
}

# Of the profile, of the user.
check_apply() {
	sed -i "s/icmp and.*/icmp/" extra/mine.yaml
	runs 0 --log-level info -P extra -p mine,ifdump collect -o data --format single-line \
		-m 'sk_buff.len > 0' --cmd "ip netns exec $CLIENT ping -q -c 1 10.0.0.2"
	assert_contains err '^Applying profile mine: here$'
	assert_contains err '^Applying profile ifdump$'
	assert_contains err "No collector 'moon' is installed"
	assert_contains err 'left out: .*--moon-phase'
	assert_contains err 'No probe at tp:net:no_such_event'
	assert_contains out 'ICMP.*type 8 code 0'
	runs 0 stats data
	assert_contains out "^Retis cmdline: retis collect .*-m 'sk_buff.len > 0'.* --filter-packet icmp "
}

check_override() {
	runs 0 -P extra -p mine collect --stop-after 1 -f 'udp or arp or ip' \
		--cmd "ip netns exec $CLIENT ping -q -c 1 10.0.0.2"
	assert_not_contains err 'cannot be used multiple times'
	# Who names it must have it.
	runs 2 -P extra -p mine collect -c moon
	assert_contains err "invalid value 'moon' for '--collectors'"
	runs 1 -P extra -p mine collect -p tp:net:no_such_event
	assert_contains err '^Error: Could not find a tracepoint'
}

check_save() {
	runs 0 profile save web --about 'The web' -- collect -c skb -f 'tcp port 80' \
		-p net:netif_rx -p ip_rcv/stack --stack --skb-sections meta
	assert_contains "$HOME/.config/retis/profiles/web.yaml" '^version: 1.0$'
	runs 0 profile list
	assert_contains out '^  web {18}The web$'
	runs 1 profile save web -- collect
	assert_contains err 'is there already: --force'
	runs 0 profile save web --force -- print --utc
	runs 0 profile show web
	assert_eq "$(<out)" 'retis print --utc' 'saved profile'
	runs 2 profile save ../web -- collect
	runs 2 profile save web -- collect --no-such
	assert_contains err "unexpected argument '--no-such'"
	runs 2 profile save web -- collect --stop-after many
	runs 2 profile save web -- profile list
	assert_eq "$(ls "$HOME/.config/retis/profiles")" web.yaml 'files left'
}

check_bad() {
	printf 'version: 1.0\nname: bad\ncollect:\n  - args:\n      stak: ~\n' >extra/bad.yaml
	runs 2 -p extra/bad.yaml collect
	assert_contains err "^error: extra/bad.yaml:5:13: .*no option '--stak'; did you mean stack"
	printf 'version: 1.0\nname: bad\ncollect: {}\n' >extra/bad.yaml
	runs 2 -p extra/bad.yaml collect
	assert_contains err '^Error: extra/bad.yaml:3:10: '
	runs 0 -P extra profile list
	assert_contains err 'Skipping invalid file extra/bad.yaml:3:10: '
	runs 2 -p dropmn collect
	assert_contains err "not found; did you mean dropmon"
	runs 2 -p "$WORK" collect
	assert_contains err 'not a regular file'
	runs 2 -p dropmon schema
	assert_contains err 'Subcommand schema does not support profile enhancement'
	printf 'version: 1.0\nname: bad\ncollect: [args: {plugin_dir: /tmp}]\n' >extra/bad.yaml
	runs 2 -p extra/bad.yaml collect
	assert_contains err "no option '--plugin-dir'"
}

check_shipped
check_show
check_apply
check_override
check_save
check_bad
