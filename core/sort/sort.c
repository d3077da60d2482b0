/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/sort.h"

#include <errno.h>
#include <stdlib.h>

int sort_init(struct sort *s, const struct printer_options *display)
{
	*s = (struct sort){ .display = *display };
	return spill_init(&s->spill, SPILL_MEMORY, SPILL_RUNS_MAX);
}

void sort_fini(struct sort *s)
{
	for (size_t i = 0; i < s->n_sources; i++)
		source_destroy(s->sources[i]);
	free(s->sources);
	spill_fini(&s->spill);
}

/* --- in ------------------------------------------------------------------------- */

static int add_source(struct sort *s, const struct input_names *names,
		      const struct input_item *start)
{
	struct source **list;

	if (s->n_sources == UINT16_MAX)
		return -ENFILE;
	list = realloc(s->sources, (s->n_sources + 1) * sizeof(struct source *));
	if (!list)
		return -ENOMEM;
	s->sources = list;
	list[s->n_sources] = source_create(names, start, &s->display);
	if (!list[s->n_sources])
		return -ENOMEM;
	s->n_sources++;
	return 0;
}

static struct source *last_source(const struct sort *s)
{
	return s->n_sources ? s->sources[s->n_sources - 1] : NULL;
}

static int hold(struct sort *s, enum input_kind kind, const struct spill_key *key,
		const void *payload, uint32_t size)
{
	const struct spill_entry e = {
		.key = *key,
		.size = size,
		.source = (uint16_t)(s->n_sources - 1),
		.kind = (uint16_t)kind,
	};

	return spill_add(&s->spill, &e, payload);
}

/* The first one stands in front of everything, whenever it was written. */
static int take_start(struct sort *s, const struct input *in, const struct input_item *item)
{
	const struct input_names *names = input_file_names(in);
	const struct source *last = last_source(s);
	struct spill_key key = { .begin = last ? item->start->timestamp : 0 };
	int err;

	/* What came before can't be printed any more. */
	if (last && last->names == names && input_format(in) == INPUT_RETIS)
		return -EXDEV;
	err = add_source(s, names, item);
	return err ? err : hold(s, INPUT_START, &key, "", 0);
}

static int take_event(struct sort *s, const struct retis_event *event)
{
	struct spill_key key = { .begin = event->timestamp, .time = event->timestamp };
	struct identity id;

	if (record_parse(event, event->size, &s->record)) {
		s->bad++;
		return 0;
	}
	s->events++;
	if (source_identify(last_source(s), &s->record, &id)) {
		key.begin = id.time;
		key.grouped = 1;
		key.group = id.head;
		s->tracked++;
	}
	return hold(s, INPUT_EVENT, &key, event, event->size);
}

static int take_loss(struct sort *s, const struct retis_loss *loss)
{
	const struct spill_key key = { .begin = loss->until, .time = loss->until };

	return hold(s, INPUT_LOSS, &key, loss, sizeof(*loss));
}

int sort_take(struct sort *s, const struct input *in, const struct input_item *item)
{
	const struct source *last = last_source(s);
	int err = 0;

	if (item->kind == INPUT_START)
		return take_start(s, in, item);
	if (item->kind == INPUT_SERIES_END || item->series != PRINTER_ALONE)
		return -EALREADY;
	if (!last || last->names != input_file_names(in))
		err = add_source(s, input_file_names(in), NULL);
	if (err)
		return err;
	return item->kind == INPUT_EVENT ? take_event(s, item->event) : take_loss(s, item->loss);
}

/* --- out ------------------------------------------------------------------------ */

int sort_finish(struct sort *s)
{
	for (size_t i = 0; i < s->n_sources; i++) {
		int err = source_prepare(s->sources[i]);

		if (err)
			return err;
	}
	return spill_finish(&s->spill);
}

static void close_series(struct sort *s, struct retis_text *out)
{
	if (!s->open)
		return;
	retis_text_str(out, s->display.json ? "]\n" : "\n");
	s->open = false;
}

static bool continues_series(const struct sort *s, const struct spill_entry *e)
{
	return s->open && e->key.grouped && s->key.grouped && e->key.begin == s->key.begin &&
	       e->key.group == s->key.group;
}

/* The series is called by its first event. */
static void place_event(struct sort *s, struct source *source, const struct spill_entry *e)
{
	struct identity id = { 0 };

	if (continues_series(s, e)) {
		s->place.idx++;
		return;
	}
	s->key = e->key;
	source_identify(source, &s->record, &id);
	s->place = (struct tracking){ .orig_head = id.head, .timestamp = id.time, .skb = id.skb };
}

/* A member of the array that a series is: printers end each with a line. */
static void end_member(struct sort *s, struct retis_text *out)
{
	if (s->display.json && out->length && out->data[out->length - 1] == '\n')
		out->length--;
}

static void print_event(struct sort *s, struct source *source, const struct spill_entry *e,
			struct retis_text *out)
{
	bool next = continues_series(s, e);
	size_t mark;

	s->record.names = source->names->names;
	if (record_parse(e->payload, e->size, &s->record)) {
		s->bad++;
		return;
	}
	place_event(s, source, e);
	if (!next)
		close_series(s, out);
	mark = out->length;
	if (s->display.json)
		retis_text_char(out, next ? ',' : '[');
	if (!source_print_event(source, &s->record, e->key.grouped ? &s->place : NULL, out)) {
		out->length = mark;
		s->place.idx -= next;
		s->bad++;
		return;
	}
	end_member(s, out);
	s->open = true;
}

/* Starts and losses; each is a series of its own. */
static void print_other(struct sort *s, struct source *source, const struct spill_entry *e,
			struct retis_text *out)
{
	close_series(s, out);
	if (s->display.json)
		retis_text_char(out, '[');
	if (e->kind == INPUT_START)
		source_print_start(source, out);
	else
		source_print_loss(source, (const struct retis_loss *)e->payload, out);
	end_member(s, out);
	if (s->display.json)
		retis_text_str(out, "]\n");
}

int sort_next(struct sort *s, struct retis_text *out)
{
	const struct spill_entry *e;
	int got = spill_next(&s->spill, &e);

	if (got > 0 && e->kind == INPUT_EVENT)
		print_event(s, s->sources[e->source], e, out);
	else if (got > 0)
		print_other(s, s->sources[e->source], e, out);
	else
		close_series(s, out);
	return got;
}
