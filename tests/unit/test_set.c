/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which file of a rotated set is next. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/input/set.h"

static void touch(const char *path)
{
	FILE *f = fopen(path, "w");

	cr_assert(f);
	fputs("something", f);
	fclose(f);
}

/* The writer gave it its number, and began the one behind it, between two looks. */
Test(set, a_file_may_be_overtaken_while_it_is_opened)
{
	const struct retis_start start = { .command_line = "retis",
					   .split = { .kind = RETIS_SPLIT_TIME, .limit = 1 } };
	char folder[] = "/tmp/retis-set-XXXXXX", *path;
	struct set set;

	cr_assert(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	touch("live");
	cr_assert_eq(set_init(&set, "live"), 0);
	cr_assert_eq(set_start(&set, &start, "live"), 1);
	cr_assert_eq(set_next(&set, true, &path), 0);
	cr_expect_str_eq(path, "live");
	cr_expect_eq(set_overtaken(&set, path), 0);

	cr_assert_eq(rename("live", "live.1"), 0);
	touch("live");
	cr_expect_eq(set_overtaken(&set, path), 1);
	set_missed(&set);
	free(path);
	cr_assert_eq(set_next(&set, true, &path), 0);
	cr_expect_str_eq(path, "live.1");
	cr_expect_eq(set_overtaken(&set, path), 0);
	free(path);
	set_fini(&set);
	cr_expect_eq(unlink("live") | unlink("live.1") | rmdir(folder), 0);
}
