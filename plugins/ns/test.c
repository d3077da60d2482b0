/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of the netns section. */
#include <criterion/criterion.h>

#include <retis/plugin.h>

#include "section.h"

#define HAS_COOKIE (1u << (NS_HAS_COOKIE - 1))

static void expect(const void *data, uint32_t length, uint32_t present, const char *wanted)
{
	const struct retis_view view = {
		.size = sizeof(view), .length = length, .data = data, .present = present
	};
	const struct retis_print how = { .size = sizeof(how) };
	char text[128];
	struct retis_text out = { .data = text, .capacity = sizeof(text) };

	retis_plugin.sections[NS_SECTION].print(&view, &how, &out);
	cr_expect(out.length == strlen(wanted) && !memcmp(text, wanted, out.length),
		  "'%.*s' is not '%s'", (int)out.length, text, wanted);
}

Test(ns, line)
{
	const struct ns_section ns = { .cookie = 16, .inum = 4026531840u };

	expect(&ns, sizeof(ns), HAS_COOKIE, "ns 0x10/4026531840");
	expect(&ns, sizeof(ns), 0, "ns 4026531840");
}

Test(ns, extremes)
{
	const struct ns_section zero = {}, full = { .cookie = ~0ULL, .inum = ~0u };

	expect(&zero, sizeof(zero), HAS_COOKIE, "ns 0x0/0");
	expect(&full, sizeof(full), HAS_COOKIE, "ns 0xffffffffffffffff/4294967295");
}

/* Each in a block of its own size, so that a sanitizer sees a read behind it. */
Test(ns, section_cut_short)
{
	for (uint32_t length = 0; length < sizeof(struct ns_section); length++) {
		void *data = calloc(1, length);

		expect(data, length, HAS_COOKIE, "");
		free(data);
	}
}

static const char *find_name(const struct retis_names *names, const char *table, const void *key,
			     uint32_t size, uint64_t at)
{
	uint32_t inum;

	(void)names;
	(void)at;
	cr_assert_str_eq(table, "ns.name");
	cr_assert_eq(size, sizeof(inum));
	memcpy(&inum, key, size);
	return inum == 7 ? "ser\033ver" : NULL;
}

Test(ns, name_is_escaped)
{
	const struct ns_section ns = { .cookie = 16, .inum = 7 };
	const struct retis_names names = { find_name };
	const struct retis_event event = {};
	const struct retis_view view = { .size = sizeof(view),
					 .length = sizeof(ns),
					 .data = &ns,
					 .present = HAS_COOKIE,
					 .event = &event,
					 .names = &names };
	const struct retis_print how = { .size = sizeof(how) };
	char text[128];
	struct retis_text out = { .data = text, .capacity = sizeof(text) };

	retis_plugin.sections[NS_SECTION].print(&view, &how, &out);
	cr_expect(out.length > 2 && !memchr(text, 27, out.length) &&
			  !memcmp(text + out.length - 2, "/7", 2),
		  "'%.*s'", (int)out.length, text);
}
