/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Series while events come: told when they end, when they are quiet, when there are too many. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "core/event/buffer.h"
#include "core/sort/live.h"
#include "tests/unit/event_build.h"

#define MS 1000000ull

struct ids {
	uint64_t head;
	uint64_t time;
};

static const struct retis_field fields[] = {
	RETIS_FIELD(struct ids, head, RETIS_UINT, .role = RETIS_ROLE_ID_HEAD),
	RETIS_FIELD(struct ids, time, RETIS_UINT, .role = RETIS_ROLE_ID_TIME),
};
static const struct retis_section_type type = { .name = "ids", .fields = fields, .n_fields = 2 };
static const struct retis_file_probe *const probes[] = {
	&(const struct retis_file_probe){ .symbol = "f", .type = "kprobe", .tag = "k" },
};

static struct registry registry;
static struct input_names names = {
	.generation = 1, .registry = &registry, .probes = probes, .n_probes = 1
};
static struct retis_text text;
static struct emit emit;
static struct live live;
static int went_out;

static void count(void *arg)
{
	(void)arg;
	went_out++;
}

static struct live_options options = {
	.timeout = 1000 * MS, .packets = 1000, .bytes = 1 << 20, .went_out = count
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

/* A look at NOW, in which packet SEEN was there, maybe as a copy of PARENT. */
static void look(uint64_t now, uint64_t seen, uint64_t parent)
{
	const struct packet_id id = { seen, seen }, of = { parent, parent };

	live_look(&live);
	if (seen)
		cr_assert_eq(live_see(&live, &id, &of), 0);
	live_look_over(&live, now);
}

static void tick(uint64_t until)
{
	int got;

	while ((got = live_tick(&live, until)) == 1)
		;
	cr_assert_eq(got, 0);
}

Test(live, told_when_they_end)
{
	begin();
	event(10 * MS, 6);
	event(11 * MS, 5);
	event(12 * MS, 0);
	event(13 * MS, 6);
	expect("12000000 |");
	look(20 * MS, 0, 0);
	tick(30 * MS);
	/* It may have moved while somebody looked. */
	expect("");
	look(120 * MS, 0, 0);
	/* More of it may still be on its way. */
	tick(19 * MS);
	expect("");
	tick(30 * MS);
	expect("11000000 |10000000 13000000 |");
	cr_expect_eq(went_out, 4);
	cr_expect_eq(live.held.n + live.told.n, 0);
	cr_expect_eq(live.bytes, 0);
}

Test(live, not_told_while_they_are_there)
{
	begin();
	event(10 * MS, 5);
	for (uint64_t i = 1; i < 9; i++) {
		look(i * 100 * MS, i % 2 ? 5 : 0, 0);
		tick(i * 100 * MS);
	}
	expect("");
	/* Neither while a copy of it is. */
	look(900 * MS, 7, 5);
	look(901 * MS, 7, 5);
	tick(902 * MS);
	expect("");
	look(903 * MS, 8, 6);
	look(904 * MS, 8, 6);
	tick(905 * MS);
	expect("10000000 |");
}

Test(live, there_after_all)
{
	begin();
	event(10 * MS, 5);
	look(20 * MS, 0, 0);
	look(120 * MS, 0, 0);
	event(130 * MS, 5);
	tick(200 * MS);
	expect("");
	look(220 * MS, 0, 0);
	look(320 * MS, 0, 0);
	tick(320 * MS);
	expect("10000000 130000000 |");
}

/* What is lost may still come to light for so long. */
Test(live, not_told_before_losses_are_known)
{
	begin();
	event(10 * MS, 5);
	look(11 * MS, 0, 0);
	look(12 * MS, 0, 0);
	tick(15 * MS);
	expect("");
	tick(10 * MS + HOLES_MARGIN + 1);
	expect("10000000 |");
}

Test(live, told_when_quiet)
{
	begin();
	event(10 * MS, 5);
	event(500 * MS, 6);
	event(900 * MS, 5);
	tick(1499 * MS);
	expect("");
	tick(1500 * MS);
	expect("500000000 |");
	tick(0);
	tick(5000 * MS);
	expect("10000000 900000000 |");
	cr_expect_eq(live.held.n, 0);
}

/* Not as another packet's. */
Test(live, goes_on_after_it_was_quiet)
{
	begin();
	event(10 * MS, 5);
	event(20 * MS, 5);
	tick(2000 * MS);
	text_clear(&text);
	event(2001 * MS, 5);
	tick(4000 * MS);
	text.data[text.length] = '\0';
	cr_expect(strstr(text.data, " n 2\n"), "%s", text.data);
	look(4001 * MS, 0, 0);
	look(4002 * MS, 0, 0);
	tick(4003 * MS);
	cr_expect_eq(live.told.n, 0);
	cr_expect_eq(live.bytes, 0);
}

Test(live, told_at_the_end_by_packet)
{
	int got, n = 0;

	begin();
	event(10, 7);
	event(11, 5);
	event(12, 6);
	event(13, 5);
	while ((got = live_rest(&live)) == 1)
		n++;
	cr_expect_eq(got, 0);
	cr_expect_eq(n, 2);
	expect("11 13 |12 |10 |");
	cr_expect_eq(live.early, 0);
	cr_expect_eq(live_rest(&live), 0);
	expect("");
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
	cr_expect_eq(live.held.n, 2);
	/* What comes of it now goes on. */
	event(14, 6);
	text_clear(&text);
	cr_assert_eq(live_rest(&live), 1);
	cr_assert_eq(live_rest(&live), 0);
	text.data[text.length] = '\0';
	cr_expect(strstr(text.data, " n 1\n"), "%s", text.data);
}

/* One packet alone: its parts, with all their events. */
Test(live, too_much_of_one)
{
	const char *at;

	options.bytes = 64 << 20;
	begin();
	for (uint64_t i = 1; i <= 20000; i++)
		event(i, 5);
	cr_expect_eq(live.early, 0);
	cr_expect_lt(live.bytes, 3 << 20);
	cr_assert_eq(live_rest(&live), 0);
	text.data[text.length] = '\0';
	at = strstr(text.data, " n 19999\n");
	cr_expect(at && at + strlen(" n 19999\n\n") == text.data + text.length);
	cr_expect_eq(went_out, 20000);
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
	cr_assert_eq(live_rest(&live), 0);
	text.data[text.length] = '\0';
	cr_expect(strstr(text.data, "(may lack 3 events: event buffer full)"), "%s", text.data);
}
