/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values by their role: which section has them, and whether they are there. */
#include <criterion/criterion.h>
#include <string.h>

#include "core/event/role.h"

static const struct retis_field inner[] = {
	{ .name = "id", .kind = RETIS_UINT, .offset = 4, .size = 4, .role = RETIS_ROLE_NETNS },
};
static const struct retis_field group_fields[] = {
	{ .name = "index", .kind = RETIS_INT, .size = 2, .role = RETIS_ROLE_IFINDEX },
	{ .name = "group", .kind = RETIS_OBJECT, .present = 2, .fields = inner, .n_fields = 1 },
};
static const struct retis_field other_fields[] = {
	{ .name = "n", .kind = RETIS_UINT, .size = 8, .present = 1, .role = RETIS_ROLE_IFINDEX },
	{ .name = "name", .kind = RETIS_STRING, .offset = 8, .role = RETIS_ROLE_IFNAME },
};
static const struct retis_section_type group_type = {
	.name = "late", .version = 1, .rank = 20, .fields = group_fields, .n_fields = 2
};
static const struct retis_section_type other_type = {
	.name = "early", .version = 1, .rank = 10, .fields = other_fields, .n_fields = 2
};

static struct registry registry;
static struct roles roles;
static struct record record;

static void setup(void)
{
	memset(&registry, 0, sizeof(registry));
	memset(&record, 0, sizeof(record));
	cr_assert_eq(registry_add(&registry, &group_type, ""), 0);
	cr_assert_eq(registry_add(&registry, &other_type, ""), 1);
	roles_init(&roles, &registry);
}

static void add(uint16_t section, const void *data, uint32_t length, uint32_t present)
{
	record.seen[0] |= 1ull << section;
	record.views[section] = (struct retis_view){
		.size = sizeof(struct retis_view),
		.length = length,
		.data = data,
		.present = present,
	};
}

TestSuite(role, .init = setup);

Test(role, first_in_json_counts)
{
	static const struct {
		uint64_t n;
		char name[8];
	} early = { 7, "eth0" };
	static const int16_t late[4] = { -3 };
	struct role_value value;
	uint64_t n;

	cr_assert_not(role_number(&roles, &record, RETIS_ROLE_IFINDEX, &n));
	add(0, late, sizeof(late), 0);
	cr_assert(role_number(&roles, &record, RETIS_ROLE_IFINDEX, &n));
	cr_assert_eq((int64_t)n, -3);
	add(1, &early, sizeof(early), 1);
	cr_assert(role_number(&roles, &record, RETIS_ROLE_IFINDEX, &n));
	cr_assert_eq(n, 7);
	cr_assert(role_find(&roles, &record, RETIS_ROLE_IFNAME, &value));
	cr_assert_eq(value.section, 1);
	cr_assert_eq(value.size, 8);
	cr_assert_str_eq((const char *)value.data, "eth0");
	/* A text is no number, and nobody has this one. */
	cr_assert_not(role_number(&roles, &record, RETIS_ROLE_IFNAME, &n));
	cr_assert_not(role_find(&roles, &record, RETIS_ROLE_PACKET, &value));
}

Test(role, absent_values)
{
	static const uint64_t early[2] = { 7 };
	static const uint32_t late[2] = { 0, 42 };
	uint64_t n;

	/* Not present, so the next section's. */
	add(1, early, sizeof(early), 0);
	add(0, late, sizeof(late), 0);
	cr_assert(role_number(&roles, &record, RETIS_ROLE_IFINDEX, &n));
	cr_assert_eq(n, 0);
	/* In a group that is not there. */
	cr_assert_not(role_number(&roles, &record, RETIS_ROLE_NETNS, &n));
	add(0, late, sizeof(late), 2);
	cr_assert(role_number(&roles, &record, RETIS_ROLE_NETNS, &n));
	cr_assert_eq(n, 42);
	/* Beyond the end. */
	add(0, late, 6, 2);
	cr_assert_not(role_number(&roles, &record, RETIS_ROLE_NETNS, &n));
}
