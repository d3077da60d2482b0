/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Section types: numbers, orders, and what is refused of strangers. */
#include <criterion/criterion.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/event/registry.h"

static struct registry registry;

static int add(const struct retis_section_type *type)
{
	return registry_add(&registry, type, "test");
}

Test(registry, numbers_and_orders)
{
	static const struct retis_section_type a = { .name = "a", .rank = 30, .line = 10 };
	static const struct retis_section_type b = { .name = "b", .rank = 20, .line = 10 };
	static const struct retis_section_type c = { .name = "c", .rank = 20, .line = 5 };

	cr_assert_eq(add(&a), 0);
	cr_assert_eq(add(&b), 1);
	cr_assert_eq(add(&c), 2);
	cr_assert_eq(registry.by_rank[0], 1);
	cr_assert_eq(registry.by_rank[1], 2);
	cr_assert_eq(registry.by_rank[2], 0);
	cr_assert_eq(registry.by_line[0], 2);
	cr_assert_eq(registry.by_line[1], 0);
	cr_assert_eq(registry.by_line[2], 1);
	cr_assert_eq(registry_get(&registry, 1)->type, &b);
	cr_assert_str_eq(registry_get(&registry, 1)->plugin, "test");
	cr_assert_null(registry_get(&registry, 3));
	cr_assert_eq(registry_find(&registry, "c"), 2);
	cr_assert_eq(registry_find(&registry, "d"), REGISTRY_NONE);
}

Test(registry, joins_in_any_order)
{
	static const struct retis_section_type dev = { .name = "dev", .joins = "netns" };
	static const struct retis_section_type netns = { .name = "netns" };

	add(&dev);
	cr_assert_eq(registry_get(&registry, 0)->joins, REGISTRY_NONE);
	add(&netns);
	cr_assert_eq(registry_get(&registry, 0)->joins, 1);
	cr_assert_eq(registry_get(&registry, 1)->joins, REGISTRY_NONE);
}

Test(registry, refuses_duplicates_and_reserved_names)
{
	static const struct retis_section_type a = { .name = "a" };
	static const struct retis_section_type kernel = { .name = "kernel" };

	cr_assert_eq(add(&a), 0);
	cr_assert_eq(add(&a), -EEXIST);
	cr_assert_eq(add(&kernel), -EEXIST);
	cr_assert_eq(registry.n, 1);
}

Test(registry, refuses_more_than_there_are_numbers)
{
	static struct retis_section_type types[REGISTRY_MAX + 1];
	static char names[REGISTRY_MAX + 1][16];

	for (int i = 0; i <= REGISTRY_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "s-%d", i);
		types[i].name = names[i];
		cr_assert_eq(add(&types[i]), i < REGISTRY_MAX ? i : -ENOSPC);
	}
}

Test(registry, refuses_hostile_names)
{
	static const char *const names[] = {
		NULL,	"",
		"A",	"a b",
		"a\"b", "a\033[2J",
		"a\nb", "\xc3\xa9",
		"a_b",	"a123456789012345678901234567890123456789012345678901234567890123",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct retis_section_type type = { .name = names[i] };

		cr_assert_eq(add(&type), -EINVAL, "name %zu", i);
		cr_assert_neq(registry.reason[0], '\0');
	}
	cr_assert_eq(registry.n, 0);
}

static char reason[160];

static void refused(struct retis_field field, const char *why)
{
	cr_assert_eq(registry_check_fields(&field, 1, reason, sizeof(reason)), -EINVAL, "%s", why);
	cr_assert_not_null(strstr(reason, why), "'%s' does not say '%s'", reason, why);
}

static const struct retis_enum_name no_name[] = { { 0, "zero" }, { 1, NULL } };

