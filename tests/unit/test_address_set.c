/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses are told apart, and none is forgotten when the set grows. */
#include <criterion/criterion.h>

#include "core/util/address_set.h"

/* Return addresses as kernels have them: close to each other, and far up. */
static uint64_t address(uint64_t i)
{
	return 0xffffffff81000000 + i * 16;
}

Test(address_set, knows_each_one_once)
{
	struct address_set set = {};

	for (uint64_t i = 0; i < 5000; i++)
		cr_assert_eq(address_set_add(&set, address(i)), 1);
	for (uint64_t i = 0; i < 5000; i++)
		cr_assert_eq(address_set_add(&set, address(i)), 0);
	cr_expect_eq(address_set_add(&set, address(0) + 1), 1);
	address_set_fini(&set);
}

Test(address_set, zero_is_no_address)
{
	struct address_set set = {};

	cr_expect_eq(address_set_add(&set, 0), 0);
	cr_expect_eq(set.n, 0);
	address_set_fini(&set);
}
