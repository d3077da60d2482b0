/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* JSON and text, by the printer that "retis print" has. */
#include <errno.h>

#include "core/event/buffer.h"
#include "core/library/private.h"

static int render_item(struct retis_events *ev, struct show *s,
		       const struct retis_events_item *item, const char **text, size_t *length)
{
	static const enum input_kind kinds[] = {
		[RETIS_EVENTS_START] = INPUT_START,
		[RETIS_EVENTS_EVENT] = INPUT_EVENT,
		[RETIS_EVENTS_LOSS] = INPUT_LOSS,
		[RETIS_EVENTS_SERIES_END] = INPUT_SERIES_END,
	};
	const struct input_item from = {
		.kind = kinds[item->kind],
		.start = item->start,
		.has_offset = ev->has_offset,
		.event = item->event,
		.loss = item->loss,
	};
	uint64_t bad = s->bad;
	int err;

	text_clear(&ev->out);
	err = show_named_item(s, input_names(ev->input), &from, &ev->out);
	if (err)
		return err;
	if (s->bad != bad)
		return -EBADMSG;
	while (ev->out.length && ev->out.data[ev->out.length - 1] == '\n')
		ev->out.length--;
	*text = ev->out.data;
	*length = ev->out.length;
	return 0;
}

API int retis_events_json(struct retis_events *ev, const struct retis_events_item *item,
			  const char **text, size_t *length)
{
	return render_item(ev, &ev->json, item, text, length);
}

API int retis_events_print(struct retis_events *ev, const struct retis_events_item *item,
			   uint32_t flags, const char **text, size_t *length)
{
	struct printer_options *o = &ev->text.printer.options;

	o->layout = flags & RETIS_TEXT_SINGLE_LINE ? PRINTER_SINGLE_LINE : PRINTER_MULTI_LINE;
	o->link_layer = flags & RETIS_TEXT_LINK_LAYER;
	ev->text.utc = flags & RETIS_TEXT_UTC;
	o->utc = ev->text.utc && ev->has_offset;
	o->clock_offset = ev->clock_offset;
	return render_item(ev, &ev->text, item, text, length);
}

API int retis_events_print_section(struct retis_events *ev, const struct retis_event *event,
				   const struct retis_section *section, uint32_t flags,
				   const char **text, size_t *length)
{
	const struct registry *r = input_names(ev->input)->registry;
	const struct registry_entry *e = r ? registry_get(r, section->type) : NULL;
	struct retis_view view;

	*text = "";
	*length = 0;
	if (!e)
		return 0;
	text_clear(&ev->out);
	ev->out.indent = 0;
	ev->out.multi_line = !(flags & RETIS_TEXT_SINGLE_LINE);
	retis_events_view(ev, event, section, &view);
	printer_section(e->type, &view, flags & RETIS_TEXT_LINK_LAYER, &ev->out);
	if (ev->out.failed)
		return -ENOMEM;
	*text = ev->out.data;
	*length = ev->out.length;
	return 0;
}
