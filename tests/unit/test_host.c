/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a plugin hands over in its setup(), which may be older or newer than the program. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "core/plugin/host.h"
#include "core/util/log.h"

static struct host host;
static struct retis_hook taken;
static char probes[256];

/* As a later version may have it. */
struct newer_hook {
	struct retis_hook hook;
	uint64_t more;
};

static int take_hook(void *arg, const struct retis_hook *hook)
{
	(void)arg;
	taken = *hook;
	return 0;
}

static int take_probe(void *arg, const char *probe)
{
	(void)arg;
	strncat(probes, probe, sizeof(probes) - strlen(probes) - 1);
	return 0;
}

static void prepare(void)
{
	log_set_level(RETIS_LOG_ERROR);
	host_init(&host, "test", NULL);
	host.add_hook = take_hook;
	host.add_probe = take_probe;
	host.setting_up = true;
}

TestSuite(host, .init = prepare);

static int add_hook(const void *hook, size_t size)
{
	return host.api.add_hook(&host.api, hook, size);
}

Test(host, hooks_of_any_size)
{
	struct newer_hook newer = { .hook = { .program = "new", .order = 7 } };
	/* One that knows only the first member: what is behind it is not the hook's. */
	struct {
		const char *program;
		uint64_t others[16];
	} older = { "old", { 1, 2, 3, 4, 5, 6, 7, 8 } };

	cr_expect_eq(add_hook(&newer, sizeof(newer)), 0);
	cr_expect_str_eq(taken.program, "new");
	cr_expect_eq(taken.order, 7);
	cr_expect_eq(add_hook(&older, sizeof(older.program)), 0);
	cr_expect_str_eq(taken.program, "old");
	cr_expect_eq(taken.order, 0);
	cr_expect_null(taken.probes);
}

Test(host, hooks_that_can_not_be)
{
	struct newer_hook newer = { .hook = { .program = "new" }, .more = 1 };

	cr_expect_eq(add_hook(&newer, sizeof(newer)), -EINVAL);
	cr_expect_eq(add_hook(&newer, 0), -EINVAL);
	cr_expect_eq(add_hook(&newer, 12), -EINVAL);
	cr_expect_eq(add_hook(&newer, 1 << 20), -EINVAL);
	cr_expect_eq(add_hook(NULL, sizeof(newer)), -EINVAL);
	newer.hook.program = "not a function";
	cr_expect_eq(add_hook(&newer, sizeof(newer.hook)), -EINVAL);
	cr_expect_null(taken.program);
	host.setting_up = false;
	cr_expect_eq(add_hook(&newer, sizeof(newer.hook)), -EBUSY);
}

Test(host, probes_that_are_none)
{
	cr_expect_eq(host.api.add_probe(&host.api, "tp:net:netif_rx"), 0);
	cr_expect_eq(host.api.add_probe(&host.api, "tp:net"), -EINVAL);
	cr_expect_str_eq(probes, "tp:net:netif_rx");
	cr_expect(strstr(host.fault, "its probe 'tp:net': "), "%s", host.fault);
}
