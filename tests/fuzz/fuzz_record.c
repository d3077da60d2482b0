/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Field tables, events and strings nobody vouches for, as text and as JSON.
 *
 * Input: one byte of options, a byte N, N fields of eight bytes each, an event.
 * Sections 0 and 1 print themselves by their fields, section 2 as it is.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/event/buffer.h"
#include "core/event/printer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FIELDS_MAX 32

static const struct retis_enum_name names[] = { { -1, "minus" }, { 3, "a\"\xff" }, { 4, "" } };

struct input {
	const uint8_t *data;
	size_t size;
};

static uint32_t take(struct input *in)
{
	if (!in->size)
		return 0;
	in->size--;
	return *in->data++;
}

static void take_field(struct input *in, struct retis_field *f, const struct retis_field *fields)
{
	static const char *const keys[] = { "a", "b", "c_d", "e", "f", "g", "h", NULL };
	uint32_t group = take(in);

	*f = (struct retis_field){
		.name = keys[take(in) % 8],
		.kind = (enum retis_kind)(take(in) % 14),
		.offset = take(in) | (take(in) & 0x1f) << 8,
		.size = take(in) % 18,
		.count = take(in) % 5,
		.present = take(in) % 34,
		.fields = fields,
		.n_fields = group % 4,
		.names = names,
		.n_names = group % 4,
	};
}

static void print_raw(const struct retis_view *view, const struct retis_print *how,
		      struct retis_text *out)
{
	(void)how;
	retis_text_bytes(out, view->data, view->length);
}

static void check_text(const struct printer *p, const struct retis_text *out)
{
	for (size_t i = 0; i < out->length; i++) {
		uint8_t c = (uint8_t)out->data[i];

		if (c == '\n' || (c >= 0x20 && c < 0x7f) || (p->options.json && c >= 0x80))
			continue;
		abort();
	}
}

static void print_frame(const void *arg, uint64_t address, struct retis_text *out)
{
	(void)arg;
	retis_text_bytes(out, (const char *)&address, sizeof(address));
}

static const struct retis_file_probe *const probes[] = {
	&(const struct retis_file_probe){
		.symbol = "sym\033", .type = "kprobe", .backend = "kprobe.multi", .tag = "k" },
	&(const struct retis_file_probe){
		.symbol = "a:b", .type = "usdt", .tag = "u", .path = "/x/\033y", .ip = 1 },
};

static void print_all(const struct registry *registry, const struct record *record, uint32_t bits)
{
	static const struct printer_stack stack = { .section = 3, .frame = print_frame };
	struct printer_options options = {
		.layout = bits & 1 ? PRINTER_SINGLE_LINE : PRINTER_MULTI_LINE,
		.json = bits & 2,
		.utc = bits & 4,
		.clock_offset = bits & 8 ? 1700000000000000000 : -1,
	};
	struct retis_text out;
	struct printer p;

	printer_init(&p, registry, &options);
	p.stack = bits & 16 ? &stack : NULL;
	if (printer_set_probes(&p, probes, 2) || text_init(&out, 64))
		abort();
	if (printer_event(&p, record, PRINTER_ALONE, &out))
		abort();
	check_text(&p, &out);
	text_fini(&out);
	printer_fini(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct registry registry;
	static struct record record;
	static struct retis_field fields[FIELDS_MAX + 1];
	struct input in = { data, size };
	uint32_t bits = take(&in);
	uint32_t n = take(&in) % FIELDS_MAX;
	struct retis_section_type types[] = {
		{ .name = "one", .fields = fields, .n_fields = n },
		{ .name = "two", .fields = fields, .n_fields = n / 2, .joins = "one", .line = 1 },
		{ .name = "raw", .print = print_raw, .place = bits >> 7 },
		{ .name = "stack", .print = print_raw },
	};
	uint64_t *event;

	for (uint32_t i = 0; i < n; i++)
		take_field(&in, &fields[i], i + 4 < n ? &fields[i + 1] : NULL);
	registry.n = 0;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		registry_add(&registry, &types[i], "fuzz");
	event = malloc(in.size + 1);
	if (!event)
		abort();
	memcpy(event, in.data, in.size);
	/* Most of the time the total size is not what is interesting. */
	if (bits & 64 && in.size >= 48)
		*(uint32_t *)event = (uint32_t)(in.size & ~7ull);
	if (record_parse(event, in.size, &record) == 0)
		print_all(&registry, &record, bits);
	free(event);
	return 0;
}
