/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Wire events: good ones are indexed, bad ones refused without a stray read. */
#include <criterion/criterion.h>

#include <errno.h>

#include "tests/unit/event_build.h"

static struct event_build build;
static struct record record;

Test(record, finds_sections_by_type)
{
	event_start(&build);
	event_add(&build, 3, "abc", 3);
	event_present(event_add(&build, 200, "12345678", 8), 5);
	event_add(&build, 0, "", 0);
	cr_assert_eq(event_parse(&build, &record), 0);

	const struct retis_view *view = record_view(&record, 200);

	cr_assert_not_null(view);
	cr_assert_eq(view->length, 8);
	cr_assert_eq(view->present, 5);
	cr_assert_eq(memcmp(view->data, "12345678", 8), 0);
	cr_assert_eq(view->event->timestamp, 1000);
	cr_assert_eq(record_view(&record, 3)->length, 3);
	cr_assert_eq(record_view(&record, 0)->length, 0);
	cr_assert_null(record_view(&record, 1));
	cr_assert_null(record_view(&record, 1 << 20));
}

Test(record, forgets_the_event_before)
{
	event_start(&build);
	event_add(&build, 3, "abc", 3);
	event_add(&build, 3, "abc", 3);
	event_add(&build, 999, "abc", 3);
	cr_assert_eq(event_parse(&build, &record), 0);
	event_start(&build);
	cr_assert_eq(event_parse(&build, &record), 0);
	cr_assert_null(record_view(&record, 3));
	cr_assert_eq(record.repeated, 0);
	cr_assert_eq(record.unknown, 0);
}

Test(record, keeps_the_first_of_a_type_and_counts_the_rest)
{
	event_start(&build);
	event_add(&build, 7, "first", 5);
	event_add(&build, 7, "second", 6);
	cr_assert_eq(event_parse(&build, &record), 0);
	cr_assert_eq(record_view(&record, 7)->length, 5);
	cr_assert_eq(record.repeated, 1);
}

Test(record, counts_types_nobody_knows)
{
	event_start(&build);
	event_add(&build, 2, "", 0);
	event_add(&build, 63, "", 0);
	event_add(&build, 64, "", 0);
	event_add(&build, 255, "", 0);
	event_add(&build, 65535, "", 0);
	cr_assert_eq(event_parse(&build, &record), 0);
	cr_assert_eq(record_unknown(&record, 0), 5);
	cr_assert_eq(record_unknown(&record, 3), 4);
	cr_assert_eq(record_unknown(&record, 64), 3);
	cr_assert_eq(record_unknown(&record, 65), 2);
	cr_assert_eq(record_unknown(&record, 256), 1);
}

Test(record, takes_one_event_out_of_a_row)
{
	event_start(&build);
	event_add(&build, 1, "x", 1);
	cr_assert_eq(record_parse(build.bytes, sizeof(build.bytes), &record), 0);
	cr_assert_eq(record.event->size, 48 + 8 + 8);
}

Test(record, refuses_bad_sizes)
{
	static const uint32_t sizes[] = { 0, 40, 47, 49, 52, 8200, 0xffffffff, 0x80000000 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		event_start(&build);
		event_header(&build)->size = sizes[i];
		cr_assert_eq(record_parse(build.bytes, sizeof(build.bytes), &record), -EBADMSG,
			     "size %u", sizes[i]);
	}
	event_start(&build);
	cr_assert_eq(record_parse(build.bytes + 4, 100, &record), -EBADMSG);
}

Test(record, refuses_a_section_that_leaves_the_event)
{
	struct retis_section *s;

	for (uint16_t size = 9; size; size = (uint16_t)(size * 3)) {
		event_start(&build);
		s = (struct retis_section *)event_add(&build, 1, "12345678", 8) - 1;
		s->size = size;
		cr_assert_eq(event_parse(&build, &record), -EBADMSG, "size %u", size);
		if (size > 20000)
			break;
	}
}

