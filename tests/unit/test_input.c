/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of what reads files: lines, numbered strings, versions, times. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/cli/when.h"
#include "core/input/fixup.h"
#include "core/util/intern.h"
#include "core/input/lines.h"

static void expect_line(struct lines *l, const char *want, bool cut)
{
	struct line line;

	cr_assert_eq(lines_next(l, &line), 1);
	cr_assert_eq(line.length, strlen(want));
	cr_assert_eq(memcmp(line.text, want, line.length), 0);
	cr_assert_eq(line.cut, cut);
}

Test(lines, whole_cut_and_peeked)
{
	struct line line;
	struct lines l;
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(lines_init(&l, ends[0], "fir", 3), 0);
	cr_assert_eq(write(ends[1], "st\n\nthi", 7), 7);
	expect_line(&l, "first", false);
	expect_line(&l, "", false);
	cr_assert_eq(write(ends[1], "rd\nlast", 7), 7);
	close(ends[1]);
	expect_line(&l, "third", false);
	expect_line(&l, "last", true);
	cr_assert_eq(l.number, 4);
	cr_assert_eq(l.offset, 17);
	cr_assert_eq(lines_next(&l, &line), 0);
	lines_fini(&l);
	close(ends[0]);
}

Test(lines, following)
{
	FILE *file = tmpfile();
	struct line line;
	struct lines l;

	cr_assert_not_null(file);
	cr_assert_eq(lines_init(&l, fileno(file), "", 0), 0);
	l.follow = true;
	cr_assert_eq(pwrite(fileno(file), "one\ntw", 6, 0), 6);
	expect_line(&l, "one", false);
	cr_assert_eq(lines_next(&l, &line), -EAGAIN);
	cr_assert_eq(pwrite(fileno(file), "o\n", 2, 6), 2);
	expect_line(&l, "two", false);
	lines_fini(&l);
	fclose(file);
}

/* Memory has a limit, and what is behind such a line is read. */
Test(lines, too_long)
{
	static char block[1 << 20];
	FILE *file = tmpfile();
	struct line line;
	struct lines l;

	cr_assert_not_null(file);
	memset(block, 'x', sizeof(block));
	for (int i = 0; i < 40; i++)
		cr_assert_eq(fwrite(block, sizeof(block), 1, file), 1);
	fputs("\nnext\n", file);
	rewind(file);
	cr_assert_eq(lines_init(&l, fileno(file), "", 0), 0);
	cr_assert_eq(lines_next(&l, &line), -EMSGSIZE);
	expect_line(&l, "next", false);
	cr_assert_leq(l.capacity, LINES_MAX);
	cr_assert_eq(l.offset, 40 * sizeof(block) + 6);
	lines_fini(&l);
	fclose(file);
}

Test(intern, numbers_stay)
{
	struct intern in = { 0 };
	char text[16];

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 5000; i++) {
			snprintf(text, sizeof(text), "%d", i);
			cr_assert_eq(intern_get(&in, text, strlen(text), 5000), i);
		}
	}
	cr_assert_eq(intern_get(&in, "more", 4, 5000), -ENOSPC);
	cr_assert_eq(intern_get(&in, "a\0b", 3, 6000), 5000);
	cr_assert_eq(intern_get(&in, "a\0c", 3, 6000), 5001);
	cr_assert_str_eq(in.texts[4999], "4999");
	intern_fini(&in);
}

Test(fixup, levels)
{
	static const struct {
		const char *version;
		int want;
	} rows[] = {
		{ "v1.5.0", FIXUP_1_5 },
		{ "1.5.9-3-gabc", FIXUP_1_5 },
		{ "v1.6.2", FIXUP_1_6 },
		{ "v1.7.0", FIXUP_NONE },
		{ "v1.7.0+v1.5.0", FIXUP_NONE },
		{ "v2.0.0", FIXUP_NONE },
		{ "v0.3.1", FIXUP_NONE },
		{ "v1.10.0", FIXUP_NONE },
		{ "v1.4.9", -ENOTSUP },
		{ "unspec", FIXUP_1_5 },
		{ "", FIXUP_1_5 },
		{ "v", FIXUP_1_5 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_assert_eq(fixup_level(rows[i].version), rows[i].want, "%s", rows[i].version);
}

Test(when, times)
{
	const int64_t second = 1000000000;
	struct when w;

	cr_assert_eq(when_parse("12345", &w), 0);
	cr_assert(w.given && !w.utc);
	cr_assert_eq(when_monotonic(&w, 77), 12345);
	cr_assert_eq(when_parse("2026-01-02 03:04:05.6789", &w), 0);
	cr_assert(w.utc);
	cr_assert_eq(w.ns, 1767323045678900000ull);
	cr_assert_eq(when_monotonic(&w, 1767323045 * second), 678900000);
	cr_assert_eq(when_monotonic(&w, 1767323046 * second), 0);
	cr_assert_eq(when_monotonic(&w, -second), 1767323046678900000ull);
	cr_assert_eq(when_parse("2026-01-02T03:04Z", &w), 0);
	cr_assert_eq(w.ns, 1767323040000000000ull);
	cr_assert_eq(when_parse("1970-01-01 00:00:00.1234567899", &w), 0);
	cr_assert_eq(w.ns, 123456789);
}

Test(when, date_or_time_alone)
{
	const uint64_t second = 1000000000, midnight = 1767312000 * second;
	struct when w;

	cr_assert_eq(when_parse("2026-01-02", &w), 0);
	cr_assert(w.utc && w.ns == midnight);
	when_to_end(&w);
	cr_assert_eq(w.ns, midnight + 86400 * second - 1);
	when_to_end(&w);
	cr_assert_eq(w.ns, midnight + 86400 * second - 1);
	cr_assert_eq(when_parse("03:04:05.5", &w), 0);
	cr_assert_eq(w.ns, 11045 * second + second / 2);
	/* Booted an hour after midnight; the file begins an hour later. */
	when_set_date(&w, 3600 * second, (int64_t)(midnight + 3600 * second));
	cr_assert_eq(w.ns, midnight + 11045 * second + second / 2);
	cr_assert_eq(when_monotonic(&w, (int64_t)(midnight + 3600 * second)),
		     7445 * second + second / 2);
	/* What has a date keeps it. */
	cr_assert_eq(when_parse("1970-01-01 03:04", &w), 0);
	when_set_date(&w, 5, (int64_t)midnight);
	cr_assert_eq(w.ns, 11040 * second);
	cr_assert_eq(when_parse("03:04Z", &w), 0);
	cr_assert(w.clock);
}

Test(when, what_is_no_time)
{
	static const char *const texts[] = {
		"",
		"now",
		"-1",
		"18446744073709551616",
		"2026-01",
		"2026-01-02.5",
		"25:00",
		"2026-13-02 03:04",
		"2026-01-02 03:04:05x",
		"1969-12-31 23:59:59",
		"9999-01-01 00:00",
	};
	struct when w;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		cr_assert_eq(when_parse(texts[i], &w), -EINVAL, "%s", texts[i]);
}
