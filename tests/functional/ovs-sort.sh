#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A packet's way through Open vSwitch and user space is one story, also of files of
# upstream's; what has lost its partner is shown, and says so.
. "$(dirname -- "$0")/lib.sh"
not_in_vm
export NOPAGER=1

declare -A heads=([10]=18446612686364999680 [20]=18446612686365000320)
start='"startup":{"retis_version":"v1.7.0","clock_monotonic_offset":{"sec":1,"nsec":0}}'

# event TIME NAME OVS [ID]: in the kernel, of the packet first seen then, in its first skb.
event() {
	printf '{"common":{"timestamp":%d},"kernel":{"symbol":"%s","probe_type":"kprobe"}' "$1" "$2"
	[[ -z ${4:-} ]] || printf ',"skb-tracking":{"orig_head":%s,"timestamp":%d,"skb":%d}' \
		"${heads[$4]}" "$4" "$4"
	printf '%s}\n' "${3:+,\"ovs\":{\"event_type\":$3\}}"
}

# The same in user space.
user() {
	printf '{"common":{"timestamp":%d},"userspace":{"probe_type":"usdt","symbol":"%s","ip":1' "$1" "$2"
	printf ',"path":"/usr/sbin/ovs","pid":1,"tid":1},"ovs":{"event_type":%s}}\n' "$3"
}

batch='"queue_id":77,"batch_ts":17,"batch_idx":0'
story() {
	event 10 rx '' 10
	event 13 upcall '"upcall","cmd":1,"port":1,"cpu":0' 10
	event 14 enq '"upcall_enqueue","ret":0,"cmd":1,"port":1,"upcall_ts":13,"upcall_cpu":0,"queue_id":77'
	event 15 ret '"upcall_return","upcall_ts":13,"upcall_cpu":0,"ret":0' 10
	user 17 recv "\"recv_upcall\",\"type\":0,\"pkt_size\":98,\"key_size\":132,$batch"
	user 18 put "\"flow_operation\",\"op_type\":\"put\",$batch"
	user 19 exec "\"flow_operation\",\"op_type\":\"exec\",$batch"
	event 20 action '"action_execute","action":"output","port":2,"recirc_id":0,"queue_id":77' 20
	event 21 xmit '' 20
}

# What is printed of events, without the task that is missing here.
stories() {
	sed -e '1,/^$/d' -e 's/ (0) \[\] 0 / /' -e '/^$/d'
}

printf '{"common":{"timestamp":1},%s}\n' "$start" >"$WORK/in"
story >>"$WORK/in"
"$RETIS" sort "$WORK/in" | stories >"$WORK/out"
cat >"$WORK/expected" <<'END'
10 [k] rx #affff888100000000 (skb a) n 0
  ↳ 13 [k] upcall #affff888100000000 (skb a) n 1
      upcall (miss) port 1 cpu 0
  ↳ 14 [k] enq #affff888100000000 (skb a) n 2
      upcall_enqueue (miss) (0/13) q 77 ret 0
  ↳ 15 [k] ret #affff888100000000 (skb a) n 3
      upcall_ret (0/13) ret 0
  ↳ 17 [u] recv (ovs) #affff888100000000 (skb a) n 4
      upcall_recv q 77 pkt_size 98
  ↳ 18 [u] put (ovs) #affff888100000000 (skb a) n 5
      flow_put q 77 ts 17 (0)
  ↳ 19 [u] exec (ovs) #affff888100000000 (skb a) n 6
      flow_exec q 77 ts 17 (0)
  ↳ 20 [k] action #affff888100000000 (skb a) n 7 copy #14ffff888100000280
      exec oport 2 q 77
  ↳ 21 [k] xmit #affff888100000000 (skb a) n 8 copy #14ffff888100000280
END
diff "$WORK/expected" "$WORK/out" >&2 || fail "the story is another one"

# The same once it is a file of ours, and sorted, and as JSON.
"$RETIS" convert "$WORK/in" "$WORK/data"
"$RETIS" sort "$WORK/data" | stories | diff "$WORK/expected" - >&2 || fail "a file of ours differs"
"$RETIS" sort -o "$WORK/sorted" "$WORK/data"
"$RETIS" print "$WORK/sorted" | stories | diff "$WORK/expected" - >&2 || fail "a sorted file differs"

# It may be received before the event that has its queue_id, of several that look alike, too.
{
	printf '{"common":{"timestamp":1},%s}\n' "$start"
	event 12 upcall '"upcall","cmd":1,"port":1,"cpu":1' 10
	event 13 upcall '"upcall","cmd":1,"port":1,"cpu":0' 20
	user 14 recv "\"recv_upcall\",\"type\":0,\"pkt_size\":98,\"key_size\":132,$batch,\"upcall_ts\":13,\"upcall_cpu\":0"
	event 15 enq '"upcall_enqueue","ret":0,"cmd":1,"port":1,"upcall_ts":13,"upcall_cpu":0,"queue_id":77'
	event 16 enq '"upcall_enqueue","ret":0,"cmd":1,"port":1,"upcall_ts":12,"upcall_cpu":1,"queue_id":77'
	user 17 recv "\"recv_upcall\",\"type\":0,\"pkt_size\":98,\"key_size\":132,$batch,\"upcall_ts\":12,\"upcall_cpu\":1"
} >"$WORK/in"
"$RETIS" sort "$WORK/in" | stories | grep -E '^(1|  ↳)' | sed 's/ #.*//' >"$WORK/out"
diff - "$WORK/out" >&2 <<'END' || fail "what is received early is another packet's"
12 [k] upcall
  ↳ 16 [k] enq
  ↳ 17 [u] recv (ovs)
