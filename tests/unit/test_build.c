/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events out of JSON, however it is written. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>

#include "core/event/record.h"
#include "core/input/build.h"

static struct build b;

static void setup(void)
{
	cr_assert_eq(build_init(&b, NULL), 0);
}

static void teardown(void)
{
	build_fini(&b);
}

TestSuite(build, .init = setup, .fini = teardown);

static int build(const char *text, size_t length)
{
	struct json_cursor c = json_cursor(text, length);

	return build_event(&b, &c);
}

static const char usual[] =
	"{\"common\":{\"timestamp\":7,\"smp_id\":1,\"task\":{\"pid\":2,\"tgid\":3,\"comm\":\"x\"}},"
	"\"kernel\":{\"symbol\":\"f\",\"probe_type\":\"kprobe\"},"
	"\"tracking\":{\"skb\":{\"orig_head\":4,\"timestamp\":5,\"skb\":6},\"idx\":7},"
	"\"other\":{\"a\":[1,{}]}}";

Test(build, order_and_space_do_not_matter)
{
	static const char *const texts[] = {
		usual,
		"{\"kernel\":{\"probe_type\":\"kprobe\",\"x\":[],\"symbol\":\"f\"}, \"null\":null,"
		"\"tracking\":{\"idx\":7,\"skb\":{\"skb\":6,\"timestamp\":5,\"orig_head\":4}},"
		"\"other\":{ \"a\" : [ 1,{ }]},\"common\":{\"task\":{\"comm\":\"x\",\"tgid\":3,"
		"\"pid\":2},\"smp_id\":1,\"timestamp\":7},\"kernel\":{\"symbol\":\"second\"}} ",
		usual,
	};
	static uint8_t first[RETIS_EVENT_MAX];
	const struct retis_event *event = (const struct retis_event *)b.event;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		cr_assert_eq(build(texts[i], strlen(texts[i])), BUILD_EVENT, "%s", b.reason);
		cr_assert_str_empty(b.reason);
		cr_assert(event->timestamp == 7 && event->tid == 3 && event->probe == 0);
		if (!i)
			memcpy(first, event, event->size);
		cr_assert_eq(memcmp(first, event, event->size), 0, "%s", texts[i]);
	}
}

/* The event of a task, a probe and a section that are number I. */
static void build_numbered(int i, const char *space)
{
	const struct retis_event *event = (const struct retis_event *)b.event;
	const struct retis_section *s;
	char text[512], name[8];
	uint32_t idx;

	snprintf(text, sizeof(text),
		 "{\"common\":{\"timestamp\":7,\"task\":%s{\"pid\":%d,\"tgid\":%d,\"comm\":\"t%d\"}"
		 "},"
		 "\"kernel\":%s{\"symbol\":\"f%d\",\"probe_type\":\"kprobe\"},"
		 "\"tracking\":%s{\"skb\":{\"orig_head\":4,\"timestamp\":5,\"skb\":6},\"idx\":%d}}",
		 space, i, i, i, space, i, space, i);
	cr_assert_eq(build(text, strlen(text)), BUILD_EVENT, "%s", b.reason);
	snprintf(name, sizeof(name), "t%d", i);
	cr_expect_eq(event->pid, i);
	cr_expect_eq(event->tid, i);
	cr_expect_str_eq(event->comm, name);
	name[0] = 'f';
	cr_expect_str_eq(b.names.probes[event->probe]->symbol, name);
	s = retis_section_next(event, NULL);
	cr_assert_not_null(s);
	memcpy(&idx, (const uint8_t *)(s + 1) + offsetof(struct own_tracking, idx), sizeof(idx));
	cr_expect_eq(idx, i);
}

/* As often as they like, between others, whatever is kept of them. */
Test(build, objects_that_come_again)
{
	static const int order[] = { 1, 1, 2, 1, 3, 4, 5, 6, 1, 12, 1, 2, 21, 12, 123, 12, 1 };
	const size_t n = sizeof(order) / sizeof(order[0]);
	char text[sizeof(usual) + 1];

	for (size_t i = 0; i < 4 * n; i++)
		build_numbered(order[i % n], i / n == 1 ? " " : "");
	/* What is behind them is looked at each time. */
	for (size_t i = 0; i < sizeof(usual) - 1; i++) {
		memcpy(text, usual, sizeof(usual));
		text[i] = '\n';
		cr_assert_eq(build(usual, sizeof(usual) - 1), BUILD_EVENT);
		build(text, sizeof(usual) - 1);
		if (usual[i] == '}' || usual[i] == ',' || usual[i] == '{')
			cr_expect_eq(build(text, sizeof(usual) - 1), -EILSEQ, "%s", text);
	}
}

