#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# make dist makes a tarball with a checksum, of the same bytes each time, and signs it.
. "$(dirname -- "$0")/lib.sh"

not_in_vm
need git
need gpg
git -C "$ROOT" rev-parse -q --verify HEAD >/dev/null 2>&1 || skip "the sources are not in git"

mkdir -m 700 "$WORK/keys"
export GNUPGHOME=$WORK/keys
defer gpgconf --kill all
gpg --batch --quiet --passphrase '' --quick-generate-key 'Test <test@retis.example>' ed25519 sign never 2>"$WORK/gpg" ||
	skip "no key can be made: $(tail -n 1 "$WORK/gpg")"
git -c safe.directory="$ROOT" clone -q "$ROOT" "$WORK/sources"
cd "$WORK/sources"

make -s dist 2>"$WORK/err" || fail "make dist"
mv build/dist "$WORK/unsigned"
make -s dist KEY=test@retis.example 2>"$WORK/err" || fail "make dist with a key"
name=$(basename build/dist/*.tar.gz)
cmp "build/dist/$name" "$WORK/unsigned/$name" || fail "other bytes"
[[ ! -e $WORK/unsigned/$name.asc ]] || fail "signed without a key"
(cd build/dist && sha256sum --quiet --check "$name.sha256") || fail "the checksum is wrong"
gpg --batch --verify "build/dist/$name.asc" "build/dist/$name" 2>"$WORK/gpg" || fail "the signature is wrong"
assert_contains "$WORK/gpg" 'Good signature from "Test <test@retis.example>"'
tar -xzf "build/dist/$name" -C "$WORK"
version=$(sed -n 's/^RELEASE := //p' "$WORK/${name%.tar.gz}/Makefile")
assert_eq "$name" "retis-$version.tar.gz" "name of the tarball"

! make -s dist KEY=nobody@retis.example 2>"$WORK/err" || fail "signed by nobody"
assert_contains "$WORK/err" "^dist: gpg could not sign with the key 'nobody@retis.example'"
