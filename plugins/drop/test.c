/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of drops whatever the name tables say, and names from the kernel's enums. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <retis/plugin.h>

#include "section.h"

static const char *find_name(const struct retis_names *names, const char *table, const void *key,
			     uint32_t size, uint64_t at)
{
	int64_t value;

	(void)names;
	(void)at;
	cr_assert_eq(size, sizeof(value));
	memcpy(&value, key, sizeof(value));
	if (!strcmp(table, RETIS_SYMBOLS))
		return value == 0x77 ? "tcp_v4_\033rcv+0x1" : NULL;
	if (!strcmp(table, "skb-drop.subsystem") && value == 3)
		return "open\033vswitch";
	if (!strcmp(table, "skb-drop.reason") && value == 2)
		return "NOT_SPECIFIED";
	return !strcmp(table, "skb-drop.reason") && value == 0x30001 ? "OVS_DROP_LAST_ACTION"
								     : NULL;
}

static void assert_text(struct drop_section drop, uint32_t length, const char *expected)
{
	const struct retis_names names = { .find = find_name };
	const struct retis_event event = {};
	const struct retis_view view = { .length = length,
					 .data = &drop,
					 .present = (drop.subsys ? 1 : 0) | (drop.location ? 2 : 0),
					 .event = &event,
					 .names = &names };
	char room[128] = "";
	struct retis_text out = { .data = room, .capacity = sizeof(room) - 1 };

	retis_plugin.sections[DROP_SECTION].print(&view, NULL, &out);
	cr_assert_str_eq(room, expected);
}

Test(drop, prints_names_and_numbers)
{
	const uint32_t all = sizeof(struct drop_section);

	assert_text((struct drop_section){ .reason = 2 }, all, "drop (reason NOT_SPECIFIED)");
	assert_text((struct drop_section){ .reason = 900 }, all, "drop (reason 900)");
	assert_text((struct drop_section){ .reason = 0x30001, .subsys = 3 }, all,
		    "drop (reason open\\x1bvswitch/OVS_DROP_LAST_ACTION)");
	assert_text((struct drop_section){ .reason = 0x90001, .subsys = 9 }, all,
		    "drop (reason 9/589825)");
	assert_text((struct drop_section){ .reason = 2 }, all - 1, "");
}

Test(drop, says_where_if_not_why)
{
	const uint32_t all = sizeof(struct drop_section);

	assert_text((struct drop_section){ .reason = 2, .location = 0x77 }, all,
		    "drop (reason NOT_SPECIFIED) at tcp_v4_\\x1brcv+0x1");
	assert_text((struct drop_section){ .reason = 2, .location = 0x78 }, all,
		    "drop (reason NOT_SPECIFIED)");
	assert_text((struct drop_section){ .reason = 3, .location = 0x77 }, all, "drop (reason 3)");
}

struct fake {
	struct retis_host host;
	char names[512];
	const char *probe;
	const struct retis_hook *hook;
	/* What there is. */
	bool old;
	bool openvswitch;
};

static int fake_enum(const struct retis_host *host, const char *name,
		     int (*use)(void *arg, const char *name, int64_t value), void *arg)
{
	const struct fake *fake = (const struct fake *)(const void *)host;

	if (fake->openvswitch && !strcmp(name, "ovs_drop_reason"))
		return use(arg, "OVS_DROP_EXPLICIT_DROP", 0x20002);
	if (fake->old)
		return -ENOENT;
	if (!strcmp(name, "skb_drop_reason"))
		return use(arg, "SKB_CONSUMED", 1) || use(arg, "SKB_DROP_REASON_NO_SOCKET", 3);
	if (!strcmp(name, "skb_drop_reason_subsys"))
		return use(arg, "SKB_DROP_REASON_SUBSYS_OPENVSWITCH", 2) ||
		       use(arg, "SKB_DROP_REASON_SUBSYS_NUM", 3);
	return -ENOENT;
}

static int fake_name(const struct retis_host *host, const char *table, const void *key, size_t size,
		     const char *text)
{
	struct fake *fake = (struct fake *)(uintptr_t)host;
	size_t used = strlen(fake->names);
	int64_t value;

	cr_assert_eq(size, sizeof(value));
	memcpy(&value, key, sizeof(value));
	snprintf(fake->names + used, sizeof(fake->names) - used, "%s %d %s\n", table, (int)value,
		 text);
	return 0;
}

static int fake_probe(const struct retis_host *host, const char *probe)
{
	((struct fake *)(uintptr_t)host)->probe = probe;
	return 0;
}

static int fake_hook(const struct retis_host *host, const struct retis_hook *hook, size_t size)
{
	cr_expect_eq(size, sizeof(*hook));
	((struct fake *)(uintptr_t)host)->hook = hook;
	return 0;
}

static int fake_has(const struct retis_host *host, enum retis_need_kind kind, const char *name)
{
	const struct fake *fake = (const struct fake *)(const void *)host;

	if (kind == RETIS_NEED_MODULE)
		return fake->openvswitch && !strcmp(name, "openvswitch");
	return !fake->old;
}

static struct fake make_fake(void)
{
	return (struct fake){ .host = { .size = sizeof(struct retis_host),
					.kernel_has = fake_has,
					.enum_values = fake_enum,
					.add_name = fake_name,
					.add_hook = fake_hook,
					.add_probe = fake_probe } };
}

Test(drop, learns_names_from_the_kernel)
{
	struct fake fake = make_fake();
	void *state = calloc(1, retis_plugin.state_size);

	cr_assert_eq(retis_plugin.setup(&fake.host, state), 0);
	cr_assert_str_eq(fake.names, "skb-drop.reason 1 CONSUMED\nskb-drop.reason 3 NO_SOCKET\n"
				     "skb-drop.subsystem 2 openvswitch\n");
	cr_assert_str_eq(fake.probe, "tp:skb:kfree_skb");
	cr_assert_null(fake.hook);
	free(state);
}

/* Once, when it has come. */
Test(drop, learns_names_from_a_module)
{
	struct fake fake = make_fake();
	void *state = calloc(1, retis_plugin.state_size);

	cr_assert_eq(retis_plugin.setup(&fake.host, state), 0);
	fake.names[0] = '\0';
	retis_plugin.tick(&fake.host, state);
	cr_assert_str_eq(fake.names, "");
	fake.openvswitch = true;
	retis_plugin.tick(&fake.host, state);
	retis_plugin.tick(&fake.host, state);
	cr_assert_str_eq(fake.names, "skb-drop.reason 131074 OVS_DROP_EXPLICIT_DROP\n");
	free(state);
}

Test(drop, does_without_reasons)
{
	struct fake fake = make_fake();
	void *state = calloc(1, retis_plugin.state_size);

	fake.old = true;
	cr_assert_eq(retis_plugin.setup(&fake.host, state), 0);
	cr_assert_str_eq(fake.names, "skb-drop.reason -1 NOT_SPECIFIED\n");
	cr_assert_str_eq(fake.hook->probes[0], "tp:skb:kfree_skb");
	free(state);
}
