/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/source.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/input/loss.h"

static void copy_string(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from ? from : "");
}

/* What a start points to does not outlive its item. */
static struct startup *copy_start(const struct input_item *item)
{
	struct startup *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->start = *item->start;
	s->has_offset = item->has_offset;
	copy_string(s->version, sizeof(s->version), item->start->version);
	copy_string(s->command_line, sizeof(s->command_line), item->start->command_line);
	copy_string(s->kernel_release, sizeof(s->kernel_release), item->start->kernel_release);
	copy_string(s->kernel_version, sizeof(s->kernel_version), item->start->kernel_version);
	copy_string(s->machine, sizeof(s->machine), item->start->machine);
	s->start.version = s->version;
	s->start.command_line = s->command_line;
	s->start.kernel_release = s->kernel_release;
	s->start.kernel_version = s->kernel_version;
	s->start.machine = s->machine;
	return s;
}

struct source *source_create(const struct input_names *names, const struct input_item *start,
			     const struct printer_options *display)
{
	struct source *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->names = names;
	printer_init(&s->printer, &s->registry, display);
	s->printer.options.utc = false;
	if (!start)
		return s;
	s->start = copy_start(start);
	s->printer.options.utc = display->utc && start->has_offset;
	s->printer.options.clock_offset = start->start->clock_offset;
	if (s->start)
		return s;
	source_destroy(s);
	return NULL;
}

void source_destroy(struct source *s)
{
	if (!s)
		return;
	printer_fini(&s->printer);
	free(s->start);
	free(s);
}

static void source_learn(struct source *s)
{
	identity_learn(&s->finder, s->names->registry);
	s->generation = s->names->generation;
}

bool source_identify(struct source *s, const struct record *record, struct identity *out)
{
	if (s->generation != s->names->generation)
		source_learn(s);
	return identity_find(&s->finder, record, out);
}

int source_prepare(struct source *s)
{
	int number;

	if (s->ready)
		return 0;
	s->registry = *s->names->registry;
	s->tracking = registry_find(&s->registry, tracking_section.name);
	number = s->tracking == REGISTRY_NONE ? registry_add(&s->registry, &tracking_section, "")
					      : s->tracking;
	/* Not one more number is left: the series has to do without. */
	s->tracking = number < 0 ? REGISTRY_NONE : (uint16_t)number;
	s->printer.stack = s->names->stack;
	s->ready = true;
	return printer_set_probes(&s->printer, s->names->probes, s->names->n_probes);
}

static void put_view(struct record *r, uint16_t number, const void *data, uint32_t length)
{
	r->seen[number / 64] |= 1ull << (number % 64);
	r->views[number] = (struct retis_view){
		.size = sizeof(struct retis_view),
		.length = length,
		.data = data,
		.event = r->event,
		.names = r->names,
	};
}

bool source_print_event(struct source *s, struct record *record, const struct tracking *place,
			struct retis_text *out)
{
	/* In text it stands in place of what the event says itself. */
	if (place && s->tracking != REGISTRY_NONE)
		put_view(record, s->tracking, place, sizeof(*place));
	return !printer_event(&s->printer, record,
			      place && place->idx ? PRINTER_NEXT : PRINTER_FIRST, out);
}

void source_print_start(struct source *s, struct retis_text *out)
{
	if (s->start)
		startup_print(&s->printer, &s->start->start, out);
}

void source_print_loss(struct source *s, const struct retis_loss *loss, struct retis_text *out)
{
	loss_print(&s->printer, s->names, loss, out);
}