/* A name holds until another one is told. */
static const struct retis_field ns_fields[] = {
	{ .name = "inum", .kind = RETIS_UINT, .size = 4 },
	{ .name = "name", .kind = RETIS_NAME, .size = 4, .names_from = "ns" },
};
static const struct retis_section_type ns_section = { .name = "ns",
						      .fields = ns_fields,
						      .n_fields = 2 };

Test(build, names_may_change_and_change_back)
{
	static const char *const names[] = { "a", "b", "a", "b", "b", "a" };
	const uint32_t inum = 9;
	char text[128];

	cr_assert_geq(registry_add(&b.registry, &ns_section, "test"), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct retis_names *api = name_tables_of_host(b.names.names, 0);

		snprintf(text, sizeof(text),
			 "{\"common\":{\"timestamp\":%zu},\"ns\":{\"inum\":9,\"name\":\"%s\"}}",
			 7 + i, names[i]);
		cr_assert_eq(build(text, strlen(text)), BUILD_EVENT, "%s", b.reason);
		cr_expect_str_eq(api->find(api, "ns", &inum, sizeof(inum), 7 + i), names[i]);
	}
}

Test(build, says_that_names_change_too_often)
{
	char text[128];

	cr_assert_geq(registry_add(&b.registry, &ns_section, "test"), 0);
	for (int i = 0; i <= NAME_VERSIONS_MAX; i++) {
		snprintf(text, sizeof(text),
			 "{\"common\":{\"timestamp\":%d},\"ns\":{\"inum\":9,\"name\":\"n%d\"}}", i,
			 i);
		cr_assert_eq(build(text, strlen(text)), BUILD_EVENT, "%s", b.reason);
		cr_expect_str_eq(b.reason, i < NAME_VERSIONS_MAX
						   ? ""
						   : "a name in section 'ns' is one too many");
	}
}

Test(build, a_section_left_out_costs_only_itself)
{
	static const char text[] =
		"{\"common\":{\"timestamp\":7},"
		"\"tracking\":{\"skb\":{\"orig_head\":[{\"x\":\"}\"}]},\"idx\":7},\"a\":{}}";
	const struct retis_event *event = (const struct retis_event *)b.event;
	const struct retis_section *s;

	cr_assert_eq(build(text, strlen(text)), BUILD_EVENT);
	cr_assert_str_eq(b.reason, "section 'tracking' left out: orig_head is of the wrong kind");
	/* That says that it was full. */
	cr_assert_eq(event->missing, 0);
	s = retis_section_next(event, NULL);
	cr_assert_not_null(s);
	cr_assert_str_eq(b.registry.entries[s->type].type->name, "a");
}

Test(build, only_what_is_too_much_makes_an_event_full)
{
	static char text[2 * RETIS_EVENT_MAX];
	const struct retis_event *event = (const struct retis_event *)b.event;
	int n = snprintf(text, sizeof(text),
			 "{\"common\":{\"timestamp\":7},\"Bad name\":{},"
			 "\"big\":{\"x\":\"%0*d\"}}",
			 RETIS_EVENT_MAX, 0);

	cr_assert_eq(build(text, (size_t)n), BUILD_EVENT);
	cr_assert_str_eq(b.reason, "section 'Bad name' left out: bad name for a section");
	cr_assert_eq(event->missing, 1);
}

Test(build, what_is_no_json_is_no_event)
{
	static const char *const not_events[] = { "{}", "[]", "7", "{\"common\":{}}",
						  "{\"common\":{\"timestamp\":\"7\"}}" };
	char text[sizeof(usual) + 1];

	for (size_t n = 0; n < sizeof(usual) - 1; n++)
		cr_assert_eq(build(usual, n), -EILSEQ, "%zu", n);
	memcpy(text, usual, sizeof(usual));
	text[sizeof(usual) - 1] = '}';
	cr_assert_eq(build(text, sizeof(usual)), -EILSEQ);
	for (size_t i = 0; i < sizeof(not_events) / sizeof(not_events[0]); i++) {
		cr_assert_eq(build(not_events[i], strlen(not_events[i])), -EBADMSG);
		cr_assert_str_not_empty(b.reason);
	}
}
