/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose event it is, told by numbers: a packet's steps, and its way through user space. */
#include <criterion/criterion.h>

#include "core/sort/identity.h"
#include "tests/unit/event_build.h"

struct ids {
	uint64_t head;
	uint64_t time;
};

struct steps {
	uint64_t start_time;
	uint32_t number;
	uint32_t handle;
};

enum { START = 1, STEP, HANDED };

static const struct retis_field id_fields[] = {
	RETIS_FIELD(struct ids, head, RETIS_HEX, .role = RETIS_ROLE_ID_HEAD),
	RETIS_FIELD(struct ids, time, RETIS_UINT, .role = RETIS_ROLE_ID_TIME),
};

static const struct retis_field step_fields[] = {
	RETIS_FIELD_AS("start", struct steps, number, RETIS_UINT, .present = START,
		       .role = RETIS_ROLE_START),
	RETIS_FIELD(struct steps, start_time, RETIS_UINT, .present = STEP,
		    .role = RETIS_ROLE_START_TIME),
	RETIS_FIELD(struct steps, number, RETIS_UINT, .present = STEP,
		    .role = RETIS_ROLE_START_NUMBER),
	RETIS_FIELD(struct steps, handle, RETIS_UINT, .present = HANDED, .role = RETIS_ROLE_HANDLE),
};

static const struct retis_section_type ids_type = { .name = "ids",
						    .fields = id_fields,
						    .n_fields = 2 };
static const struct retis_section_type steps_type = {
	.name = "steps", .rank = 5, .fields = step_fields, .n_fields = 4
};

static struct registry registry;
static struct identity identity;
static int ids_number, steps_number;

static void start(void)
{
	ids_number = registry_add(&registry, &ids_type, "");
	steps_number = registry_add(&registry, &steps_type, "");
	identity_init(&identity, false);
	roles_learn(&identity.roles, &registry);
}

static void end(void)
{
	identity_fini(&identity);
}

TestSuite(ties, .init = start, .fini = end, .timeout = 30);

/* The event of packet ID, 0 for none, at that time; the series that it is in, 0 for none. */
static uint64_t find(uint64_t at, uint64_t id, struct steps steps, uint32_t present, bool *orphan)
{
	const struct ids ids = { id, id };
	struct event_build b;
	struct entry e;

	event_start(&b);
	event_header(&b)->timestamp = at;
	if (id)
		event_add(&b, (uint16_t)ids_number, &ids, sizeof(ids));
	event_present(event_add(&b, (uint16_t)steps_number, &steps, sizeof(steps)), present);
	cr_assert_eq(identity_find(&identity, event_header(&b), &e), 0);
	*orphan = e.orphan;
	if (id)
		cr_expect_eq(e.own_time, id);
	return e.kind == ENTRY_TRACKED ? e.time : 0;
}

static void expect(uint64_t at, uint64_t id, struct steps steps, uint32_t present, uint64_t series)
{
	bool orphan;

	cr_expect_eq(find(at, id, steps, present, &orphan), series);
	cr_expect_not(orphan);
}

static void expect_orphan(uint64_t at, uint64_t id, struct steps steps, uint32_t present,
			  uint64_t series)
{
	bool orphan;

	cr_expect_eq(find(at, id, steps, present, &orphan), series);
	cr_expect(orphan);
}

#define BIT(present) (1u << ((present)-1))

static const uint32_t starts = BIT(START), steps_on = BIT(STEP) | BIT(HANDED), handed = BIT(HANDED);

/* A packet is handed over in a step, seen under its handle alone, and comes back as another
 * one. */
Test(ties, way_through_user_space)
{
	expect(13, 100, (struct steps){ 0, 2, 0 }, starts, 100);
	expect(14, 0, (struct steps){ 13, 2, 77 }, steps_on, 100);
	expect(17, 0, (struct steps){ 0, 0, 77 }, handed, 100);
	expect(20, 200, (struct steps){ 0, 0, 77 }, handed, 100);
	expect(21, 200, (struct steps){}, 0, 100);
	/* The next one of that handle. */
	expect(30, 300, (struct steps){ 0, 2, 0 }, starts, 300);
	expect(31, 300, (struct steps){ 30, 2, 77 }, steps_on, 300);
	expect(32, 0, (struct steps){ 0, 0, 77 }, handed, 300);
	expect(33, 200, (struct steps){}, 0, 100);
}

/* The same time on another processor is another start. */
Test(ties, starts_are_told_apart)
{
	expect(13, 100, (struct steps){ 0, 1, 0 }, starts, 100);
	expect(13, 200, (struct steps){ 0, 2, 0 }, starts, 200);
	expect(14, 0, (struct steps){ 13, 1, 0 }, BIT(STEP), 100);
	expect(14, 0, (struct steps){ 13, 2, 0 }, BIT(STEP), 200);
}

/* A start of no packet is none. */
Test(ties, start_of_no_packet)
{
	expect(13, 0, (struct steps){ 0, 1, 0 }, starts, 0);
	expect_orphan(14, 0, (struct steps){ 13, 1, 0 }, BIT(STEP), 14);
}

/* What has lost its partner keeps its packet, or makes a series of its own, which what
 * shares its handle joins. */
Test(ties, orphans)
{
	expect_orphan(14, 100, (struct steps){ 13, 1, 5 }, steps_on, 100);
	expect(15, 0, (struct steps){ 0, 0, 5 }, handed, 100);
	expect_orphan(20, 0, (struct steps){ 0, 0, 6 }, handed, 20);
	expect(21, 0, (struct steps){ 0, 0, 6 }, handed, 20);
	expect(22, 200, (struct steps){ 0, 0, 6 }, handed, 20);
	expect(23, 200, (struct steps){}, 0, 20);
	expect_orphan(24, 300, (struct steps){ 0, 0, 7 }, handed, 300);
}

Test(ties, restart_forgets)
{
	expect(13, 100, (struct steps){ 0, 2, 0 }, starts, 100);
	expect(14, 0, (struct steps){ 13, 2, 77 }, steps_on, 100);
	identity_restart(&identity);
	expect_orphan(15, 0, (struct steps){ 0, 0, 77 }, handed, 15);
}
