#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# retis --version and retis report-bug tell a maintainer what is at work, and no more.
. "$(dirname -- "$0")/lib.sh"

spare_vm 6.1

cd "$WORK"
"$RETIS" --version >out
assert_contains out '^retis v[0-9]+\.[0-9]+\.[0-9]+'
assert_contains out '^libbpf v[0-9]+\.[0-9]+$'
grep -qF "Linux $(uname -r) $(uname -m) " out || fail 'the kernel is not named'
assert_contains out '^plugin skb [0-9]'

need unshare
need hostname
cat >report.sh <<'END'
hostname secret-name
"$RETIS" report-bug -c skb -p ip_rcw -f 'host 10.9.8.7 or (ether host 02:00:00:00:00:01)'
sleep 1
exec "$RETIS" report-bug -p secret-name -f 'host www.secret.example'
END
export RETIS USER=mona-lisa
unshare --uts bash report.sh >out
assert_eq "$(grep -c '^retis-report-[0-9-]*\.txt is for maintainers' out)" 2 'reports'
cat retis-report-*.txt >all
assert_contains all "^retis $("$RETIS" --version | sed -n 's/^retis //p')"
assert_contains all '^/proc/sys/kernel/kptr_restrict: '
assert_contains all '^kernel BTF '
assert_contains all "'ip_rcw': no such function"
assert_contains all '^This collection would not work'
assert_contains all "unknown host '\[hidden\]'"
assert_not_contains all 'secret|mona-lisa|10\.9\.8\.7|02:00:00'
