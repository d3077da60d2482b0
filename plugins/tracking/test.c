/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of the skb-tracking section. */
#include <criterion/criterion.h>

#include <retis/plugin.h>

#include "section.h"

#define HAS_PARENT (1u << (TRACKING_HAS_PARENT - 1))

static void expect(const void *data, uint32_t length, uint32_t present, const char *wanted)
{
	const struct retis_view view = {
		.size = sizeof(view), .length = length, .data = data, .present = present
	};
	const struct retis_print how = { .size = sizeof(how) };
	char text[192];
	struct retis_text out = { .data = text, .capacity = sizeof(text) };

	retis_plugin.sections[TRACKING_SECTION].print(&view, &how, &out);
	cr_expect(out.length == strlen(wanted) && !memcmp(text, wanted, out.length),
		  "'%.*s' is not '%s'", (int)out.length, text, wanted);
}

static const struct tracking_section copied = {
	.id = { .orig_head = 0xffff888100000000, .timestamp = 900 },
	.skb = 0xffff888200000100,
	.parent = { .orig_head = 0xffff888100001000, .timestamp = 800 },
};

Test(tracking, line)
{
	expect(&copied, sizeof(copied), 0, "#384ffff888100000000 (skb ffff888200000100)");
}

Test(tracking, copy_shows_its_parent)
{
	expect(&copied, sizeof(copied), HAS_PARENT,
	       "#384ffff888100000000 (skb ffff888200000100) copy of #320ffff888100001000");
}

Test(tracking, calls_in_windows)
{
	const struct tracking_section call = { .id = { 1, 1 }, .duration = 1500, .depth = 2 };

	expect(&call, sizeof(call), 1u << (TRACKING_HAS_DEPTH - 1),
	       "#10000000000000001 (skb 0) depth 2");
	expect(&call, sizeof(call),
	       1u << (TRACKING_HAS_DEPTH - 1) | 1u << (TRACKING_HAS_DURATION - 1),
	       "#10000000000000001 (skb 0) depth 2 took 1500 ns");
}

Test(tracking, id_is_one_number)
{
	const struct tracking_section no_time = { .id = { .orig_head = 0xab } }, zero = {};
	const struct tracking_section low_head = { .id = { 1, 1 } };

	expect(&no_time, sizeof(no_time), 0, "#ab (skb 0)");
	expect(&zero, sizeof(zero), 0, "#0 (skb 0)");
	expect(&low_head, sizeof(low_head), 0, "#10000000000000001 (skb 0)");
}

/* Each in a block of its own size, so that a sanitizer sees a read behind it. */
Test(tracking, section_cut_short)
{
	const uint32_t own = offsetof(struct tracking_section, parent);
	const uint32_t copy = offsetof(struct tracking_section, duration);

	for (uint32_t length = 0; length < sizeof(struct tracking_section); length++) {
		void *data = calloc(1, length);

		expect(data, length, HAS_PARENT,
		       length < own    ? ""
		       : length < copy ? "#0 (skb 0)"
				       : "#0 (skb 0) copy of #0");
		free(data);
	}
}
