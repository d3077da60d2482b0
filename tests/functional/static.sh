#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The static program is one file: it collects with the plugins inside, and takes no others.
. "$(dirname -- "$0")/lib.sh"

not_in_vm
[[ $RETIS == "$ROOT/build/retis" ]] || skip 'it is about another program'
make -s -C "$ROOT" static >"$WORK/log" 2>&1 || fail "it does not build: $(tail -n 5 "$WORK/log")"
cp "$ROOT/build/retis-static" "$WORK/retis"
cd "$WORK"
make_netns BOX

# An interpreter would be the dynamic linker.
need readelf
! readelf -lW retis | grep INTERP || fail 'it needs a dynamic linker'
assert_eq "$(./retis --version | grep -c '^plugin ')" "$("$RETIS" --version | grep -c '^plugin ')" 'plugins'
./retis collect -c skb,ns -p net:netif_receive_skb -f icmp \
	--cmd "ip netns exec $BOX ping -q -c 1 127.0.0.1" >out 2>err
assert_contains out '127.0.0.1 > 127.0.0.1.* ICMP'
assert_contains out '^  ns '

# docs/packages.md tells sizes.
need strip
strip -o small retis
assert_eq "$(./small --version)" "$(./retis --version)" 'without symbols'
(($(stat -c %s small) < 8000000 && $(stat -c %s retis) < 13000000)) || fail "it has grown: $(stat -c '%n %s' small retis | paste -sd ' ')"

code=0
./retis --plugin-dir . collect --cmd true >out 2>err || code=$?
assert_eq "$code" 1 'exit code with --plugin-dir'
assert_contains err '^Error: plugin directory \.: this program is static: its plugins are in it'
RETIS_PLUGIN_PATH=. ./retis --version >out 2>err
assert_contains err 'RETIS_PLUGIN_PATH\): this program is static'
