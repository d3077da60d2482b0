/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes into a store comes out in order, through memory or temporary files. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/sort/store.h"

#define LARGE (1u << 30)
/* Less than a slab: each full one goes to a file. */
#define TINY 1
#define DATA 1024

static struct store store;
static uint64_t random_state;

static void fini(void)
{
	store_fini(&store);
}

TestSuite(store, .fini = fini, .timeout = 60);

static uint64_t draw(void)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return random_state >> 33;
}

/* Its data tells whose it is. */
static void put(uint64_t time, uint64_t head, uint64_t number, uint16_t kind)
{
	const struct entry e = {
		.time = time, .head = head, .at = time, .number = number, .size = DATA, .kind = kind
	};
	uint64_t data[DATA / sizeof(uint64_t)] = { number };

	data[DATA / sizeof(uint64_t) - 1] = ~number;
	cr_assert_eq(store_put(&store, &e, data), 0);
}

static void expect_whole(const struct entry *e)
{
	const uint64_t *data = entry_data(e);

	cr_assert_eq(e->size, DATA);
	cr_assert_eq(data[0], e->number);
	cr_assert_eq(data[DATA / sizeof(uint64_t) - 1], ~e->number);
}

/* How many came, all in order; a sum over all in *HASH. */
static size_t take_all(uint64_t *hash)
{
	const struct entry *e;
	struct entry before = { 0 };
	size_t n = 0;

	for (*hash = 0; store_next(&store, &e) > 0; n++) {
		expect_whole(e);
		cr_assert(!n || entry_order(&before, e) < 0);
		before = *e;
		*hash = *hash * 31 + e->number;
	}
	return n;
}

static uint64_t sort_randomly(size_t n, size_t limit)
{
	uint64_t hash;

	random_state = 7;
	store_init(&store, limit);
	for (size_t i = 0; i < n; i++)
		put(draw() % 100, draw() % 5, i, (uint16_t)(draw() % 3));
	cr_assert_eq(take_all(&hash), n);
	return hash;
}

Test(store, order)
{
	sort_randomly(1000, LARGE);
	cr_expect_eq(store.spilled, 0);
}

Test(store, order_does_not_depend_on_memory)
{
	uint64_t in_memory = sort_randomly(5000, LARGE), by_files;

	store_fini(&store);
	by_files = sort_randomly(5000, TINY);
	cr_expect_gt(store.spilled, 1);
	cr_expect_eq(in_memory, by_files);
}

Test(store, more_files_than_can_be_open_become_one)
{
	sort_randomly(3 * STORE_RUNS * 240, TINY);
	cr_expect_gt(store.spilled, STORE_RUNS);
}

Test(store, in_and_out_by_turns)
{
	const struct entry *e;
	uint64_t last = 0, out = 0;

	store_init(&store, TINY);
	for (uint64_t i = 1; i <= 20000; i++) {
		put(i * 10 + draw() % 500, 1, i, ENTRY_TRACKED);
		/* What is that old can't be overtaken. */
		for (uint64_t time; store_time(&store, &time) && time < i * 10; out++) {
			cr_assert_eq(store_next(&store, &e), 1);
			expect_whole(e);
			cr_assert_geq(e->time, last);
			last = e->time;
		}
	}
	while (store_next(&store, &e) > 0)
		out++;
	cr_expect_eq(out, 20000);
	cr_expect_leq(store.bytes, 4u << 20);
}

Test(store, files_have_no_names)
{
	char dir[] = "/tmp/test-store-XXXXXX";

	cr_assert(mkdtemp(dir));
	setenv("TMPDIR", dir, 1);
	store_init(&store, TINY);
	for (uint64_t i = 0; i < 1000; i++)
		put(i, 1, i, ENTRY_TRACKED);
	cr_expect_gt(store.spilled, 0);
	cr_expect_eq(rmdir(dir), 0, "there are files in it");
}

Test(store, no_place_for_files)
{
	struct entry e = { .size = DATA };
	uint8_t data[DATA] = { 0 };
	int err = 0;

	setenv("TMPDIR", "/does/not/exist", 1);
	store_init(&store, TINY);
	for (e.number = 0; !err && e.number < 1000; e.number++)
		err = store_put(&store, &e, data);
	cr_expect_eq(err, -ENOENT);
}
