/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nothing is forgotten when the table grows, and those of one hash keep their order. */
#include <criterion/criterion.h>

#include "core/util/intern.h"
#include "core/util/slots.h"

Test(slots, keep_their_order)
{
	struct slots slots = {};

	cr_expect_null(slots_next(&slots, 0, NULL));
	/* Those of the last slots go on at the first ones. */
	for (uint32_t i = 0; i < 3000; i++)
		cr_assert_eq(slots_add(&slots, UINT32_MAX - i % 100, i + 1), 0);
	for (uint32_t hash = 0; hash < 100; hash++) {
		struct slot *slot = NULL;

		for (uint32_t i = hash; i < 3000; i += 100) {
			slot = slots_next(&slots, UINT32_MAX - hash, slot);
			cr_assert_not_null(slot);
			cr_assert_eq(slot->number, i + 1);
		}
		cr_assert_null(slots_next(&slots, UINT32_MAX - hash, slot));
	}
	slots_fini(&slots);
}

/* Return addresses as kernels have them: close to each other, and far up. */
static uint64_t address(uint64_t i)
{
	return 0xffffffff81000000 + i * 16;
}

Test(slots, addresses_are_new_once)
{
	struct intern set = {};

	for (uint64_t i = 0; i < 5000; i++)
		cr_assert_eq(intern_address(&set, address(i)), 1);
	for (uint64_t i = 0; i < 5000; i++)
		cr_assert_eq(intern_address(&set, address(i)), 0);
	cr_expect_eq(intern_address(&set, address(0) + 1), 1);
	cr_expect_eq(intern_address(&set, 0), 0);
	intern_fini(&set);
}
