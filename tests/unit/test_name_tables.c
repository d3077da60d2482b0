/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names that come while collecting: found by what they are the name of, and when. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

#include "core/names/tables.h"

static int add_number(struct name_tables *names, const char *table, int64_t key, uint64_t since,
		      const char *text)
{
	const struct retis_file_name entry = {
		.since = since,
		.table = table,
		.key = &key,
		.key_size = sizeof(key),
		.text = text,
	};

	return name_tables_add(names, &entry);
}

static const char *find_number(struct name_tables *names, const char *table, int64_t key,
			       uint64_t at)
{
	return name_tables_find(names, table, &key, sizeof(key), at);
}

Test(name_tables, finds_by_table_and_key)
{
	struct name_tables names = {};

	cr_assert_null(find_number(&names, "a", 1, 0));
	cr_assert_eq(add_number(&names, "a", 1, 0, "one"), 1);
	cr_assert_eq(add_number(&names, "b", 1, 0, "uno"), 1);
	cr_assert_eq(add_number(&names, "a", 1, 0, "one"), 0, "said already");
	cr_assert_str_eq(find_number(&names, "a", 1, 9), "one");
	cr_assert_str_eq(find_number(&names, "b", 1, 9), "uno");
	cr_assert_null(find_number(&names, "a", 2, 9));
	name_tables_fini(&names);
}

Test(name_tables, holds_from_its_time_on)
{
	struct name_tables names = {};

	cr_assert_eq(add_number(&names, "if", 3, 100, "eth0"), 1);
	cr_assert_eq(add_number(&names, "if", 3, 200, "wan"), 1);
	cr_assert_str_eq(find_number(&names, "if", 3, 50), "eth0");
	cr_assert_str_eq(find_number(&names, "if", 3, 199), "eth0");
	cr_assert_str_eq(find_number(&names, "if", 3, 200), "wan");
	name_tables_fini(&names);
}

Test(name_tables, takes_versions_in_any_order)
{
	struct name_tables names = {};
	char text[16];

	/* Later ones first, and so many keys that the table grows between them. */
	for (int64_t since = 300; since > 0; since -= 100) {
		for (int key = 0; key < 500; key++) {
			snprintf(text, sizeof(text), "%d@%d", key, (int)since);
			cr_assert_eq(add_number(&names, "t", key, (uint64_t)since, text), 1);
		}
	}
	cr_assert_eq(add_number(&names, "t", 7, 200, "7@200"), 0, "a dictionary is repeated");
	cr_assert_str_eq(find_number(&names, "t", 7, 100), "7@100");
	cr_assert_str_eq(find_number(&names, "t", 7, 299), "7@200");
	cr_assert_str_eq(find_number(&names, "t", 499, 1000), "499@300");
	name_tables_fini(&names);
}

Test(name_tables, takes_nothing_twice)
{
	struct name_tables names = {};

	for (int round = 1; round >= 0; round--) {
		cr_assert_eq(add_number(&names, "t", 1, 5, "one"), round);
		cr_assert_eq(add_number(&names, "t", 1, 10, "one"), round);
		cr_assert_eq(add_number(&names, "t", 1, 7, "two"), round);
		cr_assert_eq(add_number(&names, "t", 1, 7, "three"), round);
	}
	cr_assert_str_eq(find_number(&names, "t", 1, 9), "three");
	cr_assert_str_eq(find_number(&names, "t", 1, 10), "one", "as it was said");
	name_tables_fini(&names);
}

Test(name_tables, bounds_versions)
{
	struct name_tables names = {};
	char text[16];

	for (int i = 0; i < NAME_VERSIONS_MAX; i++) {
		snprintf(text, sizeof(text), "v%d", i);
		cr_assert_eq(add_number(&names, "t", 1, (uint64_t)i, text), 1);
	}
	cr_assert_eq(add_number(&names, "t", 1, 1000000, "more"), -ENOSPC);
	cr_assert_eq(add_number(&names, "t", 1, 3, "v3"), 0, "it is there");
	cr_assert_eq(add_number(&names, "t", 2, 0, "other"), 1);
	name_tables_fini(&names);
}

Test(name_tables, keeps_many)
{
	struct name_tables names = {};
	struct retis_file_name entry;
	char text[16];

	for (int i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "n%d", i);
		cr_assert_eq(add_number(&names, "t", i, 0, text), 1);
	}
	for (int i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "n%d", i);
		cr_assert_str_eq(find_number(&names, "t", i, 0), text);
	}
	cr_assert(name_tables_get(&names, 4999, &entry));
	cr_assert_str_eq(entry.text, "n4999");
	cr_assert_not(name_tables_get(&names, 5000, &entry));
	name_tables_fini(&names);
}

Test(name_tables, refuses_what_is_too_long)
{
	struct name_tables names = {};
	static char key[NAME_KEY_MAX + 1], text[NAME_TEXT_MAX + 2];
	struct retis_file_name entry = {
		.table = "t", .key = key, .key_size = sizeof(key), .text = "x"
	};

	cr_assert_eq(name_tables_add(&names, &entry), -EINVAL);
	entry.key_size = 0;
	cr_assert_eq(name_tables_add(&names, &entry), -EINVAL);
	entry.key_size = 1;
	entry.table = "";
	cr_assert_eq(name_tables_add(&names, &entry), -EINVAL);
	entry.table = "t";
	memset(text, 'x', sizeof(text) - 1);
	entry.text = text;
	cr_assert_eq(name_tables_add(&names, &entry), -EINVAL);
	text[NAME_TEXT_MAX] = '\0';
	cr_assert_eq(name_tables_add(&names, &entry), 1);
	name_tables_fini(&names);
}

Test(name_tables, hosts_have_tables_of_their_own)
{
	struct name_tables names = {};
	const struct retis_names *all = name_tables_api(&names);
	const struct retis_names *one = name_tables_of_host(all, 1);
	int64_t key = 7;

	cr_assert_eq(add_number(&names, "a", 7, 0, "anybody's"), 1);
	cr_assert_eq(add_number(&names, "a@255", 7, 0, "the last one's"), 1);
	cr_expect_str_eq(one->find(one, "a", &key, sizeof(key), 0), "anybody's");
	cr_assert_eq(add_number(&names, "a@1", 7, 0, "the first one's"), 1);
	cr_expect_str_eq(one->find(one, "a", &key, sizeof(key), 0), "the first one's");
	cr_expect_str_eq(all->find(all, "a", &key, sizeof(key), 0), "anybody's");
	one = name_tables_of_host(all, 255);
	cr_expect_str_eq(one->find(one, "a", &key, sizeof(key), 0), "the last one's");
	cr_expect_eq(name_tables_of_host(all, 0), all);
	name_tables_fini(&names);
}
