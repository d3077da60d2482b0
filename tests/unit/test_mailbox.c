/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include "core/collect/mailbox.h"

static const struct retis_event *event_at(uint64_t timestamp)
{
	static struct retis_event event = { .size = sizeof(event) };

	event.timestamp = timestamp;
	return &event;
}

Test(mailbox, nothing_is_older_than_what_was_handed_on)
{
	const struct retis_event *got;
	struct mailbox *m;
	size_t size;

	cr_assert_eq(mailbox_new(&m), 0);
	mailbox_post(m, event_at(5));
	got = mailbox_take(m, 10, &size);
	cr_expect_eq(size, sizeof(*got));
	cr_expect_eq(got->timestamp, 5);
	mailbox_post(m, event_at(7));
	mailbox_post(m, event_at(12));
	got = mailbox_take(m, 20, &size);
	cr_expect_eq(size, 2 * sizeof(*got));
	cr_expect_eq(got[0].timestamp, 10);
	cr_expect_eq(got[1].timestamp, 12);
	mailbox_take(m, 20, &size);
	cr_expect_eq(size, 0);
	mailbox_free(m);
}

Test(mailbox, is_bounded)
{
	size_t size, n = 0;
	struct mailbox *m;

	cr_assert_eq(mailbox_new(&m), 0);
	while (!mailbox_post(m, event_at(1)))
		n++;
	cr_expect_eq(mailbox_post(m, event_at(1)), -ENOSPC);
	cr_expect_eq(n, MAILBOX_SIZE / sizeof(struct retis_event));
	mailbox_take(m, 1, &size);
	cr_expect_eq(size, n * sizeof(struct retis_event));
	cr_expect_eq(mailbox_post(m, event_at(1)), 0);
	mailbox_free(m);
}
