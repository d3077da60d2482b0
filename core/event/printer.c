/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Composes an event's text: a first line, then sections on lines of their own,
 * or all of it on one line. Every part is appended behind its separator, and
 * both are taken back if the part has nothing to say.
 */
#include "core/event/printer.h"

#include <errno.h>

#include "core/event/common.h"
#include "core/event/generic.h"
#include "core/event/json.h"
#include "core/event/sanitize.h"

/* Columns; an event below another of its series starts further right. */
#define INDENT_SECTION 2
#define INDENT_STACK 4
#define INDENT_SERIES 4
#define INDENT_CALL 2

/* One event on its way out. */
struct line {
	struct printer *printer;
	const struct record *record;
	struct retis_text *out;
	/* Column of the first line. */
	uint32_t base;
	/* Number of the section that printed last. */
	uint16_t last;
	/* The packet was named. */
	bool identified;
	/* Bit N: the section that is number N in the order of lines is there. */
	uint64_t lines[REGISTRY_MAX / 64];
};

void printer_init(struct printer *p, const struct registry *registry,
		  const struct printer_options *options)
{
	*p = (struct printer){ .registry = registry, .options = *options };
}

void printer_fini(struct printer *p)
{
	if (!p)
		return;
	probe_texts_fini(&p->probes);
	text_cache_free(p->texts);
}

int printer_set_probes(struct printer *p, const struct retis_file_probe *const *probes, size_t n)
{
	struct probe_texts texts;
	int err = probe_texts_init(&texts, probes, n);

	if (err)
		return err;
	probe_texts_fini(&p->probes);
	p->probes = texts;
	/* Maybe of another file. */
	p->roles_of = 0;
	return 0;
}

#define DEPTH_MAX 32

/* Calls that go on around the one the event is about. */
static uint32_t find_depth(struct printer *p, const struct record *record)
{
	uint64_t depth;

	if (p->roles_of != p->registry->n) {
		roles_init(&p->roles, p->registry);
		p->roles_of = p->registry->n;
	}
	if (!role_number(&p->roles, record, RETIS_ROLE_DEPTH, &depth))
		return 0;
	return depth < DEPTH_MAX ? (uint32_t)depth : DEPTH_MAX;
}

static void layout_set(struct line *l, bool multi_line, uint32_t indent)
{
	l->out->multi_line = multi_line && l->printer->options.layout == PRINTER_MULTI_LINE;
	l->out->indent = l->base + indent;
}

static void put_common(struct line *l)
{
	const struct printer_options *options = &l->printer->options;
	const struct retis_event *event = l->record->event;
	struct retis_text *out = l->out;

	if (options->utc)
		timestamp_utc(&l->printer->clock, event->timestamp, options->clock_offset, out);
	else
		retis_text_dec(out, event->timestamp);
	if (event->host)
		common_put_host(l->record->names, event->host, out);
	if (!printer_has_task(l->printer, event))
		return;
	retis_text_bytes(out, " (", 2);
	retis_text_dec(out, event->cpu);
	retis_text_bytes(out, ") [", 3);
	retis_text_escaped(out, event->comm, sizeof(event->comm));
	retis_text_bytes(out, "] ", 2);
	if (event->pid != event->tid) {
		retis_text_int(out, (int32_t)event->pid);
		retis_text_char(out, '/');
	}
	retis_text_int(out, (int32_t)event->tid);
}

static void put_probe(struct line *l)
{
	const struct probe_texts *probes = &l->printer->probes;
	uint32_t number = l->record->event->probe;
	const struct probe_text *probe = probe_text_get(probes, number);

	if (number == RECORD_NO_PROBE)
		return;
	if (probe) {
		retis_text_bytes(l->out, probes->text.data + probe->plain, probe->plain_length);
		return;
	}
	retis_text_str(l->out, " [invalid] probe ");
	retis_text_dec(l->out, number);
}

/* Its own print function is foreign code: all that is left of what it did to `out` are the
 * bytes it appended. */
bool printer_section(const struct retis_section_type *type, const struct retis_view *view,
		     bool link_layer, struct retis_text *out)
{
	const struct retis_print how = { .size = sizeof(how), .link_layer = link_layer };
	uint32_t indent = out->indent;
	bool multi_line = out->multi_line;
	size_t mark = out->length;

	if (!type->print) {
		generic_section(type, view, out);
		return true;
	}
	type->print(view, &how, out);
	out->indent = indent;
	out->multi_line = multi_line;
	if (out->length < mark || out->length > out->capacity)
		out->length = mark;
	sanitize_text(out, mark);
	return out->length > mark;
}

static void put_separator(struct line *l, const struct registry_entry *e)
{
	bool joins = e->joins != REGISTRY_NONE && e->joins == l->last;

	if (e->type->place == RETIS_FIRST_LINE || joins)
		retis_text_char(l->out, ' ');
	else
		retis_text_break(l->out);
}

