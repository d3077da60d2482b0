/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/report/show.h"

#include <errno.h>

#include "core/report/loss.h"
#include "core/input/startup.h"

void show_init(struct show *s, const struct printer_options *options)
{
	*s = (struct show){ .utc = options->utc };
	printer_init(&s->printer, NULL, options);
	/* Until a file says how. */
	s->printer.options.utc = false;
}

void show_fini(struct show *s)
{
	printer_fini(&s->printer);
}

/* The printer learns about probes only when there are new ones. */
static int show_learn_names(struct show *s, const struct input_names *names)
{
	int err;

	if (s->generation == names->generation)
		return 0;
	s->printer.registry = names->registry;
	s->printer.stack = names->stack;
	s->record.names = names->names;
	err = printer_set_probes(&s->printer, names->probes, names->n_probes);
	if (!err)
		s->generation = names->generation;
	return err;
}

static void show_startup(struct show *s, const struct input_item *item, struct retis_text *out)
{
	s->printer.options.utc = s->utc && item->has_offset;
	s->printer.options.clock_offset = item->start->clock_offset;
	startup_print(&s->printer, item->start, out);
}

int show_named_item(struct show *s, const struct input_names *names, const struct input_item *item,
		    struct retis_text *out)
{
	int err = show_learn_names(s, names);

	if (err)
		return err;
	switch (item->kind) {
	case INPUT_START:
		show_startup(s, item, out);
		break;
	case INPUT_EVENT:
		if (record_parse(item->event, item->event->size, &s->record))
			s->bad++;
		/* Text of one event is never too long: there is no memory. */
		else if (printer_event(&s->printer, &s->record, item->series, out))
			return -ENOMEM;
		break;
	case INPUT_SERIES_END:
		printer_series_end(&s->printer, out);
		break;
	case INPUT_LOSS:
		loss_print(&s->printer, names, item->loss, out);
		break;
	}
	return out->failed ? -ENOMEM : 0;
}

int show_item(struct show *s, const struct input *in, const struct input_item *item,
	      struct retis_text *out)
{
	return show_named_item(s, input_names(in), item, out);
}
