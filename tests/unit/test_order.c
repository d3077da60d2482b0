/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events come out in the order of time, whatever order they came in. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "core/collect/order.h"
#include "core/collect/queue.h"
#include "core/event/record.h"

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

/* An event with one section that says it has SIZE bytes; there is room for 8. */
static void add_with_section(uint64_t timestamp, uint16_t size)
{
	struct retis_section section = { .type = 1, .size = size };

	add(timestamp);
	((struct retis_event *)(batch->data + batch->used - sizeof(struct retis_event)))->size +=
		sizeof(section) + 8;
	memcpy(batch->data + batch->used, &section, sizeof(section));
	batch->used += sizeof(section) + 8;
}

Test(order, sections_that_leave_their_event_are_counted_not_read)
{
	add_with_section(1, 8);
	add_with_section(2, 100);
	add_with_section(3, 9);
	add_with_section(4, 0);
	add_with_section(5, 7);
	/* The header that follows lies within the event, what it says does not. */
	memset(batch->data + batch->used - 64 - 8, 0xff, 8);
	add_with_section(6, 65535);
	cr_assert_eq(order_add(&order, batch), 0);
	cr_assert_eq(order.n, 2);
	cr_assert_eq(batch->users, 2);
	cr_expect_eq(order.entries[0].timestamp, 1);
	cr_expect_eq(order.entries[1].timestamp, 5);
	cr_expect_eq(order.broken, 4);
	cr_expect_eq(order.bad, 0);
	for (size_t i = 0; i < order.n; i++)
		record_drop(order.entries[i].event, 1);
	cr_expect_eq(order.entries[0].event->size, sizeof(struct retis_event));
}
