#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A program built with the installed library reads an event file.
. "$(dirname -- "$0")/lib.sh"

not_in_vm

need pkg-config
need gcc
make_netns BOX
make -s -C "$ROOT" install DESTDIR="$WORK/root" PREFIX=/usr >/dev/null
export PKG_CONFIG_PATH=$WORK/root/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$WORK/root

"$RETIS" collect -o "$WORK/file" -p net:netif_receive_skb \
	--cmd "ip netns exec $BOX ping -q -c 3 127.0.0.1" 2>"$WORK/err"

cat >"$WORK/count.c" <<'END'
#include <stdio.h>
#include <retis/reader.h>

int main(int argc, char **argv)
{
	const struct retis_item *item;
	struct retis_reader *r;
	int n = 0, err = retis_reader_open(argc > 1 ? argv[1] : "", NULL, &r);

	while (!err && retis_reader_next(r, &item) > 0)
		n += item->kind == RETIS_ITEM_EVENT;
	if (err)
		fprintf(stderr, "%s\n", retis_reader_error(r));
	printf("%d\n", n);
	retis_reader_close(r);
	return err != 0;
}
END

expected=$(NOPAGER=1 "$RETIS" print --format json "$WORK/file" | grep -c '"kernel"')
((expected >= 6)) || fail "only $expected events"
# shellcheck disable=SC2046 # words
gcc -Wall -Werror -o "$WORK/shared" "$WORK/count.c" $(pkg-config --cflags --libs libretis)
assert_eq "$(LD_LIBRARY_PATH=$WORK/root/usr/lib "$WORK/shared" "$WORK/file")" "$expected" \
	"events by the shared library"
# shellcheck disable=SC2046
gcc -Wall -Werror -o "$WORK/static" "$WORK/count.c" $(pkg-config --cflags libretis) \
	"$WORK/root/usr/lib/libretis.a" $(pkg-config --libs-only-l --static libretis | sed 's/-lretis//')
assert_eq "$("$WORK/static" "$WORK/file")" "$expected" "events by the static library"

# JSON and text are the program's own.
cat >"$WORK/show.c" <<'END'
#include <stdio.h>
#include <string.h>
#include <retis/events.h>

int main(int argc, char **argv)
{
	struct retis_events_options options = { .size = sizeof(options) };
	const char *text, *dirs[] = { argc > 2 ? argv[2] : "" };
	const struct retis_events_item *item;
	struct retis_events *ev;
	size_t n;
	int got;

	options.plugin_dirs = dirs;
	options.n_plugin_dirs = 1;
	got = retis_events_open(argv[1], &options, &ev);
	while (!got && (got = retis_events_next(ev, &item)) > 0) {
		got = argc > 3 ? retis_events_json(ev, item, &text, &n)
			       : retis_events_print(ev, item, RETIS_TEXT_SINGLE_LINE, &text, &n);
		printf("%.*s\n", (int)n, text);
	}
	if (got)
		fprintf(stderr, "%s\n", retis_events_error(ev));
	retis_events_close(ev);
	return got != 0;
}
END
# shellcheck disable=SC2046
gcc -Wall -Werror -o "$WORK/show" "$WORK/show.c" $(pkg-config --cflags --libs libretis)
export LD_LIBRARY_PATH=$WORK/root/usr/lib
"$WORK/show" "$WORK/file" "$WORK/root/usr/lib/retis/plugins" json >"$WORK/library.json"
NOPAGER=1 "$RETIS" print --format json "$WORK/file" | cmp - "$WORK/library.json"
"$WORK/show" "$WORK/file" "$WORK/root/usr/lib/retis/plugins" >"$WORK/library.text"
NOPAGER=1 "$RETIS" print --format single-line "$WORK/file" | cmp - "$WORK/library.text"
unset LD_LIBRARY_PATH

! "$WORK/static" "$0" >/dev/null 2>"$WORK/err" || fail "a script is taken for an event file"
assert_contains "$WORK/err" '^not an event file$'
