/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/emit.h"

#include <errno.h>
#include <string.h>

void emit_init(struct emit *e)
{
	memset(e, 0, sizeof(*e));
}

void emit_fini(struct emit *e)
{
	for (size_t i = 0; i < e->n; i++) {
		if (!e->targets[i].copy)
			show_fini(&e->targets[i].show);
	}
	e->n = 0;
}

void emit_add_text(struct emit *e, const struct printer_options *options, struct retis_text *text)
{
	struct emit_target *t = &e->targets[e->n++];

	show_init(&t->show, options);
	t->text = text;
}

void emit_add_file(struct emit *e, struct copy *copy)
{
	e->targets[e->n++].copy = copy;
}

int emit_learn(struct emit *e, const struct input_names *names)
{
	uint32_t generation = e->names.generation + 1;
	int number;

	e->registry = *names->registry;
	e->names = *names;
	e->names.registry = &e->registry;
	e->names.generation = generation;
	e->tracking = registry_find(&e->registry, tracking_section.name);
	if (e->tracking != REGISTRY_NONE)
		return 0;
	number = registry_add(&e->registry, &tracking_section, "");
	if (number < 0)
		return number;
	e->tracking = (uint16_t)number;
	return 0;
}

/* The last section goes. */
static void drop_last(struct retis_event *event)
{
	const struct retis_section *s = NULL, *next = retis_section_next(event, NULL);

	while (next) {
		s = next;
		next = retis_section_next(event, s);
	}
	if (!s)
		return;
	event->size = (uint32_t)((const char *)s - (const char *)event);
	event->missing += event->missing < UINT8_MAX;
}

void emit_tracking(const struct emit *e, struct retis_event *event,
		   const struct own_tracking *tracking, uint32_t present)
{
	struct retis_section *s;

	record_drop(event, e->tracking);
	while (event->size + EMIT_ROOM > RETIS_EVENT_MAX)
		drop_last(event);
	s = (struct retis_section *)((char *)event + event->size);
	*s = (struct retis_section){
		.type = e->tracking,
		.size = sizeof(*tracking),
		.present = present,
	};
	memcpy(s + 1, tracking, sizeof(*tracking));
	event->size += (uint32_t)EMIT_ROOM;
}

/* As a line of a sorted file in JSON: an array. BEFORE and AFTER go around it. */
static int show_element(struct emit *e, struct emit_target *t, const struct input_item *item,
			const char *before, const char *after)
{
	struct retis_text *text = t->text;
	size_t mark = text->length;
	int err;

	if (t->show.printer.options.json)
		retis_text_str(text, before);
	err = show_named_item(&t->show, &e->names, item, text);
	if (err || !t->show.printer.options.json)
		return err;
	if (text->length > mark && text->data[text->length - 1] == '\n')
		text->length--;
	retis_text_str(text, after);
	return 0;
}

static int emit_item(struct emit *e, const struct input_item *item, const char *before,
		     const char *after)
{
	int err = 0;

	for (size_t i = 0; i < e->n && !err; i++) {
		struct emit_target *t = &e->targets[i];

		err = t->copy ? copy_named_item(t->copy, &e->names, item)
			      : show_element(e, t, item, before, after);
	}
	return err;
}

int emit_alone(struct emit *e, const struct input_item *item)
{
	return emit_item(e, item, "[", "]\n");
}

int emit_event(struct emit *e, const struct retis_event *event)
{
	_Alignas(RETIS_ALIGN) uint8_t room[RETIS_EVENT_MAX];
	const struct input_item item = {
		.kind = INPUT_EVENT,
		.event = e->details ? details_complete(e->details, event, room) : event,
		.series = e->in_series ? PRINTER_NEXT : PRINTER_FIRST,
	};

	return emit_item(e, &item, e->in_series++ ? "," : "[", "");
}

int emit_series_end(struct emit *e)
{
	e->in_series = 0;
	for (size_t i = 0; i < e->n; i++) {
		struct emit_target *t = &e->targets[i];

		if (t->copy)
			continue;
		if (t->show.printer.options.json)
			retis_text_str(t->text, "]\n");
		else
			printer_series_end(&t->show.printer, t->text);
	}
	return 0;
}
