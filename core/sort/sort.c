/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/sort.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/sort/identity.h"
#include "core/sort/normal.h"
#include "core/sort/output.h"
#include "core/sort/store.h"
#include "core/util/log.h"

#define MEMORY (20u << 20)
/* Powers of two nanoseconds. */
#define AGES 64

/* What events of a pass are for. */
enum pass {
	/* To see how old packets get. */
	PASS_SURVEY,
	/* Those of packets older than the window go to the store ahead of the others. */
	PASS_LATE,
	PASS_MAIN,
};

struct sort {
	const struct sort_options *options;
	struct normal normal;
	/* The input, or its copy, read to its end: its dictionaries are complete. */
	struct input *surveyed;
	bool owned;
	struct input_item start;
	/* Of another file behind it. */
	struct input_item second;
	uint64_t items;
	struct identity identity;
	/* Of registries: what identity knows. */
	uint32_t generation;
	struct holes holes;
	struct details details;
	struct store store;
	struct sort_output output;

	/* Bytes of events by how long before them their packet was first seen. */
	uint64_t ages[AGES];
	uint64_t bytes;
	uint64_t first;
	/* The latest time so far. */
	uint64_t high;
	/* Longest that events are held, ns. */
	uint64_t window;
	bool tracked;
	bool sorted;
};

/* How much later the present is than the packet's first time. */
static uint64_t age_of(const struct sort *s, const struct entry *e)
{
	return s->high > e->time ? s->high - e->time : 0;
}

static size_t age_class(uint64_t age)
{
	return age ? 63 - (size_t)__builtin_clzll(age) : 0;
}

static void survey_entry(struct sort *s, const struct entry *e)
{
	s->ages[age_class(age_of(s, e))] += entry_bytes(e);
	s->bytes += entry_bytes(e);
	if (e->at < s->first)
		s->first = e->at;
	s->tracked |= e->kind == ENTRY_TRACKED;
}

/* Bytes of events whose packets are older than class I. */
static uint64_t bytes_beyond(const struct sort *s, size_t i)
{
	uint64_t bytes = 0;

	while (++i < AGES)
		bytes += s->ages[i];
	return bytes;
}

static uint64_t window_of(size_t i)
{
	return i == AGES - 1 ? UINT64_MAX : (2ull << i) - 1;
}

/* About as much is held if events come evenly. */
static uint64_t bytes_held(const struct sort *s, size_t i)
{
	uint64_t all = s->high > s->first ? s->high - s->first : 1;
	double part = (double)window_of(i) / (double)all;

	return part >= 1 ? s->bytes : (uint64_t)(part * (double)s->bytes);
}

/* Holds what it can; true: some events are later than that. */
static bool choose_window(struct sort *s)
{
	size_t i = 0;

	while (i < AGES - 1 && bytes_beyond(s, i))
		i++;
	while (i && bytes_held(s, i) > s->store.limit / 2)
		i--;
	s->window = window_of(i);
	return bytes_beyond(s, i) > 0;
}

/* --- a pass ----------------------------------------------------------------- */

static int learn_roles(struct sort *s, const struct input_names *names)
{
	if (s->generation == names->generation)
		return 0;
	roles_learn(&s->identity.roles, names->registry);
	details_learn(&s->details, names->registry);
	s->generation = names->generation;
	return 0;
}

/* What became certain goes out. */
static int put_out(struct sort *s)
{
	const struct entry *e;
	uint64_t time;
	int got;

	while (s->high > s->window && store_time(&s->store, &time) && time < s->high - s->window) {
		got = store_next(&s->store, &e);
		if (got > 0)
			got = sort_output_entry(&s->output, e);
		if (got)
			return got;
	}
	return 0;
}

static int take_entry(struct sort *s, enum pass pass, const struct entry *e, const void *data)
{
	bool late;

	if (e->at > s->high)
		s->high = e->at;
	if (pass == PASS_SURVEY) {
		survey_entry(s, e);
		return 0;
	}
	late = age_of(s, e) > s->window;
	if (late == (pass == PASS_LATE)) {
		int err = store_put(&s->store, e, data);

		if (err)
			return err;
	}
	return pass == PASS_MAIN ? put_out(s) : 0;
}

static int take_loss(struct sort *s, enum pass pass, const struct input_item *item, uint64_t number)
{
	const struct entry e = {
		.time = item->loss->until,
		.at = item->loss->until,
		.number = number,
		.size = sizeof(*item->loss),
		.kind = ENTRY_LOSS,
	};
	int err = pass == PASS_SURVEY ? holes_add(&s->holes, item->loss) : 0;

	return err ? err : take_entry(s, pass, &e, item->loss);
}

static int take_sort_item(struct sort *s, enum pass pass, const struct input_item *item,
			  uint64_t number)
{
	struct entry e;
	int err;

	switch (item->kind) {
	case INPUT_EVENT:
		err = identity_find(&s->identity, item->event, &e);
		if (!err && pass == PASS_SURVEY)
			err = details_take(&s->details, item->event);
		e.number = number;
		s->sorted |= item->series != PRINTER_ALONE;
		return err ? err : take_entry(s, pass, &e, item->event);
	case INPUT_LOSS:
		return take_loss(s, pass, item, number);
	case INPUT_START:
		if (pass != PASS_SURVEY)
			return 0;
		/* Numbers mean something else from here on. */
		if (s->start.start) {
			s->second = *item;
			return -EXDEV;
		}
		s->start = *item;
		return 0;
	case INPUT_SERIES_END:
		return 0;
	}
	return 0;
}

