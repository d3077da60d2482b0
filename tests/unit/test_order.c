/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events come out in the order of time, whatever order they came in. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "core/collect/order.h"
#include "core/collect/queue.h"

static struct order order;
static struct batch *batch;

static void start(void)
{
	order = (struct order){};
	batch = calloc(1, sizeof(*batch));
	cr_assert(batch);
}

static void end(void)
{
	order_fini(&order);
	free(batch);
}

TestSuite(order, .init = start, .fini = end);

static void add(uint64_t timestamp)
{
	struct retis_event event = { .size = sizeof(event), .timestamp = timestamp };

	memcpy(batch->data + batch->used, &event, sizeof(event));
	batch->used += sizeof(event);
}

static void expect_sorted(size_t n)
{
	cr_assert_eq(order.n, n);
	cr_assert_eq(order_ready(&order, UINT64_MAX), n);
	for (size_t i = 1; i < n; i++)
		cr_assert_leq(order.entries[i - 1].timestamp, order.entries[i].timestamp);
}

Test(order, nearly_sorted)
{
	for (uint64_t i = 0; i < 1000; i++)
		add(i % 10 ? i : i + 5);
	cr_assert_eq(order_add(&order, batch), 0);
	cr_assert_eq(batch->users, 1000);
	expect_sorted(1000);
}

Test(order, rings_one_after_the_other)
{
	for (uint64_t ring = 0; ring < 4; ring++)
		for (uint64_t i = 0; i < 250; i++)
			add(i * 4 + ring);
	cr_assert_eq(order_add(&order, batch), 0);
	expect_sorted(1000);
}

Test(order, reversed)
{
	for (uint64_t i = 2000; i > 0; i--)
		add(i);
	cr_assert_eq(order_add(&order, batch), 0);
	expect_sorted(2000);
}

Test(order, only_what_is_complete_is_ready)
{
	for (uint64_t i = 0; i < 10; i++)
		add(10 * i);
	cr_assert_eq(order_add(&order, batch), 0);
	cr_assert_eq(order_ready(&order, 0), 0);
	cr_assert_eq(order_ready(&order, 50), 5);
	order_remove(&order, 5);
	cr_assert_eq(order.entries[0].timestamp, 50);
	cr_assert_eq(order_ready(&order, 51), 1);
}

Test(order, garbage_is_counted_not_read)
{
	add(1);
	memset(batch->data + batch->used, 0xff, 64);
	batch->used += 64;
	cr_assert_eq(order_add(&order, batch), 0);
	cr_assert_eq(order.n, 1);
	cr_assert_eq(order.bad, 64);
}
