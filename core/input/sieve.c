/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/input/sieve.h"

static int learn_names_of(struct sieve *s, const struct input_filter *filter,
			  const struct input *in)
{
	uint32_t generation = input_names(in)->generation;
	int err;

	if (s->generation == generation)
		return 0;
	err = filter->learn(filter->arg, in);
	if (!err)
		s->generation = generation;
	return err;
}

static void place_in_series(struct sieve *s, struct input_item *item)
{
	if (item->series == PRINTER_ALONE)
		return;
	item->series = s->in_series ? PRINTER_NEXT : PRINTER_FIRST;
	s->in_series = true;
}

int sieve_item(struct sieve *s, const struct input_filter *filter, const struct input *in,
	       struct input_item *item)
{
	int got = learn_names_of(s, filter, in);

	if (got)
		return got;
	if (item->series == PRINTER_FIRST)
		s->in_series = false;
	if (item->kind == INPUT_SERIES_END) {
		got = s->in_series;
		s->in_series = false;
		return got;
	}
	if (item->kind != INPUT_EVENT)
		return 1;
	got = filter->wants(filter->arg, item->event);
	if (got > 0)
		place_in_series(s, item);
	return got;
}
