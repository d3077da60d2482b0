#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scripts/new-plugin makes collectors that build at once, in the source tree and
# outside, and the example in docs/ is one of them.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need make
need pkg-config

new_plugin=$ROOT/scripts/new-plugin
umask 022

# refused PATTERN ARG...
refused() {
	local pattern=$1

	shift
	! "$new_plugin" "$@" >"$WORK/refused" 2>&1 || fail "new-plugin accepts: $*"
	assert_contains "$WORK/refused" "$pattern"
}

plugin_list() {
	"$RETIS" plugin list --plugin-dir "$1" >"$WORK/list" 2>&1 || fail "retis plugin list failed"
	assert_not_contains "$WORK/list" 'Refused'
}

mkdir "$WORK/outside"
cd "$WORK/outside"

# --- refusals ------------------------------------------------------------

for name in '' Hello 1st a_b a- -a a/b ../a 'a b' "$(printf 'a%.0s' {1..33})"; do
	refused "$name|too long" "$name"
done
refused 'already' retis
refused 'already' auto
refused 'Usage' a b c
assert_eq "$(ls)" '' "what refusals left behind"

# --- outside -------------------------------------------------------------

"$new_plugin" hello >"$WORK/new"
diff -r collector-hello "$ROOT/docs/examples/collector-hello" >"$WORK/diff" ||
	fail "docs/examples/collector-hello is not what new-plugin makes"

touch collector-hello/mine
refused 'there already' hello
[[ -e collector-hello/mine ]] || fail "a refusal touched the folder"

make -s -C "$ROOT" install DESTDIR="$WORK/root" PREFIX=/usr >"$WORK/make" 2>&1 ||
	fail "make install failed"
# The installed copy needs nothing of the tree. Words that mean something in C are names
# like others.
new_plugin=$WORK/root/usr/share/retis/new-plugin
mkdir all
for name in int my-marks-2; do
	"$new_plugin" "$name" sub/folder >"$WORK/new"
	PKG_CONFIG_PATH=$WORK/root/usr/lib/pkgconfig make -s -C "sub/folder/$name" \
		PKG_CONFIG='pkg-config --define-prefix' CFLAGS='-O2 -g -Werror' all check \
		>"$WORK/make" 2>&1 || fail "the plugin $name does not build"
	cp "sub/folder/$name/build/$name.so" all/
done
plugin_list all
assert_contains "$WORK/list" '^int +1\.0 +collector +yes '
assert_contains "$WORK/list" '^my-marks-2 +1\.0 +collector +yes '

# --- in the tree ---------------------------------------------------------

# A tree of its own: plugins and headers are all it takes.
mkdir -p "$WORK/tree/plugins" "$WORK/tree/bpf" "$WORK/tree/core"
cp -r "$ROOT/Makefile" "$ROOT/include" "$ROOT/scripts" "$WORK/tree/"
cd "$WORK/tree/core"
../scripts/new-plugin my-marks >"$WORK/new"
[[ ! -e $WORK/tree/plugins/my-marks/Makefile ]] || fail "a Makefile where none is needed"
make -s -C "$WORK/tree" build/plugins/my-marks.so build/tests/plugin-my-marks \
	>"$WORK/make" 2>&1 || fail "the tree's Makefile does not build the plugin"
"$WORK/tree/build/tests/plugin-my-marks" >"$WORK/test" 2>&1 || fail "its unit test fails"
plugin_list "$WORK/tree/build/plugins"
assert_contains "$WORK/list" '^my-marks +1\.0 +collector +yes '
