/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/input/series.h"

#include "core/input/own.h"

static const struct own_tracking *find_tracking(const struct series_state *s,
						const struct retis_event *event)
{
	const struct retis_section *at = NULL;

	if (s->section == REGISTRY_NONE)
		return NULL;
	while ((at = retis_section_next(event, at))) {
		if (at->type == s->section)
			return at->size >= offsetof(struct own_tracking, lost_cause)
				       ? retis_section_data(at)
				       : NULL;
	}
	return NULL;
}

static void hold_item(struct series_state *s, struct input_item *item)
{
	s->item = *item;
	s->held = true;
	s->open = false;
	*item = (struct input_item){ .kind = INPUT_SERIES_END };
}

/* T is NULL for an event of no packet: a series of one, in sorted files. */
static void open_series(struct series_state *s, const struct own_tracking *t,
			struct input_item *item)
{
	s->open = true;
	s->alone = !t;
	s->time = t ? t->timestamp : 0;
	s->head = t ? t->orig_head : 0;
	item->series = PRINTER_FIRST;
}

static bool series_goes_on(const struct series_state *s, const struct own_tracking *t)
{
	return s->open && !s->alone && t && t->idx && t->timestamp == s->time &&
	       t->orig_head == s->head;
}

void series_place(struct series_state *s, struct input_item *item)
{
	const struct own_tracking *t = NULL;

	if (item->kind == INPUT_EVENT)
		t = find_tracking(s, item->event);
	if (series_goes_on(s, t))
		item->series = PRINTER_NEXT;
	else if (s->open)
		hold_item(s, item);
	else if (item->kind == INPUT_EVENT && s->section != REGISTRY_NONE)
		open_series(s, t, item);
}

bool series_held(struct series_state *s, struct input_item *item)
{
	if (!s->held)
		return false;
	s->held = false;
	*item = s->item;
	series_place(s, item);
	return true;
}

bool series_end(struct series_state *s, struct input_item *item)
{
	if (!s->open)
		return false;
	s->open = false;
	*item = (struct input_item){ .kind = INPUT_SERIES_END };
	return true;
}
