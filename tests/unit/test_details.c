/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one event tells of a thing is put into others that are about it, or it is not. */
#include <criterion/criterion.h>

#include <retis/reader.h>

#include "core/sort/details.h"
#include "tests/unit/event_build.h"

#define BIT(present) (1u << ((present)-1))

struct about {
	uint64_t a;
	uint32_t other;
	uint32_t b;
	char text[16];
};

struct tells {
	uint32_t b;
	uint32_t unused;
	uint64_t a;
	char text[16];
};

/* The subject goes from `a` to `b`, whatever lies between them. */
static const struct retis_field about_fields[] = {
	RETIS_FIELD(struct about, b, RETIS_UINT, .present = 1, .role = RETIS_ROLE_SUBJECT),
	RETIS_FIELD(struct about, a, RETIS_UINT, .role = RETIS_ROLE_SUBJECT),
	RETIS_FIELD(struct about, text, RETIS_STRING, .present = 2, .role = RETIS_ROLE_DETAILS),
};

/* Details come before the subject: nothing to go by. */
static const struct retis_field odd_fields[] = {
	{ .name = "text", .kind = RETIS_STRING, .size = 4, .role = RETIS_ROLE_DETAILS },
	{ .name = "a", .kind = RETIS_UINT, .size = 4, .offset = 8, .role = RETIS_ROLE_SUBJECT },
};

static const struct retis_section_type about_type = { .name = "about",
						      .fields = about_fields,
						      .n_fields = 3 };
static const struct retis_section_type odd_type = { .name = "odd",
						    .fields = odd_fields,
						    .n_fields = 2 };

static struct registry registry;
static struct details details;
static uint16_t about_number, odd_number;
static _Alignas(8) uint8_t room[RETIS_EVENT_MAX];

static void start(void)
{
	about_number = (uint16_t)registry_add(&registry, &about_type, "");
	odd_number = (uint16_t)registry_add(&registry, &odd_type, "");
	details_init(&details);
	details_learn(&details, &registry);
}

static void end(void)
{
	details_fini(&details);
}

TestSuite(details, .init = start, .fini = end, .timeout = 30);

static void make(struct event_build *b, uint64_t at, uint64_t subject, const char *text)
{
	struct about about = { .a = subject, .other = 5, .b = 7 };
	uint32_t size = offsetof(struct about, text) + (uint32_t)strlen(text);

	memcpy(about.text, text, strlen(text));
	event_start(b);
	event_header(b)->timestamp = at;
	event_add(b, odd_number, "\0\0\0\0\0\0\0\0\0\0\0", 12);
	event_present(event_add(b, about_number, &about, size), BIT(1) | (*text ? BIT(2) : 0));
	event_add(b, odd_number, "xyz", 4);
}

static void tell(uint64_t at, uint64_t subject, const char *text)
{
	struct event_build b;

	make(&b, at, subject, text);
	cr_assert_eq(details_take(&details, event_header(&b)), 0);
}

/* What an event of that time and subject says then. */
static void expect(uint64_t at, uint64_t subject, const char *text)
{
	const struct retis_section *s;
	const struct retis_event *got;
	struct event_build b, want;

	make(&b, at, subject, "");
	got = details_complete(&details, event_header(&b), room);
	s = retis_section_next(got, retis_section_next(got, NULL));
	cr_expect_eq(s->present >> 1, *text != 0);
	make(&want, at, subject, text);
	cr_assert_eq(got->size, event_header(&want)->size);
	cr_expect_eq(memcmp(got, event_header(&want), got->size), 0, "%s", text);
}

Test(details, soonest_after_it_or_last)
{
	expect(1, 1, "");
	tell(10, 1, "first");
	tell(20, 1, "second, longer");
	tell(15, 2, "other");
	expect(5, 1, "first");
	expect(10, 1, "first");
	expect(11, 1, "second, longer");
	expect(21, 1, "second, longer");
	expect(30, 2, "other");
	expect(30, 3, "");
	for (uint64_t i = 100; i < 1000; i++)
		tell(i, i, "many");
	expect(30, 2, "other");
	expect(30, 999, "many");
	details_forget(&details);
	expect(30, 2, "");
}

/* Those that say it themselves, that lack the subject, or that are full stay as they are. */
Test(details, what_stays_as_it_is)
{
	static uint8_t filler[RETIS_EVENT_MAX];
	struct event_build b;

	tell(10, 1, "text");
	make(&b, 1, 1, "mine");
	cr_expect_eq(details_complete(&details, event_header(&b), room), event_header(&b));
	event_start(&b);
	event_add(&b, about_number, &(struct about){ .a = 1, .other = 5, .b = 7 },
		  offsetof(struct about, text));
	cr_expect_eq(details_complete(&details, event_header(&b), room), event_header(&b));
	make(&b, 1, 1, "");
	event_add(&b, 200, filler, RETIS_EVENT_MAX - event_header(&b)->size - 8);
	cr_expect_eq(details_complete(&details, event_header(&b), room), event_header(&b));
}