static bool pass_is_stopped(const struct sort *s, enum pass pass)
{
	return pass == PASS_SURVEY && s->options->stopped(s->options->arg);
}

/* At most LIMIT items; how many there were comes to s->items in a survey. */
static int read_items(struct sort *s, struct input *in, enum pass pass, uint64_t limit)
{
	struct input_item item;
	uint64_t n = 0;
	int got = 0, err = 0;

	s->high = 0;
	identity_restart(&s->identity);
	while (!err && n < limit && !pass_is_stopped(s, pass)) {
		got = input_next(in, &item);
		if (got == -EINTR)
			continue;
		if (got <= 0)
			break;
		err = learn_roles(s, input_names(in));
		if (!err)
			err = take_sort_item(s, pass, &item, n++);
	}
	if (pass == PASS_SURVEY)
		s->items = n;
	return err ? err : got < 0 && got != -EINTR ? got : 0;
}

static int read_again(struct sort *s, enum pass pass)
{
	struct input *in;
	int err = normal_open(&s->normal, &in);

	if (err)
		return err;
	s->generation = 0;
	err = read_items(s, in, pass, s->items);
	input_close(in);
	return err;
}

/* --- all of it -------------------------------------------------------------- */

static void forget_survey(struct sort *s)
{
	s->start = (struct input_item){ 0 };
	s->generation = 0;
	s->bytes = 0;
	s->first = UINT64_MAX;
	s->tracked = s->sorted = false;
	memset(s->ages, 0, sizeof(s->ages));
	holes_fini(&s->holes);
	details_forget(&s->details);
}

/* ITEM: what the input said last, if that was of a second file. */
static int survey_copy(struct sort *s, const struct input_item *item)
{
	int err = normal_copy(&s->normal, item);

	forget_survey(s);
	if (!err)
		err = normal_open(&s->normal, &s->surveyed);
	if (err)
		return err;
	s->owned = true;
	return read_items(s, s->surveyed, PASS_SURVEY, UINT64_MAX);
}

static int survey_input(struct sort *s)
{
	int err;

	forget_survey(s);
	if (!normal_can_reopen(&s->normal))
		return survey_copy(s, NULL);
	err = read_items(s, s->surveyed, PASS_SURVEY, UINT64_MAX);
	return err == -EXDEV ? survey_copy(s, &s->second) : err;
}

static int put_out_rest(struct sort *s)
{
	const struct entry *e;
	int got;

	while ((got = store_next(&s->store, &e)) > 0) {
		int err = sort_output_entry(&s->output, e);

		if (err)
			return err;
	}
	return got < 0 ? got : sort_output_end(&s->output);
}

static int sort_events(struct sort *s)
{
	int err = 0;

	if (choose_window(s))
		err = read_again(s, PASS_LATE);
	if (!err)
		err = read_again(s, PASS_MAIN);
	return err ? err : put_out_rest(s);
}

static int begin_output(struct sort *s)
{
	int err = sort_output_begin(&s->output, input_names(s->surveyed), &s->holes,
				    &s->normal.starts);

	if (err == -ENOSPC) {
		log_fatal("the file has %d sections: no number is left for another one",
			  REGISTRY_MAX);
		return err;
	}
	if (!err)
		err = s->options->begins(s->options->arg);
	if (s->normal.copied)
		s->start.has_offset = s->normal.has_offset;
	if (!err && s->start.start && (!s->normal.copied || s->normal.has_start))
		err = emit_alone(s->output.emit, &s->start);
	return err;
}

static int run_sort(struct sort *s, struct sort_result *result)
{
	int err = survey_input(s);

	if (err)
		return err;
	result->sorted = s->sorted && !s->options->again;
	result->untracked = !s->tracked;
	if (result->sorted)
		return 0;
	err = begin_output(s);
	if (!err)
		err = sort_events(s);
	result->unmatched = select_unmatched(s->output.select);
	result->series = s->output.series;
	result->spilled = s->store.spilled + s->output.ranked.spilled;
	return err;
}

static void sort_fini(struct sort *s)
{
	sort_output_fini(&s->output);
	if (s->owned)
		input_close(s->surveyed);
	normal_fini(&s->normal);
	identity_fini(&s->identity);
	holes_fini(&s->holes);
	details_fini(&s->details);
	store_fini(&s->store);
}

int sort_run(const struct sort_options *options, struct input *in, struct select *select,
	     struct emit *emit, struct sort_result *result)
{
	struct sort *s = calloc(1, sizeof(*s));
	int err;

	*result = (struct sort_result){ 0 };
	if (!s)
		return -ENOMEM;
	s->options = options;
	s->surveyed = in;
	store_init(&s->store, options->memory ? options->memory : MEMORY);
	identity_init(&s->identity, options->no_copies);
	sort_output_init(&s->output, options, select, emit);
	details_init(&s->details);
	emit->details = &s->details;
	normal_init(&s->normal, options, in);
	err = run_sort(s, result);
	emit->details = NULL;
	sort_fini(s);
	free(s);
	return err;
}
