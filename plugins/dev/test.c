/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of the dev section. */
#include <criterion/criterion.h>

#include <retis/plugin.h>

#include "section.h"

#define HAS_RX (1u << (DEV_HAS_RX_IFINDEX - 1))

static void expect(const void *data, uint32_t length, uint32_t present, const char *wanted)
{
	const struct retis_view view = {
		.size = sizeof(view), .length = length, .data = data, .present = present
	};
	const struct retis_print how = { .size = sizeof(how) };
	char text[256];
	struct retis_text out = { .data = text, .capacity = sizeof(text) };

	retis_plugin.sections[DEV_SECTION].print(&view, &how, &out);
	cr_expect(out.length == strlen(wanted) && !memcmp(text, wanted, out.length),
		  "'%.*s' is not '%s'", (int)out.length, text, wanted);
}

Test(dev, line)
{
	const struct dev_section dev = { .ifindex = 2, .rx_ifindex = 3, .name = "eth0" };

	expect(&dev, sizeof(dev), HAS_RX, "if 2 (eth0) rxif 3");
	expect(&dev, sizeof(dev), 0, "if 2 (eth0)");
}

Test(dev, device_without_a_name)
{
	const struct dev_section dev = { .ifindex = 7, .rx_ifindex = 1 };

	expect(&dev, sizeof(dev), 0, "if 7");
	expect(&dev, sizeof(dev), HAS_RX, "if 7 rxif 1");
}

/* Whoever may make a device chooses its name: no terminal may obey it. */
Test(dev, hostile_names)
{
	struct dev_section dev = { .ifindex = 1, .name = "a\033[2J\n\\\xc3\xa9" };

	expect(&dev, sizeof(dev), 0, "if 1 (a\\x1b[2J\\x0a\\\\\\xc3\\xa9)");

	/* Full: there is no NUL, and what follows is not part of it. */
	memset(dev.name, 'x', sizeof(dev.name));
	expect(&dev, sizeof(dev), 0, "if 1 (xxxxxxxxxxxxxxxx)");
}

/* Each in a block of its own size, so that a sanitizer sees a read behind it. */
Test(dev, section_cut_short)
{
	for (uint32_t length = 0; length < sizeof(struct dev_section); length++) {
		void *data = calloc(1, length);

		expect(data, length, HAS_RX, "");
		free(data);
	}
}

/* A newer plugin may have appended fields. */
Test(dev, section_with_more_behind)
{
	const struct {
		struct dev_section dev;
		uint64_t more;
	} longer = { .dev = { .ifindex = 2, .name = "eth0" }, .more = ~0ULL };

	expect(&longer, sizeof(longer), 0, "if 2 (eth0)");
}
