/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The upper half of libretis: values, JSON and text of any file's events. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include <retis/events.h>

#include "tests/unit/file_build.h"

static const struct retis_events_item *next_of(struct retis_events *ev, enum retis_events_kind kind)
{
	const struct retis_events_item *item;

	cr_assert_eq(retis_events_next(ev, &item), 1, "%s", retis_events_error(ev));
	cr_assert_eq(item->kind, kind);
	return item;
}

static void expect_text(const char *text, size_t length, const char *want)
{
	cr_expect_eq(length, strlen(want), "%.*s", (int)length, text);
	cr_expect(length == strlen(want) && !memcmp(text, want, length), "%.*s", (int)length, text);
}

static struct retis_events *open_small(void)
{
	struct retis_events *ev;

	file_make(file_path("small"), 2);
	cr_assert_eq(retis_events_open(file_path("small"), NULL, &ev), 0, "%s",
		     retis_events_error(ev));
	return ev;
}

Test(events, values_of_fields)
{
	struct retis_events *ev = open_small();
	const struct retis_event *event;
	const struct retis_section_type *type;
	const struct retis_section *section;
	const struct retis_field *common;
	struct retis_value value;
	struct retis_view view;
	uint32_t n;

	next_of(ev, RETIS_EVENTS_START);
	next_of(ev, RETIS_EVENTS_EVENT);
	event = next_of(ev, RETIS_EVENTS_EVENT)->event;
	section = retis_section_next(event, NULL);
	type = retis_events_section(ev, section->type);
	cr_assert_not_null(type);
	retis_events_view(ev, event, section, &view);
	cr_assert(retis_value_present(&type->fields[0], &view));
	retis_value_get(&type->fields[0], &view, 0, &value);
	cr_expect_eq(value.kind, RETIS_VALUE_UINT);
	cr_expect_eq(value.as.u, 1);
	retis_value_get(&type->fields[2], &view, 0, &value);
	cr_expect_eq(value.kind, RETIS_VALUE_TEXT);
	expect_text(value.as.text, value.length, "0");
	common = retis_events_common(ev, event, &view, &n);
	retis_value_get(&common[0], &view, 0, &value);
	cr_expect_eq(value.as.u, 1);
	retis_events_close(ev);
	file_clean();
}

Test(events, json_and_text)
{
	struct retis_events *ev = open_small();
	const struct retis_events_item *item;
	const char *text;
	size_t n;

	next_of(ev, RETIS_EVENTS_START);
	item = next_of(ev, RETIS_EVENTS_EVENT);
	cr_assert_eq(retis_events_json(ev, item, &text, &n), 0);
	expect_text(text, n,
		    "{\"common\":{\"timestamp\":0,\"smp_id\":0,\"task\":{\"pid\":0,\"tgid\":0,"
		    "\"comm\":\"x\"}},\"kernel\":{\"symbol\":\"net:netif_rx\",\"probe_type\":"
		    "\"raw_tracepoint\"},\"my-count\":{\"count\":0,\"group\":{\"word\":0},"
		    "\"state\":\"0\"}}");
	cr_assert_eq(retis_events_print(ev, item, RETIS_TEXT_SINGLE_LINE, &text, &n), 0);
	expect_text(text, n,
		    "0 (0) [x] 0 [tp] net:netif_rx my-count [count 0 group [word 0] state 0]");
	cr_assert_eq(retis_events_print_section(
			     ev, item->event, retis_section_next(item->event, NULL), 0, &text, &n),
		     0);
	expect_text(text, n, "my-count [count 0 group [word 0] state 0]");
	cr_expect_not(retis_events_sorted(ev));
	retis_events_close(ev);
	file_clean();
}

static void keep_line(void *arg, const char *line)
{
	snprintf(arg, 256, "%s", line);
}

/* Upstream's, whose sections no plugin describes here; and what can't be read is told. */
Test(events, of_others)
{
	char told[256] = "";
	const struct retis_events_options options = {
		.size = sizeof(options),
		.tell = keep_line,
		.arg = told,
	};
	FILE *file = fopen(file_path("json"), "w");
	const struct retis_events_item *item;
	struct retis_events *ev;
	const char *text;
	size_t n;

	cr_assert_not_null(file);
	fputs("{\"common\":{\"timestamp\":5},\"startup\":{\"retis_version\":\"v1.7.0\"}}\n"
	      "no JSON\n"
	      "[{\"common\":{\"timestamp\":7},\"new\":{\"a\":[1,{\"b\":null}]}}]\n",
	      file);
	fclose(file);
	cr_assert_eq(retis_events_open(file_path("json"), &options, &ev), 0);
	next_of(ev, RETIS_EVENTS_START);
	item = next_of(ev, RETIS_EVENTS_EVENT);
	cr_expect_neq(strstr(told, "line 2: skipped: not JSON"), NULL, "%s", told);
	cr_expect_eq(item->series, RETIS_SERIES_FIRST);
	cr_expect(retis_events_sorted(ev));
	cr_assert_eq(retis_events_json(ev, item, &text, &n), 0);
	expect_text(text, n, "{\"common\":{\"timestamp\":7},\"new\":{\"a\":[1,{\"b\":null}]}}");
	next_of(ev, RETIS_EVENTS_SERIES_END);
	cr_expect_eq(retis_events_next(ev, &item), 0);
	retis_events_close(ev);
	file_clean();
}

Test(events, errors)
{
	struct retis_events *ev;

	cr_expect_eq(retis_events_open(file_path("not-there"), NULL, &ev), -ENOENT);
	cr_expect_neq(strstr(retis_events_error(ev), "No such file"), NULL);
	retis_events_close(ev);
	retis_events_close(NULL);
	file_clean();
}