/* As a hook with a wrong length would make it; behind it may be nothing. */
Test(record, check_refuses_what_parse_refuses)
{
	struct retis_section *s;

	event_start(&build);
	s = (struct retis_section *)event_add(&build, 1, "12345678", 8) - 1;
	cr_expect_eq(record_check(build.bytes, event_header(&build)->size), 0);
	cr_expect_eq(record_check(build.bytes, event_header(&build)->size - 1), -EBADMSG);
	s->size = 100;
	cr_expect_eq(record_check(build.bytes, sizeof(build.bytes)), -EBADMSG);
	s->size = 0;
	event_header(&build)->size -= 4;
	cr_expect_eq(record_check(build.bytes, sizeof(build.bytes)), -EBADMSG);
}

/* Reads what was parsed; the sanitizer watches. */
static unsigned int touch(const struct record *r)
{
	unsigned int sum = 0;

	for (uint32_t type = 0; type < REGISTRY_MAX; type++) {
		const struct retis_view *view = record_view(r, type);

		for (uint32_t i = 0; view && i < view->length; i++)
			sum += ((const uint8_t *)view->data)[i];
	}
	return sum;
}

static void build_some(struct event_build *b)
{
	event_start(b);
	for (uint16_t i = 0; i < 12; i++)
		event_add(b, i, "0123456789abcdefghijklmnopqrst", (uint16_t)(2 * i + 1));
}

Test(record, survives_truncation_at_every_byte)
{
	size_t whole;

	build_some(&build);
	whole = event_header(&build)->size;
	for (size_t n = 0; n < whole; n++) {
		/* An exact copy: one byte too far and the sanitizer speaks up. */
		uint8_t *copy = malloc(n ? n : 1);

		memcpy(copy, build.bytes, n);
		cr_assert_eq(record_parse(copy, n, &record), -EBADMSG);
		if (n >= sizeof(uint32_t) && n % RETIS_ALIGN == 0) {
			memcpy(copy, &(uint32_t){ (uint32_t)n }, sizeof(uint32_t));
			if (record_parse(copy, n, &record) == 0)
				touch(&record);
		}
		free(copy);
	}
}

Test(record, survives_corruption)
{
	unsigned int seed = 1;
	size_t parsed = 0;

	for (int round = 0; round < 50000; round++) {
		size_t whole;
		uint8_t *copy;

		build_some(&build);
		whole = event_header(&build)->size;
		copy = malloc(whole);
		memcpy(copy, build.bytes, whole);
		for (int i = rand_r(&seed) % 8; i >= 0; i--)
			copy[(size_t)rand_r(&seed) % whole] = (uint8_t)rand_r(&seed);
		if (record_parse(copy, whole, &record) == 0) {
			parsed++;
			touch(&record);
		}
		free(copy);
	}
	cr_assert_gt(parsed, 1000);
}

Test(record, drops_a_section_wherever_it_is)
{
	for (uint16_t type = 0; type < 3; type++) {
		event_start(&build);
		event_add(&build, 0, "zero", 4);
		event_add(&build, 1, "one is longer", 13);
		event_add(&build, 2, "two", 3);
		record_drop(event_header(&build), type);
		cr_assert_eq(event_parse(&build, &record), 0);
		for (uint16_t i = 0; i < 3; i++)
			cr_expect_eq(record_view(&record, i) == NULL, i == type);
		cr_expect_eq(event_header(&build)->size, type == 1 ? 48 + 2 * 16 : 48 + 16 + 24);
		if (type != 2)
			cr_expect_eq(memcmp(record_view(&record, 2)->data, "two", 3), 0);
	}
}

Test(record, drops_what_is_not_there)
{
	event_start(&build);
	record_drop(event_header(&build), 1);
	cr_expect_eq(event_header(&build)->size, 48);
	event_add(&build, 0, "zero", 4);
	record_drop(event_header(&build), 1);
	cr_expect_eq(event_header(&build)->size, 48 + 16);
	record_drop(event_header(&build), 0);
	cr_expect_eq(event_header(&build)->size, 48);
}
