#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A stranger's collector: built from a copy of the example outside of the source tree,
# against an installed retis, it is found, runs next to our own and shows its section.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need make
need ping
need pkg-config
make_pair CLIENT SERVER

ping=$(command -v ping)
installed=$WORK/root/usr
plugin=$WORK/collector-hello

# In the example's folder, with the retis installed below $WORK.
plugin_make() {
	PKG_CONFIG_PATH=$installed/lib/pkgconfig make -s -C "$plugin" \
		PKG_CONFIG='pkg-config --define-prefix' "$@" >"$WORK/make" 2>&1 ||
		fail "the example does not build: make $*"
}

# Each installed header can be included first and alone; those of user space in C++, too.
check_headers() {
	local header flags multiarch compiler

	multiarch=$(gcc -print-multiarch)
	read -ra flags < <(PKG_CONFIG_PATH=$installed/lib/pkgconfig pkg-config --define-prefix \
		--variable=bpf_cflags retis)
	cd "$installed/include"
	for header in retis/*.h; do
		for compiler in 'gcc -xc -std=c11' 'g++ -xc++ -std=c++11'; do
			command -v "${compiler%% *}" >/dev/null || continue
			# shellcheck disable=SC2086 # words
			$compiler -Wall -Wextra -Werror -fsyntax-only -I. -include "$header" \
				/dev/null 2>"$WORK/header" || fail "$header with ${compiler%% *}"
		done
	done
	for header in retis/bpf/*.h retis/bpf/*/*.h; do
		"${CLANG:-clang-14}" "${flags[@]}" ${multiarch:+-I/usr/include/$multiarch} -xc \
			-Wall -Wextra -Werror -fsyntax-only -include "$header" /dev/null \
			2>"$WORK/header" || fail "$header with clang"
	done
	cd "$WORK"
}

# trace OUT ARG...: what is seen of packets with mark 42 being sent.
trace() {
	local out=$1

	shift
	"$RETIS" collect -p tp:net:netif_receive_skb -p tp:net:net_dev_start_xmit "$@" \
		--cmd "ip netns exec $CLIENT $ping -q -c 2 -i 0.2 -m 42 10.0.0.2" \
		>"$out" 2>"$out.err" || fail "retis ended with code $?"
}

make -s -C "$ROOT" install DESTDIR="$WORK/root" PREFIX=/usr >"$WORK/make" 2>&1 ||
	fail "make install failed"
# As root, retis takes plugins only from where nobody else can write.
umask 022
cp -r -- "$installed/share/doc/retis/examples/collector-hello" "$plugin"
RETIS=$installed/bin/retis
check_headers

"$RETIS" plugin list >"$WORK/list"
assert_contains "$WORK/list" '^skb .*/root/'
assert_not_contains "$WORK/list" '^hello'

plugin_make all check
"$RETIS" plugin list --plugin-dir "$plugin/build" >"$WORK/list"
assert_contains "$WORK/list" '^hello +[0-9.]+ +collector +yes '
assert_not_contains "$WORK/list" 'Refused'

# Installed next to the others it needs no option to be found.
plugin_make install
"$RETIS" plugin list >"$WORK/list"
assert_contains "$WORK/list" '^hello .*/root/'

trace "$WORK/text" -c hello,skb
assert_contains "$WORK/text" '^  10\.0\.0\.1 > 10\.0\.0\.2 .*ICMP'
assert_contains "$WORK/text" '^  mark 0x2a priority [0-9]+'
assert_contains "$WORK/text" '^  mark 0x0 priority [0-9]+'

trace "$WORK/json" -c hello,skb --format json
assert_contains "$WORK/json" '"packet":\{.*"hello":\{"mark":42,"priority":[0-9]+[,}]'

# A site's collector may well run alone, and its option reaches the kernel.
trace "$WORK/option" -c hello --hello-min-mark 42
assert_contains "$WORK/option" '^  mark 0x2a '
assert_not_contains "$WORK/option" '^  mark 0x0 '

# Without a printer of its own it gets one made of its fields.
sed -i '/\.print = [a-z_]*,/d' "$plugin/plugin.c"
plugin_make all check install
trace "$WORK/generic" -c hello,skb
assert_contains "$WORK/generic" '^  hello \[mark 0x2a priority [0-9]+( queue_mapping [0-9]+)?\]$'

# --- mistakes of authors are named ---------------------------------------------------------

# try_mistake FILE SED MESSAGE
try_mistake() {
	rm -rf "$plugin"
	cp -r -- "$installed/share/doc/retis/examples/collector-hello" "$plugin"
	sed -i "$2" "$plugin/$1"
	plugin_make all
	"$RETIS" collect --plugin-dir "$plugin/build" -c hello --cmd true 2>"$WORK/mistake" >/dev/null &&
		fail "a mistake in $1 passes: $2"
	assert_contains "$WORK/mistake" "^Error: Collector hello: $3"
}

try_mistake hook.bpf.c 's/priority;/prioritie;/; s/(skb, priority)/(skb, prioritie)/' \
	"hook 'hello_hook' reads what this kernel does not have: struct sk_buff.prioritie$"
try_mistake hook.bpf.c 's/if (mark < min/for (volatile int k = 0; k >= 0;)\n\t\t;\n\t&/' \
	"hook 'hello_hook' does not verify on this kernel: infinite loop detected at insn [0-9]+$"
try_mistake plugin.c 's/"min_mark", &/"min_marc", \&/' "it could not be initialized: its BPF object has no constant 'min_marc'$"
try_mistake plugin.c 's/sizeof(min_mark)/2/' "it could not be initialized: its constant 'min_mark' has another size$"
