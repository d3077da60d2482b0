/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Upstream's lines, whatever is in them: checked, turned into events, printed as
 * text and as JSON; that JSON is read again and must come out the same.
 *
 * Input: lines of JSON. The section "all" has every kind of field.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/event/buffer.h"
#include "core/event/json_decode.h"
#include "core/event/printer.h"
#include "core/input/build.h"
#include "core/util/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct retis_enum_name names[] = { { -1, "minus" }, { 3, "three" }, { 40000, "big" } };

static const struct retis_field group[] = {
	{ .name = "hex", .kind = RETIS_HEX, .offset = 24, .size = 2 },
	{ .name = "ip", .kind = RETIS_IP4, .offset = 28, .size = 4, .present = 2 },
	{ .name = "ip", .kind = RETIS_IP6, .offset = 32, .size = 16, .present = 3 },
};

static const struct retis_field fields[] = {
	{ .name = "u", .kind = RETIS_UINT, .offset = 0, .size = 8 },
	{ .name = "i", .kind = RETIS_INT, .offset = 8, .size = 4, .present = 1 },
	{ .name = "e", .kind = RETIS_ENUM, .offset = 12, .size = 2, .names = names, .n_names = 3 },
	{ .name = "b", .kind = RETIS_BOOL, .offset = 14, .size = 1 },
	{ .name = "s", .kind = RETIS_STRING, .offset = 16, .size = 8 },
	{ .name = "g", .kind = RETIS_OBJECT, .fields = group, .n_fields = 2 },
	{ .name = "m", .kind = RETIS_MAC, .offset = 48, .size = 6, .present = 4 },
	{ .name = "a", .kind = RETIS_UINT, .offset = 56, .size = 2, .count = 3, .present = 5 },
	{ .name = "r", .kind = RETIS_BYTES, .offset = 64, .present = 6 },
};

static const struct retis_section_type type = {
	.name = "all",
	.rank = 70,
	.fields = fields,
	.n_fields = sizeof(fields) / sizeof(fields[0]),
};

static struct build build;

static void print(struct build *b, bool json, struct retis_text *out)
{
	static struct record record;
	struct printer_options options = { .json = json, .layout = PRINTER_SINGLE_LINE };
	struct printer p;

	printer_init(&p, &b->registry, &options);
	p.stack = &b->stack;
	if (printer_set_probes(&p, b->names.probes, b->names.n_probes) ||
	    record_parse(b->event, sizeof(b->event), &record) ||
	    printer_event(&p, &record, PRINTER_ALONE, out))
		abort();
	printer_fini(&p);
}

static void check_text(const struct retis_text *out)
{
	for (size_t i = 0; i < out->length; i++) {
		uint8_t c = (uint8_t)out->data[i];

		if (c != '\n' && (c < 0x20 || c == 0x7f))
			abort();
	}
}

static int read_event(struct build *b, const char *text, size_t length)
{
	struct json_cursor c = json_cursor(text, length);
	struct json value;
	int kind = build_event(b, &c);

	/* What is read while it is checked is what would have been checked before. */
	if ((kind == -EILSEQ) != (json_check(text, length, &value, NULL) != 0))
		abort();
	return kind;
}

static void print_startup(struct build *b, bool json, struct retis_text *out)
{
	struct printer_options options = { .json = json, .utc = true, .clock_offset = 1 };
	struct printer p;

	printer_init(&p, &b->registry, &options);
	startup_print(&p, &b->startup.start, out);
	printer_fini(&p);
}

static void expect_same(const struct retis_text *a, const struct retis_text *b)
{
	if (a->length == b->length && !memcmp(a->data, b->data, a->length))
		return;
	fprintf(stderr, "%.*s%.*s", (int)a->length, a->data, (int)b->length, b->data);
	abort();
}

/* The event as JSON, which becomes the event. */
static void again(struct retis_text *out)
{
	text_clear(out);
	print(&build, true, out);
	check_text(out);
	if (read_event(&build, out->data, out->length - 1) != BUILD_EVENT)
		abort();
}

static void line(const char *text, size_t length)
{
	struct retis_text first, second;
	int kind = read_event(&build, text, length);

	if (text_init(&first, 64) || text_init(&second, 64))
		abort();
	if (kind == BUILD_START) {
		print_startup(&build, true, &first);
		print_startup(&build, false, &second);
		check_text(&first);
		check_text(&second);
		if (read_event(&build, first.data, first.length - 1) != BUILD_START)
			abort();
	} else if (kind == BUILD_EVENT) {
		print(&build, false, &first);
		check_text(&first);
		build.level = FIXUP_NONE;
		again(&first);
		/* Bytes that are no text became longer, perhaps too long. */
		again(&first);
		again(&second);
		/* Only an event that is full to the brim may lose something. */
		if (!((struct retis_event *)build.event)->missing)
			expect_same(&first, &second);
	}
	text_fini(&first);
	text_fini(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;

	log_set_level(RETIS_LOG_ERROR);
	if (build_init(&build, NULL) || registry_add(&build.registry, &type, "fuzz") < 0)
		abort();
	build.registry.entries[2].plugin_version = "1";
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t n = (size_t)((newline ? newline : end) - at);

		line(at, n);
		at += n + 1;
	}
	build_fini(&build);
	return 0;
}
