/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Series while events come: told when they end, when they are quiet, when there are too many. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "core/event/buffer.h"
#include "core/sort/live.h"
#include "tests/unit/event_build.h"

struct ids {
	uint64_t head;
	uint64_t time;
};

static const struct retis_field fields[] = {
	RETIS_FIELD(struct ids, head, RETIS_UINT, .role = RETIS_ROLE_ID_HEAD),
	RETIS_FIELD(struct ids, time, RETIS_UINT, .role = RETIS_ROLE_ID_TIME),
};
static const struct retis_section_type type = { .name = "ids", .fields = fields, .n_fields = 2 };
static const struct probe_name probe = { .symbol = "f", .type = "kprobe", .tag = "k" };

static struct registry registry;
static struct input_section sections[REGISTRY_MAX];
static struct input_names names = { .generation = 1,
				    .registry = &registry,
				    .sections = sections,
				    .probes = &probe,
				    .n_probes = 1 };
static struct retis_text text;
static struct emit emit;
static struct live live;
static int told;

static int count(void *arg)
{
	(void)arg;
	told++;
	return 0;
}

static struct live_options options = {
	.timeout = 1000, .packets = 1000, .bytes = 1 << 20, .went_out = count
};

static void begin(void)
{
	static const struct printer_options display;

	registry_add(&registry, &type, "");
	cr_assert_eq(text_init(&text, 4096), 0);
	emit_init(&emit);
	emit_add_text(&emit, &display, &text);
	cr_assert_eq(live_init(&live, &options, &emit), 0);
	cr_assert_eq(live_learn(&live, &names), 0);
}

static void end(void)
{
	live_fini(&live);
	emit_fini(&emit);
	text_fini(&text);
}

TestSuite(live, .fini = end, .timeout = 20);

static void event(uint64_t at, uint64_t packet)
{
	const struct ids ids = { packet, packet };
	struct event_build b;

	event_start(&b);
	event_header(&b)->timestamp = at;
	if (packet)
		event_add(&b, 0, &ids, sizeof(ids));
	cr_assert_eq(live_event(&live, event_header(&b)), 0);
}

/* What was told since the last time: the times of events, series in parentheses. */
static void expect(const char *wanted)
{
	char got[256] = "";
	const char *at = text.data, *stop = text.data + text.length;

	while (at < stop) {
		const char *line = memchr(at, '\n', (size_t)(stop - at));

		while (*at == ' ' || (unsigned char)*at >= 0x80)
			at++;
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%.*s",
			 line == at ? 1 : (int)strspn(at, "0123456789") + 1, line == at ? "|" : at);
		at = line + 1;
	}
	cr_expect_str_eq(got, wanted);
	text_clear(&text);
}

Test(live, told_when_they_end)
{
	begin();
	event(10, 5);
	event(11, 6);
	event(12, 0);
	event(13, 5);
	expect("12 |");
	cr_assert_eq(live_end(&live, 5, 5), 0);
	expect("10 13 |");
	cr_assert_eq(live_end(&live, 5, 5), 0);
	cr_assert_eq(live_end(&live, 99, 5), 0);
	expect("");
	cr_expect_eq(told, 2);
	cr_expect_eq(live.n, 1);
}

Test(live, told_when_quiet)
{
	begin();
	event(10, 5);
	event(500, 6);
	event(900, 5);
	cr_assert_eq(live_tick(&live, 1499), 0);
	expect("");
	cr_assert_eq(live_tick(&live, 1500), 0);
	expect("500 |");
	cr_assert_eq(live_tick(&live, 0), 0);
	cr_assert_eq(live_tick(&live, 5000), 0);
	expect("10 900 |");
	cr_expect_eq(live.n, 0);
	cr_expect_eq(live.bytes, 0);
}

Test(live, told_at_the_end_by_packet)
{
	begin();
	event(10, 7);
	event(11, 5);
	event(12, 6);
	event(13, 5);
	cr_assert_eq(live_finish(&live), 0);
	expect("11 13 |12 |10 |");
	cr_expect_eq(live.early, 0);
}

Test(live, too_many)
{
	options.packets = 2;
	begin();
	event(10, 5);
	event(11, 6);
	event(12, 5);
	event(13, 7);
	expect("11 |");
	cr_expect_eq(live.early, 1);
	cr_expect_eq(live.n, 2);
}

Test(live, too_much)
{
	options.bytes = 64 << 10;
	begin();
	for (uint64_t i = 1; i <= 20000; i++) {
		event(i, 1 + i % 3);
		cr_assert_leq(live.bytes, options.bytes);
	}
	cr_expect_gt(live.early, 0);
}

Test(live, losses_mark_what_is_told_later)
{
	const struct retis_loss loss = { .since = 5,
					 .until = 15,
					 .count = 3,
					 .cause = RETIS_LOSS_RING_FULL,
					 .probe = RETIS_NO_PROBE };

	begin();
	event(10, 5);
	cr_assert_eq(live_loss(&live, &loss), 0);
	text_clear(&text);
	cr_assert_eq(live_end(&live, 5, 5), 0);
	text.data[text.length] = '\0';
	cr_expect(strstr(text.data, "(may lack 3 events: event buffer full)"), "%s", text.data);
}
