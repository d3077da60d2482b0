/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose event it is: by roles, whatever section says it, and copies by their origin. */
#include <criterion/criterion.h>
#include <errno.h>

#include "core/sort/holes.h"
#include "core/sort/identity.h"
#include "tests/unit/event_build.h"

struct ids {
	uint64_t head;
	uint64_t time;
	uint64_t skb;
	uint64_t parent_head;
	uint64_t parent_time;
};

static const struct retis_field parent_fields[] = {
	RETIS_FIELD(struct ids, parent_head, RETIS_UINT, .role = RETIS_ROLE_PARENT_HEAD),
	RETIS_FIELD(struct ids, parent_time, RETIS_UINT, .role = RETIS_ROLE_PARENT_TIME),
};

static const struct retis_field fields[] = {
	RETIS_FIELD(struct ids, head, RETIS_HEX, .role = RETIS_ROLE_ID_HEAD),
	RETIS_FIELD(struct ids, time, RETIS_UINT, .role = RETIS_ROLE_ID_TIME),
	RETIS_FIELD(struct ids, skb, RETIS_UINT, .role = RETIS_ROLE_SKB),
	{
		.name = "parent",
		.kind = RETIS_OBJECT,
		.present = 1,
		.fields = parent_fields,
		.n_fields = 2,
	},
};

static const struct retis_field drop_fields[] = {
	{ .name = "reason", .kind = RETIS_STRING, .role = RETIS_ROLE_DROP_REASON },
};

static const struct retis_section_type ids_type = { .name = "ids",
						    .fields = fields,
						    .n_fields = 4 };
static const struct retis_section_type drop_type = {
	.name = "drops", .rank = 5, .fields = drop_fields, .n_fields = 1
};

static struct registry registry;
static struct identity identity;
static int ids_number, drop_number;

static void start(void)
{
	drop_number = registry_add(&registry, &drop_type, "");
	ids_number = registry_add(&registry, &ids_type, "");
	identity_init(&identity, false);
	roles_learn(&identity.roles, &registry);
}

static void end(void)
{
	identity_fini(&identity);
}

TestSuite(identity, .init = start, .fini = end, .timeout = 30);

/* The series of packet ID, a copy of PARENT; 0: it is none. */
static struct entry find(uint64_t id, uint64_t parent)
{
	const struct ids ids = { id, id, 7, parent, parent };
	struct event_build b;
	struct entry e;

	event_start(&b);
	event_present(event_add(&b, (uint16_t)ids_number, &ids, sizeof(ids)), parent != 0);
	cr_assert_eq(identity_find(&identity, event_header(&b), &e), 0);
	return e;
}

static void expect_root(uint64_t id, uint64_t parent, uint64_t root)
{
	struct entry e = find(id, parent);

	cr_expect_eq(e.kind, ENTRY_TRACKED);
	cr_expect_eq(e.time, root);
	cr_expect_eq(e.head, root);
	cr_expect_eq(e.own_time, id);
	cr_expect_eq(e.own_head, id);
	cr_expect_eq(e.skb, 7);
}

Test(identity, packet)
{
	expect_root(100, 0, 100);
}

Test(identity, event_of_no_packet)
{
	struct event_build b;
	struct entry e;

	event_start(&b);
	event_add(&b, (uint16_t)drop_number, "x", 2);
	event_add(&b, 300, "x", 2);
	cr_assert_eq(identity_find(&identity, event_header(&b), &e), 0);
	cr_expect_eq(e.kind, ENTRY_ALONE);
	cr_expect_eq(e.time, 1000);
	cr_expect(e.drop);
}

/* Half an id is none; nothing is read behind the section. */
Test(identity, section_cut_short)
{
	for (uint16_t size = 0; size < sizeof(struct ids); size++) {
		const struct ids ids = { 3, 3, 3, 2, 2 };
		struct event_build b;
		struct entry e;

		event_start(&b);
		event_present(event_add(&b, (uint16_t)ids_number, &ids, size), 1);
		cr_assert_eq(identity_find(&identity, event_header(&b), &e), 0);
		cr_expect_eq(e.kind, size < 16 ? ENTRY_ALONE : ENTRY_TRACKED, "%u", size);
	}
}

Test(identity, copies_of_copies)
{
	expect_root(2, 1, 1);
	expect_root(3, 2, 1);
	expect_root(4, 3, 1);
	expect_root(1, 0, 1);
}

Test(identity, what_was_said_stays)
{
	expect_root(3, 2, 2);
	expect_root(2, 1, 1);
	expect_root(3, 2, 2);
	identity_restart(&identity);
	expect_root(2, 1, 1);
	expect_root(3, 2, 1);
}

Test(identity, its_own_parent)
{
	expect_root(5, 5, 5);
	expect_root(5, 5, 5);
}

Test(identity, copies_apart)
{
	identity.apart = true;
	expect_root(2, 1, 2);
}

Test(identity, flood_between)
{
	expect_root(2, 1, 1);
	for (uint64_t i = 0; i < COPIES_MAX; i++)
		expect_root(100 + i, 10, 10);
	expect_root(3, 2, 1);
}

/* More copies than are remembered: those in use are. */
Test(identity, many_copies)
{
	expect_root(2, 1, 1);
	for (uint64_t i = 0; i < 5 * COPIES_MAX; i++) {
		expect_root(100 + i, 10, 10);
		if (i % 1000 == 0)
			expect_root(3, 2, 1);
		if (i % 1000 == 0)
			expect_root(2, 1, 1);
	}
	expect_root(4, 3, 1);
}

/* --- losses --------------------------------------------------------------------- */

static struct holes holes;

static void lose(uint64_t since, uint64_t until, uint64_t count, uint16_t cause)
{
	const struct retis_loss loss = {
		.since = since, .until = until, .count = count, .cause = cause
	};

	cr_assert_eq(holes_add(&holes, &loss), 0);
}

static uint64_t lost_between(uint64_t first, uint64_t last)
{
	struct hole_sum sum;

	holes_sum(&holes, first, last, &sum);
	return sum.count;
}

#define S 1000000000ull

Test(holes, those_that_touch_a_series)
{
	struct hole_sum sum;

	lose(5 * S, 6 * S, 3, RETIS_LOSS_RING_FULL);
	lose(1 * S, 20 * S, 1, RETIS_LOSS_SKIPPED);
	lose(5 * S, 6 * S, 9, RETIS_LOSS_SECTION);
	cr_expect_eq(lost_between(0, S / 2), 0);
	cr_expect_eq(lost_between(2 * S, 3 * S), 1);
	cr_expect_eq(lost_between(5 * S, 5 * S), 4);
	cr_expect_eq(lost_between(2 * S, 9 * S), 4);
	cr_expect_eq(lost_between(5 * S - HOLES_MARGIN / 2, 5 * S - HOLES_MARGIN / 2), 4);
	cr_expect_eq(lost_between(21 * S, UINT64_MAX), 0);
	holes_sum(&holes, 5 * S, 6 * S, &sum);
	cr_expect_eq(sum.cause, RETIS_LOSS_RING_FULL);
	holes_fini(&holes);
}

Test(holes, many)
{
	for (uint64_t i = 0; i < 3 * HOLES_MAX; i++)
		lose(i * S, i * S + 1, 1, RETIS_LOSS_RING_FULL);
	cr_expect_leq(holes.n, HOLES_MAX);
	cr_expect_eq(lost_between(0, UINT64_MAX), 3 * HOLES_MAX);
	holes_fini(&holes);
}
