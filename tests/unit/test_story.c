/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is told of a series: how it ends, how long its steps take, what it passed. */
#include <criterion/criterion.h>

#include "core/sort/story.h"

static struct story story;
static struct select select_none;
static struct emit emit;
static struct holes holes;
static struct registry registry;

static void start(void)
{
	static const struct input_names names = { .generation = 1, .registry = &registry };

	story_init(&story);
	emit_init(&emit);
	cr_assert_eq(emit_learn(&emit, &names), 0);
}

static void end(void)
{
	story_fini(&story);
}

TestSuite(story, .init = start, .fini = end, .timeout = 20);

static void add(uint64_t at, uint64_t skb, bool drop, uint32_t bytes)
{
	struct {
		struct entry e;
		uint8_t event[RETIS_EVENT_MAX];
	} x = { .e = { .time = 5,
		       .head = 6,
		       .at = at,
		       .kind = ENTRY_TRACKED,
		       .own_time = 5,
		       .own_head = 6,
		       .skb = skb,
		       .drop = drop,
		       .size = bytes } };
	struct retis_event *event = (struct retis_event *)x.event;
	struct retis_section *s = (struct retis_section *)(event + 1);

	*event = (struct retis_event){ .size = bytes, .timestamp = at };
	if (bytes > sizeof(*event))
		*s = (struct retis_section){ 9, (uint16_t)(bytes - sizeof(*event) - sizeof(*s)),
					     0 };
	cr_assert_eq(story_add(&story, &x.e), 0);
}

static void judge(void)
{
	const struct story_needs needs = { .holes = &holes, .drops = true, .select = &select_none };

	story_judge(&story, &needs);
}

static const struct own_tracking *tracking_of(struct entry *e, uint32_t *present)
{
	const struct retis_event *event = (const struct retis_event *)(e + 1);
	const struct retis_section *s = NULL, *next;

	while ((next = retis_section_next(event, s)))
		s = next;
	cr_assert(s && s->type == emit.tracking);
	*present = s->present;
	return retis_section_data(s);
}

Test(story, ends_in_a_drop)
{
	add(10, 1, false, 48);
	add(11, 1, true, 48);
	judge();
	cr_expect(story.dropped);
}

/* What is seen again was not the end. */
Test(story, goes_on_after_a_drop)
{
	add(10, 1, true, 48);
	add(11, 1, false, 48);
	judge();
	cr_expect_not(story.dropped);
}

Test(story, a_clone_was_dropped)
{
	add(10, 1, false, 48);
	add(11, 2, true, 48);
	add(12, 1, false, 48);
	judge();
	cr_expect(story.dropped);
}

Test(story, more_clones_than_are_told_apart)
{
	add(9, 5000, true, 48);
	for (uint64_t i = 0; i < 10 * STORY_LANES; i++)
		add(10 + i, i, false, 48);
	judge();
	cr_expect(story.dropped);
}

Test(story, steps_are_those_of_one_buffer)
{
	struct latency latency;
	struct story_needs needs = { .holes = &holes, .latency = &latency, .select = &select_none };
	const uint64_t expected[] = { 0, 0, 30, 20 };
	const struct own_tracking *t;
	uint32_t i = 0, present;

	latency_init(&latency, 1 << 20);
	add(10, 1, false, 48);
	add(20, 2, false, 48);
	add(40, 1, false, 48);
	add(40, 2, false, 48);
	cr_assert_eq(story_complete(&story, &emit, &needs), 0);
	for (struct entry *e = story_next(&story, NULL); e; e = story_next(&story, e), i++) {
		t = tracking_of(e, &present);
		cr_expect_eq(t->idx, i);
		cr_expect_eq(t->skb, 1);
		cr_expect_eq(t->latency, expected[i]);
		cr_expect_eq(!!(present >> (OWN_TRACKING_LATENCY - 1) & 1), i > 1);
	}
	cr_expect_eq(latency.n, 2);
	latency_fini(&latency);
}

/* The event is full: what is in it gives way, and that is counted. */
Test(story, no_room_in_the_event)
{
	const struct story_needs needs = { .holes = &holes, .select = &select_none };
	struct entry *e;
	uint32_t present;

	add(10, 1, false, RETIS_EVENT_MAX);
	cr_assert_eq(story_complete(&story, &emit, &needs), 0);
	e = story_next(&story, NULL);
	tracking_of(e, &present);
	cr_expect_eq(((struct retis_event *)(e + 1))->missing, 1);
	cr_expect_null(story_next(&story, e));
}

/* More than stays in memory. */
Test(story, huge)
{
	const struct story_needs needs = { .holes = &holes, .select = &select_none };
	uint64_t n = 0;

	for (uint64_t i = 0; i < 5000; i++)
		add(i, 1, false, 4096);
	cr_expect(story.room.mapped);
	cr_assert_eq(story_complete(&story, &emit, &needs), 0);
	for (struct entry *e = story_next(&story, NULL); e; e = story_next(&story, e))
		cr_assert_eq(e->at, n++);
	cr_expect_eq(n, 5000);
	story_clear(&story);
	cr_expect_eq(story.room.length, 0);
}
