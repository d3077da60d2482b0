/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin with a fake host: needs no kernel, no privileges and no retis. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include <retis/plugin.h>

#include "section.h"

/* What the plugin made of the constant, and what the host says to that. */
static uint32_t constant;
static int answer;

static int set_constant(const struct retis_host *host, const char *name, const void *value,
			size_t size)
{
	(void)host;
	assert(!strcmp(name, "min_mark") && size == sizeof(constant));
	memcpy(&constant, value, size);
	return answer;
}

static void test_setup(void)
{
	const struct retis_host fake = { .size = sizeof(fake), .set_constant = set_constant };
	char *state = calloc(1, retis_plugin.state_size);
	uint64_t value = 42;

	assert(state);
	memcpy(state + retis_plugin.options[0].offset, &value, sizeof(value));
	assert(retis_plugin.setup(&fake, state) == 0 && constant == 42);
	answer = -ENOENT;
	assert(retis_plugin.setup(&fake, state) == -ENOENT);
	free(state);
}

static void expect(const struct retis_view *view, const char *wanted)
{
	const struct retis_print how = { .size = sizeof(how) };
	char data[128];
	struct retis_text out = { .data = data, .capacity = sizeof(data) };

	retis_plugin.sections[HELLO_SECTION].print(view, &how, &out);
	assert(out.length == strlen(wanted) && !memcmp(data, wanted, out.length));
}

static void test_print(void)
{
	struct hello_section section = { .mark = 0x2a, .priority = 7, .queue_mapping = 3 };
	struct retis_view view = { .size = sizeof(view),
				   .length = sizeof(section),
				   .data = &section };

	expect(&view, "mark 0x2a priority 7");
	view.present = 1u << (HELLO_HAS_QUEUE - 1);
	expect(&view, "mark 0x2a priority 7 queue 3");
	/* A file may hold less than the section has. */
	view.length = sizeof(section) - 1;
	expect(&view, "");
}

int main(void)
{
	test_setup();
	if (retis_plugin.sections[HELLO_SECTION].print)
		test_print();
	return 0;
}
