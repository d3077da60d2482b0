/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/output.h"

#include <errno.h>
#include <string.h>

/* For series in another order, and for times. */
#define MEMORY (8u << 20)

void sort_output_init(struct sort_output *o, const struct sort_options *options,
		      struct select *select, struct emit *emit)
{
	*o = (struct sort_output){
		.options = options,
		.select = select,
		.emit = emit,
	};
	story_init(&o->story);
	latency_init(&o->latency, MEMORY);
	store_init(&o->ranked, MEMORY);
}

void sort_output_fini(struct sort_output *o)
{
	story_fini(&o->story);
	latency_fini(&o->latency);
	store_fini(&o->ranked);
}

int sort_output_begin(struct sort_output *o, const struct input_names *names, struct holes *holes,
		      struct starts *starts)
{
	int err = emit_learn(o->emit, names);

	o->starts = starts;
	o->needs = (struct story_needs){
		.holes = holes,
		.latency = o->options->latency ? &o->latency : NULL,
		.drops = o->select->dropped,
		.select = o->select,
	};
	return err ? err : select_learn(o->select, names);
}

static bool wants_all(const struct sort_output *o)
{
	return !select_active(o->select) && !o->options->longest;
}

static int tell_out(const struct sort_output *o)
{
	return o->options->went_out(o->options->arg);
}

static int put_sorted_event(struct sort_output *o, const struct retis_event *event)
{
	int err = emit_event(o->emit, event);

	return err ? err : tell_out(o);
}

static int put_series(struct sort_output *o)
{
	int err = 0;

	for (struct entry *e = story_next(&o->story, NULL); e && !err; e = story_next(&o->story, e))
		err = put_sorted_event(o, (const struct retis_event *)(e + 1));
	return err ? err : emit_series_end(o->emit);
}

/* Ends in an order of its own, with the sections it got. */
static int rank_series(struct sort_output *o)
{
	struct entry ranked = {
		.time = UINT64_MAX - story_time(&o->story),
		.head = o->series,
		.kind = ENTRY_TRACKED,
	};
	int err = 0;

	for (struct entry *e = story_next(&o->story, NULL); e && !err;
	     e = story_next(&o->story, e)) {
		ranked.size = ((const struct retis_event *)(e + 1))->size;
		ranked.number++;
		err = store_put(&o->ranked, &ranked, e + 1);
	}
	return err;
}

/* The series is complete. */
static int finish_series(struct sort_output *o)
{
	struct story *s = &o->story;
	int err = 0;

	if (!s->n)
		return 0;
	if (select_active(o->select))
		story_judge(s, &o->needs);
	if (select_wants(o->select, s->seen, s->dropped)) {
		err = story_complete(s, o->emit, &o->needs);
		if (!err)
			err = o->options->longest ? rank_series(o) : put_series(o);
		o->series++;
	}
	story_clear(s);
	return err;
}

/* Is about no packet. */
static int put_alone(struct sort_output *o, const struct entry *e)
{
	const struct input_item loss = { .kind = INPUT_LOSS, .loss = entry_data(e) };
	int err;

	if (!wants_all(o))
		return 0;
	if (e->kind != ENTRY_LOSS) {
		err = put_sorted_event(o, entry_data(e));
		return err ? err : emit_series_end(o->emit);
	}
	err = emit_alone(o->emit, &loss);
	return err ? err : tell_out(o);
}

/* Files that started by then. */
static int put_starts(struct sort_output *o, uint64_t time)
{
	struct input_item item;
	int err = 0;

	while (!err && wants_all(o) && starts_next(o->starts, time, &item))
		err = emit_alone(o->emit, &item);
	return err;
}

int sort_output_entry(struct sort_output *o, const struct entry *e)
{
	int err = 0;

	if (!story_holds(&o->story, e)) {
		err = finish_series(o);
		if (!err)
			err = put_starts(o, e->time);
	}
	if (err)
		return err;
	return e->kind == ENTRY_TRACKED ? story_add(&o->story, e) : put_alone(o, e);
}

static int put_ranked(struct sort_output *o)
{
	uint64_t series = UINT64_MAX, n = 0;
	const struct entry *e;
	int got, err = 0;

	while (!err && (got = store_next(&o->ranked, &e)) != 0) {
		if (got < 0)
			return got;
		if (e->head != series) {
			if (n)
				emit_series_end(o->emit);
			if (o->options->top && n == o->options->top)
				return 0;
			n++;
		}
		series = e->head;
		err = put_sorted_event(o, entry_data(e));
	}
	return err || !n ? err : emit_series_end(o->emit);
}

static int put_latency_table(struct sort_output *o)
{
	const struct emit_target *to = &o->emit->targets[0];
	int err = latency_print(&o->latency, &o->emit->names, to->show.printer.options.json,
				to->text);

	return err ? err : tell_out(o);
}

int sort_output_end(struct sort_output *o)
{
	int err = finish_series(o);

	if (!err)
		err = put_starts(o, UINT64_MAX);
	if (!err && o->options->longest)
		err = put_ranked(o);
	if (err || !o->options->latency || !o->emit->targets[0].text)
		return err;
	return put_latency_table(o);
}