13 [k] upcall
  ↳ 14 [u] recv (ovs)
  ↳ 15 [k] enq
END
# If the upcall was lost, the queue_id says whose it is.
{
	printf '{"common":{"timestamp":1},%s}\n' "$start"
	event 15 enq '"upcall_enqueue","ret":0,"cmd":1,"port":1,"upcall_ts":13,"upcall_cpu":0,"queue_id":77' 20
	user 17 recv "\"recv_upcall\",\"type\":0,\"pkt_size\":98,\"key_size\":132,$batch,\"upcall_ts\":13,\"upcall_cpu\":0"
} >"$WORK/in"
"$RETIS" sort "$WORK/in" | stories | sed -nE 's/ #[0-9a-f]+ \(skb [0-9a-f]+\)//p' >"$WORK/out"
diff - "$WORK/out" >&2 <<'END' || fail "what is received is not known by its queue_id"
15 [k] enq n 0 (what it goes on from is not here)
  ↳ 17 [u] recv (ovs) n 1
END

# Without the upcall, then without what followed from it.
printf '{"common":{"timestamp":1},%s}\n' "$start" >"$WORK/in"
story | grep -v '"event_type":"upcall",' >>"$WORK/in"
"$RETIS" sort "$WORK/in" | stories >"$WORK/out"
assert_contains "$WORK/out" '14 \[k\] enq .* \(what it goes on from is not here\)$'
assert_contains "$WORK/out" '15 \[k\] ret #affff888100000000 .* n 1 \(what it goes on from is not here\)$'
assert_contains "$WORK/out" '↳ 21 \[k\] xmit #e[0-9a-f]+ .* n 5 copy #14ffff888100000280$'
printf '{"common":{"timestamp":1},%s}\n' "$start" >"$WORK/in"
story | grep -v '"upcall' >>"$WORK/in"
"$RETIS" sort "$WORK/in" | stories >"$WORK/out"
assert_contains "$WORK/out" '^17 \[u\] recv .* n 0 \(what it goes on from is not here\)$'
assert_contains "$WORK/out" '↳ 20 \[k\] action #11[0-9a-f]+ .* n 3 copy #14ffff888100000280$'
"$RETIS" sort --format json "$WORK/in" >"$WORK/json"
assert_eq "$(jq -c '[.[].tracking.orphan]' "$WORK/json" | tail -n 1)" '[true,null,null,null,null]' "orphans"

# What the daemon said of a flow is put into the lookups of that version of it, whenever it came.
lookup() {
	event "$1" look "\"flow_lookup\",\"flow\":$2,\"sf_acts\":$3,\"ufid\":[1,2,3,4],\"n_mask_hit\":1,\"n_cache_hit\":0$4" 10
}

detrace() {
	printf '{"common":{"timestamp":%d},"ovs-detrace":{"ufid":[1,2,3,4],"flow":5,"sf_acts":6,"dpflow":"%s","ofpflows":[%s]}}\n' \
		"$1" "$2" "$3"
}

{
	printf '{"common":{"timestamp":1},%s}\n' "$start"
	lookup 12 5 6 ',"dpflow":"","ofpflows":[]'
	lookup 13 5 7 ''
	detrace 14 'in_port(2), actions:3' '"table=0, actions=\u001bNORMAL","table=1, drop"'
	lookup 15 5 6 ''
	detrace 16 'in_port(2), actions:4' ''
} >"$WORK/in"
"$RETIS" sort "$WORK/in" | stories >"$WORK/out"
cat >"$WORK/expected" <<'END'
12 [k] look #affff888100000000 (skb a) n 0
  flow hit ufid 00000001-0000-0002-0000-000300000004 mask 1 cache 0 flow 5 sf_acts 6
  odpflow in_port(2), actions:3
  openflow
      table=0, actions=\x1bNORMAL
      table=1, drop
  ↳ 13 [k] look #affff888100000000 (skb a) n 1
      flow hit ufid 00000001-0000-0002-0000-000300000004 mask 1 cache 0 flow 5 sf_acts 7
  ↳ 15 [k] look #affff888100000000 (skb a) n 2
      flow hit ufid 00000001-0000-0002-0000-000300000004 mask 1 cache 0 flow 5 sf_acts 6
      odpflow in_port(2), actions:4
14
  ufid:00000001-0000-0002-0000-000300000004 in_port(2), actions:3
  openflow:table=0, actions=\x1bNORMAL
      table=1, drop
16
  ufid:00000001-0000-0002-0000-000300000004 in_port(2), actions:4
END
diff "$WORK/expected" "$WORK/out" >&2 || fail "flows are not told where they were looked up"
"$RETIS" sort --format json "$WORK/in" >"$WORK/json"
assert_eq "$(jq -c '.[].ovs | select(.) | [.dpflow, .ofpflows]' "$WORK/json" | tr '\n' ' ')" \
	'["in_port(2), actions:3",["table=0, actions=\u001bNORMAL","table=1, drop"]] [null,null] ["in_port(2), actions:4",[]] ' \
	"what lookups say"
# A file of ours that was sorted says it, too; one that was not does not.
rm "$WORK/data" "$WORK/sorted"
"$RETIS" convert "$WORK/in" "$WORK/data"
"$RETIS" print "$WORK/data" | stories >"$WORK/out"
assert_not_contains "$WORK/out" 'odpflow'
"$RETIS" sort -o "$WORK/sorted" "$WORK/data"
"$RETIS" print "$WORK/sorted" | stories | diff "$WORK/expected" - >&2 || fail "a sorted file says less"
