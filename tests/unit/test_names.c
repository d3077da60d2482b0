/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets of names: by number and by content, with holes, and bounded. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include "core/names/names.h"

static const struct retis_file_probe kernel_probe = {
	.symbol = "f", .type = "kprobe", .tag = "k", .backend = "kprobe.multi"
};
static const struct retis_file_probe user_probe = {
	.symbol = "f", .type = "usdt", .tag = "u", .path = "/p", .ip = 16
};

Test(names, probes_by_number)
{
	struct names names = {};

	cr_assert_eq(names_put_probe(&names, 3, &kernel_probe), 1);
	cr_assert_eq(names_put_probe(&names, 3, &kernel_probe), 0);
	cr_assert_eq(names_put_probe(&names, 3, &user_probe), -EEXIST);
	cr_assert_eq(names_put_probe(&names, RETIS_NO_PROBE, &user_probe), -EINVAL);
	cr_assert_eq(names.n_probes, 4);
	cr_expect_eq(names.probes[1], &names_unknown);
	cr_assert_eq(names_put_probe(&names, 1, &user_probe), 1);
	cr_assert_eq(names.n_probes, 4);
	cr_expect_str_eq(names.probes[1]->path, "/p");
	cr_expect_null(names.probes[1]->backend);
	cr_expect_str_eq(names.probes[3]->backend, "kprobe.multi");
	names_fini(&names);
}

Test(names, probes_by_content)
{
	struct retis_file_probe other = user_probe;
	struct names names = {};

	cr_assert_eq(names_add_probe(&names, &kernel_probe, 3), 0);
	cr_assert_eq(names_add_probe(&names, &user_probe, 3), 1);
	other.ip++;
	cr_assert_eq(names_add_probe(&names, &other, 3), 2);
	cr_assert_eq(names_add_probe(&names, &user_probe, 3), 1);
	other.path = NULL;
	cr_assert_eq(names_add_probe(&names, &other, 3), -ENOSPC);
	names_fini(&names);
}

Test(names, take_no_more_than_their_arena)
{
	static char symbol[60000];
	struct retis_file_probe probe = { .symbol = symbol, .type = "", .tag = "" };
	struct names names = {};
	int got = 0;

	memset(symbol, 'x', sizeof(symbol) - 1);
	for (probe.ip = 1; got >= 0; probe.ip++)
		got = names_add_probe(&names, &probe, 1000);
	cr_expect_eq(got, -ENOSPC);
	cr_expect_eq(names.n_probes, probe.ip - 2);
	names_fini(&names);
}

Test(names, symbols_by_address)
{
	struct names names = {};
	uint64_t offset = 0;

	for (uint64_t i = 100; i > 0; i--) {
		cr_assert_eq(names_put_symbol(&names, i * 16, 8, i % 2 ? "odd" : "even"), 1);
		if (i % 30 == 0)
			names_sort_symbols(&names);
	}
	names_sort_symbols(&names);
	cr_expect_eq(names_put_symbol(&names, 160, 8, "other"), 0);
	cr_expect_str_eq(names_symbol(&names, 167, &offset), "even");
	cr_expect_eq(offset, 7);
	cr_expect_null(names_symbol(&names, 168, &offset));
	cr_expect_null(names_symbol(&names, 15, &offset));
	names_fini(&names);
}
