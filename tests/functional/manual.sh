#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Manual pages and completions: made of the options there are, plugins' among them, and
# understood by the programs they are for.
. "$(dirname -- "$0")/lib.sh"

not_in_vm
need mandoc
need man
need lowdown
cd "$WORK"
mkdir man
"$RETIS" man-pages man

check_pages() {
	local page

	for page in "$ROOT"/docs/{probes,filters,profiles,plugin-guide}.md; do
		"$ROOT/scripts/man-page" "$page" "retis-$(basename "$page" .md)" 'about it' \
			>"man/$(basename "$page" .md).7"
	done
	for page in man/*; do
		mandoc -Tlint -W warning "$page" >lint 2>&1 || { cat lint; fail "mandoc on $page"; }
		MANWIDTH=80 man --warnings -E UTF-8 -l "$page" >text 2>warnings
		assert_eq "$(<warnings)" '' "warnings of man about $page"
		assert_contains text '^NAME$'
	done
}

# Each option of the help is on the page.
check_options() {
	local option

	MANWIDTH=200 man -E ascii -l man/retis-collect.1 >text
	"$RETIS" collect --help | grep -oE '^ {2,6}(-[a-z], )?--[a-z-]+' | grep -oE -- '--[a-z-]+' >options
	assert_contains options '^--skb-sections$'
	while read -r option; do
		grep -qF -- "$option" text || fail "no $option on the page"
	done <options
}

# completes WANTED WORD...: by bash, the last word not complete yet.
completes() {
	local wanted=$1

	shift
	# shellcheck disable=SC2016 # for the other shell
	PATH=$(dirname -- "$RETIS"):$PATH bash -c '
		. ./retis
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		_retis
		echo "${COMPREPLY[*]}"' bash "$@" >got
	assert_eq "$(<got)" "$wanted" "completion of '$*'"
}

check_bash() {
	"$RETIS" sh-complete --shell bash --register .
	completes collect retis col
	completes 'warn exit' retis collect --on-loss ''
	completes --skb-sections retis collect --skb-se
	completes eth,meta retis collect --skb-sections eth,me
	completes 'list show save' retis profile ''
	completes dropmon retis profile show dro
	completes ifdump retis -p if
	completes skb-drop retis collect -c skb-d
	completes '--probe --probe-stack' retis --log-level debug collect --pro
}

# By the shell itself, which has a terminal.
check_interactive_bash() {
	need script
	cp retis completion
	# The last key completes, as two tabs do.
	printf '%s\n' ". $WORK/completion" $'bind \'"\\C-x": complete\'' \
		$'retis stat\x18 --version' exit >keys
	PATH=$(dirname -- "$RETIS"):$PATH script -qec 'bash --norc -i' /dev/null <keys >typed 2>&1 ||
		true
	assert_contains typed 'retis stats '
}

check_zsh() {
	command -v zsh >/dev/null || return 0
	"$RETIS" sh-complete --shell zsh --register .
	zsh -f -c 'autoload -Uz compinit; compinit -u -D; source ./_retis
		print $_comps[retis]; functions _retis_collect' >got 2>&1
	assert_eq "$(head -n 1 got)" _retis 'what completes retis in zsh'
	assert_contains got '--on-loss.*\( ?warn exit\)'
	assert_contains got '--skb-sections.*_values'
}

check_fish() {
	command -v fish >/dev/null || return 0
	"$RETIS" sh-complete --shell fish --register .
	PATH=$(dirname -- "$RETIS"):$PATH HOME=$WORK fish -c 'source ./retis.fish
		complete -C "retis collect --on-loss "
		complete -C "retis profile show dro"
		complete -C "retis collect --skb-sec"' 2>&1 | cut -f1 >got
	assert_eq "$(paste -sd ' ' got)" 'exit warn dropmon --skb-sections' 'completion by fish'
}

check_pages
check_options
check_bash
check_interactive_bash
check_zsh
check_fish
