/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries come out sorted, from memory or from runs; packets are known by roles. */
#include <criterion/criterion.h>
#include <errno.h>

#include "core/sort/identity.h"
#include "core/sort/spill.h"

#include "event_build.h"

#define SMALL (4 * 2 * SPILL_PAYLOAD_MAX)

static void add_entry(struct spill *s, struct spill_key key, const void *payload, uint32_t size)
{
	const struct spill_entry e = { .key = key, .size = size, .source = 3, .kind = 2 };

	cr_assert_eq(spill_add(s, &e, payload), 0);
}

static void expect_key(struct spill *s, struct spill_key want)
{
	const struct spill_entry *e;

	cr_assert_eq(spill_next(s, &e), 1);
	cr_assert_eq(memcmp(&e->key, &want, sizeof(want)), 0);
}

static void expect_end(struct spill *s)
{
	const struct spill_entry *e;

	cr_assert_eq(spill_next(s, &e), 0);
}

Test(spill, order_of_keys)
{
	const struct spill_key keys[] = { { 2, 1, 1, 2 }, { 1, 1, 9, 5 }, { 1, 1, 9, 4 },
					  { 1, 1, 8, 9 }, { 1, 0, 0, 1 }, { 2, 0, 0, 2 } };
	const int want[] = { 4, 3, 2, 1, 5, 0 };
	struct spill s;

	cr_assert_eq(spill_init(&s, SMALL, 2), 0);
	for (int i = 0; i < 6; i++)
		add_entry(&s, keys[i], "", 0);
	cr_assert_eq(spill_finish(&s), 0);
	for (int i = 0; i < 6; i++)
		expect_key(&s, keys[want[i]]);
	expect_end(&s);
	cr_assert_lt(s.fd, 0, "what fits needs no file");
	spill_fini(&s);
}

static uint64_t draw_number(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Runs are merged while more come, more than once; equal keys stay as they came. */
static void check_spilled(struct spill *s, uint32_t n)
{
	uint64_t payload[200], state = 88172645463325252ull, last = 0, last_sequence = 0;
	const struct spill_entry *e;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t size = (uint32_t)(draw_number(&state) % sizeof(payload));

		memset(payload, (int)(i & 0xff), sizeof(payload));
		add_entry(s, (struct spill_key){ .begin = draw_number(&state) % 50 }, payload,
			  size);
	}
	cr_assert_eq(spill_finish(s), 0);
	for (uint32_t i = 0; i < n; i++) {
		cr_assert_eq(spill_next(s, &e), 1, "entry %u of %u", i, n);
		cr_assert(e->key.begin > last ||
			  (e->key.begin == last && (!i || e->sequence > last_sequence)));
		cr_assert(!e->size || *(const uint8_t *)e->payload == ((e->sequence % n) & 0xff));
		cr_assert_eq(e->source, 3);
		cr_assert_eq(e->kind, 2);
		last = e->key.begin;
		last_sequence = e->sequence;
	}
	expect_end(s);
}

Test(spill, more_than_fits)
{
	struct spill s;

	cr_assert_eq(spill_init(&s, SMALL, 3), 0);
	check_spilled(&s, 5000);
	cr_assert_geq(s.fd, 0);
	/* The same once more: nothing of before is left. */
	check_spilled(&s, 5000);
	spill_fini(&s);
}

Test(spill, large_and_too_large)
{
	static const uint8_t payload[SPILL_PAYLOAD_MAX + 1];
	struct spill_entry e = { .size = sizeof(payload) };
	struct spill s;

	cr_assert_eq(spill_init(&s, SMALL, 2), 0);
	cr_assert_eq(spill_add(&s, &e, payload), -EMSGSIZE);
	for (uint64_t i = 20; i > 0; i--)
		add_entry(&s, (struct spill_key){ .begin = i }, payload, SPILL_PAYLOAD_MAX);
	cr_assert_eq(spill_finish(&s), 0);
	for (uint64_t i = 1; i <= 20; i++)
		expect_key(&s, (struct spill_key){ .begin = i });
	expect_end(&s);
	spill_fini(&s);
}

Test(spill, no_directory_for_it)
{
	static const uint8_t payload[SPILL_PAYLOAD_MAX];
	const struct spill_entry e = { .size = sizeof(payload) };
	struct spill s;
	int err = 0;

	setenv("TMPDIR", "/nonexistent", 1);
	cr_assert_eq(spill_init(&s, SMALL, 2), 0);
	for (int i = 0; i < 20 && !err; i++)
		err = spill_add(&s, &e, payload);
	cr_assert_eq(err, -ENOENT);
	spill_fini(&s);
}

struct ids {
	uint64_t first, second;
};

static const struct retis_field plain_fields[] = {
	RETIS_FIELD(struct ids, first, RETIS_UINT, .role = RETIS_ROLE_ID_HEAD),
	RETIS_FIELD(struct ids, second, RETIS_UINT, .role = RETIS_ROLE_ID_TIME, .present = 1),
};
static const struct retis_field group[] = {
	{ .name = "group", .kind = RETIS_OBJECT, .fields = plain_fields, .n_fields = 2 },
};
static const struct retis_field half[] = {
	RETIS_FIELD(struct ids, first, RETIS_UINT, .role = RETIS_ROLE_ID_HEAD),
};
static const struct retis_section_type types[] = {
	{ .name = "later", .version = 1, .rank = 9, .fields = plain_fields, .n_fields = 2 },
	{ .name = "sooner", .version = 1, .rank = 5, .fields = group, .n_fields = 1 },
	{ .name = "half", .version = 1, .rank = 1, .fields = half, .n_fields = 1 },
};

static bool find_id(const struct identity_finder *f, struct event_build *b, struct identity *id)
{
	static struct record record;

	cr_assert_eq(event_parse(b, &record), 0);
	return identity_find(f, &record, id);
}

Test(identity, by_roles)
{
	static const struct ids a = { 10, 20 }, b = { 30, 40 };
	static struct event_build build;
	static struct registry registry;
	struct identity_finder f;
	struct identity id;

	for (int i = 0; i < 3; i++)
		cr_assert_eq(registry_add(&registry, &types[i], ""), i, "%s", registry.reason);
	identity_learn(&f, &registry);
	cr_assert_eq(f.n, 2);
	event_start(&build);
	cr_expect_not(find_id(&f, &build, &id));
	event_add(&build, 2, &a, sizeof(a));
	cr_expect_not(find_id(&f, &build, &id), "half an id is none");
	event_present(event_add(&build, 0, &a, sizeof(a)), 1);
	cr_assert(find_id(&f, &build, &id));
	cr_expect(id.head == 10 && id.time == 20);
	/* Not all of it is there: the next section counts. */
	event_add(&build, 1, &b, sizeof(b));
	cr_assert(find_id(&f, &build, &id));
	cr_expect(id.head == 10 && id.time == 20);
	event_start(&build);
	event_present(event_add(&build, 0, &a, sizeof(a)), 1);
	event_present(event_add(&build, 1, &b, sizeof(b)), 1);
	cr_assert(find_id(&f, &build, &id));
	cr_expect(id.head == 30 && id.time == 40);
}
