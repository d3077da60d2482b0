/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the daemon's probes tell is told of the right packet of a batch. */
#include <criterion/criterion.h>

#include "batch.h"

#define KEY(n) (&(const struct queue_key){ 0x1000 + (n), 60 + (n) })
/* One that is none of the batch's. */
#define CHANGED KEY(99)

static struct batch batch;

static void receive_packets(__u32 n)
{
	for (__u32 i = 0; i < n; i++)
		cr_assert_eq(batch_add(&batch, KEY(i), 100 + i), i);
}

static void assert_put(__u32 at)
{
	cr_assert(batch_put(&batch));
	cr_expect_eq(batch.current, at);
}

static void assert_executed(const struct queue_key *key, __u32 at, bool is_changed)
{
	bool changed;

	cr_assert(batch_execute(&batch, key, &changed));
	cr_expect_eq(batch.current, at);
	cr_expect_eq(changed, is_changed);
}

TestSuite(batch);

Test(batch, goes_in_order)
{
	receive_packets(3);
	for (__u32 i = 0; i < 3; i++) {
		assert_put(i);
		assert_executed(KEY(i), i, false);
	}
	cr_expect_eq(batch.time, 100);
	/* Of none of them. */
	cr_expect_not(batch_put(&batch));
}

Test(batch, begins_when_something_was_told)
{
	receive_packets(2);
	assert_put(0);
	batch.known = 3;
	cr_expect_eq(batch_add(&batch, KEY(7), 500), 0);
	cr_expect_eq(batch.time, 500);
	cr_expect_eq(batch.total, 1);
	cr_expect_eq(batch.known, 0);
	assert_put(0);
	assert_executed(KEY(7), 0, false);
}

Test(batch, has_room_for_all)
{
	receive_packets(BATCH_PACKETS);
	assert_executed(KEY(BATCH_PACKETS - 1), BATCH_PACKETS - 1, false);
	receive_packets(BATCH_PACKETS);
	/* There was nothing told of them, and it is not one more. */
	cr_expect_eq(batch_add(&batch, KEY(0), 900), 0);
	cr_expect_eq(batch.time, 900);
}

Test(batch, packets_may_have_one_operation)
{
	receive_packets(4);
	/* Its flow is there; its flow drops it; the third has both; the fourth only a flow. */
	assert_executed(KEY(0), 0, false);
	assert_put(1);
	assert_put(2);
	assert_executed(KEY(2), 2, false);
	assert_put(3);
}

Test(batch, packets_may_have_none)
{
	receive_packets(4);
	assert_executed(KEY(3), 3, false);
	cr_expect_not(batch_put(&batch));
}

Test(batch, tells_apart_what_looks_alike)
{
	batch_add(&batch, KEY(0), 1);
	batch_add(&batch, KEY(0), 2);
	/* The same hash, but not as long. */
	batch_add(&batch, &(const struct queue_key){ 0x1000, 59 }, 3);
	assert_executed(KEY(0), 0, false);
	assert_executed(KEY(0), 1, false);
	assert_executed(&(const struct queue_key){ 0x1000, 59 }, 2, false);
}

Test(batch, knows_what_was_changed)
{
	receive_packets(3);
	assert_put(0);
	assert_executed(CHANGED, 0, true);
	/* The one behind it, changed as well. */
	assert_executed(CHANGED, 1, true);
	assert_put(2);
	assert_executed(KEY(2), 2, false);
	/* Executed in two parts. */
	assert_executed(KEY(2), 2, false);
}

Test(batch, changed_ones_end_with_the_batch)
{
	bool changed;

	receive_packets(1);
	assert_executed(CHANGED, 0, true);
	cr_expect_not(batch_execute(&batch, CHANGED, &changed));
	cr_expect_not(batch_execute(&batch, CHANGED, &changed));
}