/* Types there are of are many more than an event has sections. */
static void find_lines(struct line *l)
{
	const struct registry *r = l->printer->registry;

	for (uint32_t word = 0; word < REGISTRY_MAX / 64; word++) {
		for (uint64_t left = l->record->seen[word]; left; left &= left - 1) {
			uint32_t number = 64 * word + (uint32_t)__builtin_ctzll(left);
			uint16_t at = r->line_at[number];

			if (number < r->n && !printer_is_stack(l->printer, (uint16_t)number))
				l->lines[at / 64] |= 1ull << (at % 64);
		}
	}
}

/* False: it has nothing to say. */
static bool put_section_text(struct line *l, const struct registry_entry *e,
			     const struct retis_view *view)
{
	const bool link_layer = l->printer->options.link_layer;
	bool repeats = e->type->repeats && e->type->print;
	struct text_cache *texts = l->printer->texts;
	size_t mark = l->out->length;
	struct text_key key;

	if (repeats && !texts)
		texts = l->printer->texts = text_cache_new();
	if (!repeats || !texts)
		return printer_section(e->type, view, link_layer, l->out);
	text_key_init(&key, e->type, view, link_layer, l->out);
	if (text_cache_get(texts, &key, l->out))
		return l->out->length > mark;
	if (!printer_section(e->type, view, link_layer, l->out))
		return false;
	if (!l->out->failed)
		text_cache_put(texts, &key, l->out->data + mark, l->out->length - mark);
	return true;
}

static void put_line_section(struct line *l, uint16_t number, const struct registry_entry *e)
{
	size_t mark = l->out->length;

	put_separator(l, e);
	if (!put_section_text(l, e, &l->record->views[number])) {
		l->out->length = mark;
		return;
	}
	l->last = number;
	l->identified |= e->identifies;
}

static void put_sections(struct line *l, enum retis_place place)
{
	const struct registry *r = l->printer->registry;

	for (uint32_t word = 0; word < REGISTRY_MAX / 64; word++) {
		for (uint64_t left = l->lines[word]; left; left &= left - 1) {
			uint16_t number = r->by_line[64 * word + (uint32_t)__builtin_ctzll(left)];
			const struct registry_entry *e = &r->entries[number];

			if (e->type->place == place && !(e->identifies && l->identified))
				put_line_section(l, number, e);
		}
	}
}

static void put_frame(struct line *l, uint64_t address)
{
	const struct printer_stack *stack = l->printer->stack;
	size_t mark = l->out->length;

	stack->frame(stack->arg, address, l->out);
	sanitize_text(l->out, mark);
}

static void put_stack(struct line *l)
{
	bool multi_line = l->out->multi_line;
	const uint64_t *frames;
	uint32_t n = printer_stack_frames(l->printer, l->record, &frames);

	if (!n)
		return;
	for (uint32_t i = 0; i < n; i++) {
		if (multi_line)
			retis_text_break(l->out);
		else
			retis_text_str(l->out, i ? ", " : " [");
		put_frame(l, frames[i]);
	}
	if (!multi_line)
		retis_text_char(l->out, ']');
}

static void put_note(struct line *l, uint32_t n, const char *one, const char *many)
{
	if (!n)
		return;
	retis_text_break(l->out);
	retis_text_char(l->out, '(');
	retis_text_dec(l->out, n);
	retis_text_str(l->out, n == 1 ? one : many);
	retis_text_char(l->out, ')');
}

static void put_notes(struct line *l)
{
	put_note(l, record_unknown(l->record, l->printer->registry->n), " section of unknown type",
		 " sections of unknown type");
	put_note(l, l->record->repeated, " repeated section", " repeated sections");
	put_note(l, l->record->event->missing, " section left out: event full",
		 " sections left out: event full");
	put_note(l, l->record->event->lost, " event lost on this CPU before this one",
		 " events lost on this CPU before this one");
}

static void put_event_text(struct line *l)
{
	layout_set(l, false, INDENT_SECTION);
	put_common(l);
	put_probe(l);
	find_lines(l);
	put_sections(l, RETIS_FIRST_LINE);
	layout_set(l, true, INDENT_STACK);
	put_stack(l);
	layout_set(l, true, INDENT_SECTION);
	put_sections(l, RETIS_OWN_LINE);
	put_notes(l);
	retis_text_char(l->out, '\n');
}

int printer_event(struct printer *p, const struct record *record, enum printer_series series,
		  struct retis_text *out)
{
	struct line l = { .printer = p, .record = record, .out = out, .last = REGISTRY_NONE };
	size_t mark = out->length;

	if (p->options.json) {
		json_event(p, record, out);
		retis_text_char(out, '\n');
	} else {
		if (series == PRINTER_NEXT) {
			uint32_t inside = INDENT_CALL * find_depth(p, record);

			l.base = INDENT_SERIES + inside;
			retis_text_str(out, "  \u21b3 ");
			for (uint32_t i = 0; i < inside; i++)
				retis_text_char(out, ' ');
		}
		put_event_text(&l);
		if (series == PRINTER_ALONE && p->options.layout == PRINTER_MULTI_LINE)
			retis_text_char(out, '\n');
	}
	if (!out->failed)
		return 0;
	out->length = mark;
	out->failed = false;
	return -ENOSPC;
}

void printer_series_end(const struct printer *p, struct retis_text *out)
{
	if (!p->options.json)
		retis_text_char(out, '\n');
}
