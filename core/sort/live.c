/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct live_series {
	struct story story;
	uint64_t time;
	uint64_t head;
	/* Of the same slot. */
	struct live_series *in_slot;
	/* In the order of last events. */
	struct live_series *before;
	struct live_series *behind;
};

int live_init(struct live *l, const struct live_options *options, struct emit *emit)
{
	memset(l, 0, sizeof(*l));
	l->options = *options;
	l->emit = emit;
	identity_init(&l->identity, options->no_copies);
	for (l->n_slots = 64; l->n_slots < options->packets; l->n_slots *= 2)
		;
	l->slots = calloc(l->n_slots, sizeof(struct live_series *));
	return l->slots ? 0 : -ENOMEM;
}

static void free_series(struct live_series *s)
{
	story_fini(&s->story);
	free(s);
}

void live_fini(struct live *l)
{
	while (l->quietest) {
		struct live_series *s = l->quietest;

		l->quietest = s->behind;
		free_series(s);
	}
	free(l->slots);
	identity_fini(&l->identity);
	holes_fini(&l->holes);
	select_fini(&l->select);
}

int live_learn(struct live *l, const struct input_names *names)
{
	if (l->generation == names->generation)
		return 0;
	l->generation = names->generation;
	roles_learn(&l->identity.roles, names->registry);
	return emit_learn(l->emit, names);
}

/* --- the table -------------------------------------------------------------- */

static struct live_series **slot_of(struct live *l, uint64_t time, uint64_t head)
{
	uint64_t hash = (time ^ head * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;

	return &l->slots[(hash >> 32) & (l->n_slots - 1)];
}

/* Where it is linked from, or would be. */
static struct live_series **find_series(struct live *l, uint64_t time, uint64_t head)
{
	struct live_series **at = slot_of(l, time, head);

	while (*at && ((*at)->time != time || (*at)->head != head))
		at = &(*at)->in_slot;
	return at;
}

static void unlink_quiet(struct live *l, struct live_series *s)
{
	*(s->before ? &s->before->behind : &l->quietest) = s->behind;
	*(s->behind ? &s->behind->before : &l->latest) = s->before;
}

static void link_latest(struct live *l, struct live_series *s)
{
	s->before = l->latest;
	s->behind = NULL;
	*(s->before ? &s->before->behind : &l->quietest) = s;
	l->latest = s;
}

static struct live_series *make_series(struct live *l, const struct entry *e)
{
	struct live_series *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	story_init(&s->story);
	s->time = e->time;
	s->head = e->head;
	*find_series(l, e->time, e->head) = s;
	link_latest(l, s);
	l->n++;
	l->bytes += sizeof(*s);
	return s;
}

/* --- out -------------------------------------------------------------------- */

static int put_events(struct live *l, const struct story *story)
{
	int err = 0;

	for (struct entry *e = story_next(story, NULL); e && !err; e = story_next(story, e))
		err = emit_event(l->emit, (const struct retis_event *)(e + 1));
	return err ? err : emit_series_end(l->emit);
}

static int tell_series(struct live *l, struct live_series *s)
{
	const struct story_needs needs = { .holes = &l->holes, .select = &l->select };
	int err;

	*find_series(l, s->time, s->head) = s->in_slot;
	unlink_quiet(l, s);
	l->n--;
	l->bytes -= sizeof(*s) + s->story.room.capacity;
	err = story_complete(&s->story, l->emit, &needs);
	if (!err)
		err = put_events(l, &s->story);
	free_series(s);
	return err ? err : l->options.went_out(l->options.arg);
}

/* An event of no packet is a series of one. */
static int tell_single(struct live *l, const struct retis_event *event)
{
	int err = emit_event(l->emit, event);

	if (!err)
		err = emit_series_end(l->emit);
	return err ? err : l->options.went_out(l->options.arg);
}

static bool holds_too_much(const struct live *l)
{
	return l->n > l->options.packets || l->bytes > l->options.bytes;
}

static int make_space(struct live *l)
{
	int err = 0;

	while (!err && l->n && holds_too_much(l)) {
		err = tell_series(l, l->quietest);
		l->early++;
	}
	return err;
}

/* --- in --------------------------------------------------------------------- */

static int hold_event(struct live *l, const struct entry *e, const struct retis_event *event)
{
	struct live_series *s = *find_series(l, e->time, e->head);
	size_t capacity;
	int err;

	if (!s)
		s = make_series(l, e);
	if (!s)
		return -ENOMEM;
	unlink_quiet(l, s);
	link_latest(l, s);
	capacity = s->story.room.capacity;
	err = story_add_event(&s->story, e, event);
	l->bytes += s->story.room.capacity - capacity;
	return err ? err : make_space(l);
}

int live_event(struct live *l, const struct retis_event *event)
{
	struct entry e;
	int err = identity_find(&l->identity, event, &e);

	if (err)
		return err;
	e.number = l->number++;
	return e.kind == ENTRY_TRACKED ? hold_event(l, &e, event) : tell_single(l, event);
}

int live_loss(struct live *l, const struct retis_loss *loss)
{
	const struct input_item item = { .kind = INPUT_LOSS, .loss = loss };
	int err = holes_add(&l->holes, loss);

	if (!err)
		err = emit_alone(l->emit, &item);
	return err ? err : l->options.went_out(l->options.arg);
}

int live_end(struct live *l, uint64_t time, uint64_t head)
{
	struct live_series *s = *find_series(l, time, head);

	return s ? tell_series(l, s) : 0;
}

int live_tick(struct live *l, uint64_t now)
{
	int err = 0;

	while (!err && l->quietest && now > l->quietest->story.last &&
	       now - l->quietest->story.last >= l->options.timeout)
		err = tell_series(l, l->quietest);
	return err;
}

static int compare_series(const void *a, const void *b)
{
	const struct live_series *const *x = a, *const *y = b;

	return entry_order(&(*x)->story.first, &(*y)->story.first);
}

int live_finish(struct live *l)
{
	struct live_series **list = malloc((l->n ? l->n : 1) * sizeof(struct live_series *));
	size_t n = 0;
	int err = 0;

	if (!list)
		return -ENOMEM;
	for (struct live_series *s = l->quietest; s; s = s->behind)
		list[n++] = s;
	qsort(list, n, sizeof(struct live_series *), compare_series);
	for (size_t i = 0; i < n && !err; i++)
		err = tell_series(l, list[i]);
	free(list);
	return err;
}