Test(registry, refuses_bad_fields)
{
	refused((struct retis_field){ .name = NULL, .kind = RETIS_UINT, .size = 4 }, "name");
	refused((struct retis_field){ .name = "a\"", .kind = RETIS_UINT, .size = 4 }, "name");
	refused((struct retis_field){ .name = "Aa", .kind = RETIS_UINT, .size = 4 }, "name");
	refused((struct retis_field){ .name = "a", .kind = 0, .size = 4 }, "kind 0");
	refused((struct retis_field){ .name = "a", .kind = 99, .size = 4 }, "kind 99");
	refused((struct retis_field){ .name = "a", .kind = RETIS_UINT, .size = 3 }, "3 bytes");
	refused((struct retis_field){ .name = "a", .kind = RETIS_INT, .size = 0 }, "0 bytes");
	refused((struct retis_field){ .name = "a", .kind = RETIS_HEX, .size = 16 }, "16 bytes");
	refused((struct retis_field){ .name = "a", .kind = RETIS_BOOL, .size = 4 }, "4 bytes");
	refused((struct retis_field){ .name = "a", .kind = RETIS_IP4, .size = 16 }, "16 bytes");
	refused((struct retis_field){ .name = "a", .kind = RETIS_IP6, .size = 4 }, "4 bytes");
	refused((struct retis_field){ .name = "a", .kind = RETIS_IP, .size = 4 }, "4 bytes");
	refused((struct retis_field){ .name = "a", .kind = RETIS_MAC, .size = 8 }, "8 bytes");
	refused((struct retis_field){ .name = "a", .kind = RETIS_STRING, .count = 2 }, "0 bytes");
	refused((struct retis_field){ .name = "a", .kind = RETIS_UINT, .size = 4, .present = 33 },
		"presence bit 33");
	refused((struct retis_field){ .name = "a", .kind = RETIS_UINT, .size = 4, .offset = 8189 },
		"beyond");
	refused((struct retis_field){ .name = "a", .kind = RETIS_UINT, .size = 4, .offset = ~0u },
		"beyond");
	refused((struct retis_field){ .name = "a", .kind = RETIS_UINT, .size = 8, .count = ~0u },
		"beyond");
	refused((struct retis_field){ .name = "a",
				      .kind = RETIS_BYTES,
				      .size = ~0u,
				      .count = ~0u,
				      .offset = ~0u },
		"beyond");
	refused((struct retis_field){ .name = "a", .kind = RETIS_ENUM, .size = 4, .n_names = 2 },
		"enum names");
	refused((struct retis_field){ .name = "a",
				      .kind = RETIS_ENUM,
				      .size = 4,
				      .n_names = 2,
				      .names = no_name },
		"enum name 1");
	refused((struct retis_field){ .name = "a", .kind = RETIS_OBJECT, .count = 1 }, "array");
	refused((struct retis_field){ .name = "a", .kind = RETIS_OBJECT, .n_fields = 1 },
		"not there");
}

struct numbers {
	uint64_t one;
	uint32_t two[2];
};

Test(registry, knows_an_array_from_its_elements)
{
	static const struct retis_field right[] = {
		RETIS_FIELD(struct numbers, one, RETIS_UINT),
		RETIS_FIELD_ARRAY(struct numbers, two, RETIS_UINT, .about = "Both"),
	};
	const struct retis_section_type type = { .name = "a", .fields = right, .n_fields = 2 };

	cr_expect_eq(right[1].size, 4);
	cr_expect_eq(right[1].count, 2);
	cr_expect_eq(right[1].offset, offsetof(struct numbers, two));
	cr_expect_geq(add(&type), 0);
	refused((struct retis_field)RETIS_FIELD(struct numbers, two, RETIS_UINT, .count = 2),
		"field two: 8 bytes times 2, but the member has 8: RETIS_FIELD_ARRAY()");
}

Test(registry, refuses_a_table_that_contains_itself)
{
	static struct retis_field loop[2];

	for (int i = 0; i < 2; i++)
		loop[i] = (struct retis_field){
			.name = i ? "b" : "a", .kind = RETIS_OBJECT, .fields = loop, .n_fields = 2
		};
	cr_assert_eq(registry_check_fields(loop, 2, reason, sizeof(reason)), -EINVAL);
	cr_assert_not_null(strstr(reason, "deep"));
}

Test(registry, refuses_too_much)
{
	static struct retis_field fields[REGISTRY_FIELDS_MAX + 1];
	static char names[REGISTRY_FIELDS_MAX + 1][16];

	for (int i = 0; i <= REGISTRY_FIELDS_MAX; i++) {
		snprintf(names[i], sizeof(names[i]), "f%d", i);
		fields[i] = (struct retis_field){ .name = names[i], .kind = RETIS_UINT, .size = 4 };
	}
	cr_assert_eq(registry_check_fields(fields, REGISTRY_FIELDS_MAX, reason, sizeof(reason)), 0,
		     "%s", reason);
	cr_assert_eq(registry_check_fields(fields, REGISTRY_FIELDS_MAX + 1, reason, sizeof(reason)),
		     -EINVAL);
	cr_assert_eq(registry_check_fields(fields, ~0u, reason, sizeof(reason)), -EINVAL);
	for (int i = 0; i < 20; i++) {
		fields[i].kind = RETIS_BYTES;
		fields[i].size = 0;
	}
	cr_assert_eq(registry_check_fields(fields, 20, reason, sizeof(reason)), -EINVAL);
	cr_assert_not_null(strstr(reason, "overlap"));
}

Test(registry, refuses_one_key_twice)
{
	static const struct retis_field fields[] = {
		{ .name = "a", .kind = RETIS_UINT, .size = 4 },
		{ .name = "b", .kind = RETIS_UINT, .size = 4 },
		{ .name = "a", .kind = RETIS_INT, .size = 8 },
	};

	cr_assert_eq(registry_check_fields(fields, 3, reason, sizeof(reason)), -EINVAL);
	cr_assert_str_eq(reason, "field a: there are two of that name");
	cr_assert_eq(registry_check_fields(fields, 2, reason, sizeof(reason)), 0);
}
