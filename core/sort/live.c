/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/util/list.h"

/* Most of one series that is held: a part is told before. */
#define SERIES_BYTES (1u << 20)
/* Looks in which a packet must have been missing. */
#define LOOKS 2
/* Most bytes of what is told of what events are about: then it begins anew. */
#define DETAILS_BYTES (4u << 20)

struct live_series {
	struct story story;
	uint64_t time;
	uint64_t head;
	/* Of the same slot. */
	struct live_series *in_slot;
	/* In the list. */
	struct live_list *list;
	struct live_series *before;
	struct live_series *behind;
	/* The last look that saw it, how many did not since, and when the first of them was over.
	 */
	uint64_t look;
	uint32_t missed;
	uint64_t gone;
};

int live_init(struct live *l, const struct live_options *options, struct emit *emit)
{
	memset(l, 0, sizeof(*l));
	l->options = *options;
	l->emit = emit;
	identity_init(&l->identity, false);
	details_init(&l->details);
	emit->details = &l->details;
	for (l->n_slots = 64; l->n_slots < options->packets; l->n_slots *= 2)
		;
	l->slots = calloc(l->n_slots, sizeof(struct live_series *));
	return l->slots ? 0 : -ENOMEM;
}

int live_learn(struct live *l, const struct input_names *names)
{
	if (l->generation == names->generation)
		return 0;
	l->generation = names->generation;
	roles_learn(&l->identity.roles, names->registry);
	details_learn(&l->details, names->registry);
	return emit_learn(l->emit, names);
}

/* --- the table -------------------------------------------------------------- */

static struct live_series **find_series_slot(struct live *l, uint64_t time, uint64_t head)
{
	uint64_t hash = (time ^ head * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;

	return &l->slots[(hash >> 32) & (l->n_slots - 1)];
}

/* Where it is linked from, or would be. */
static struct live_series **find_series(struct live *l, uint64_t time, uint64_t head)
{
	struct live_series **at = find_series_slot(l, time, head);

	while (*at && ((*at)->time != time || (*at)->head != head))
		at = &(*at)->in_slot;
	return at;
}

static void leave_list(struct live_series *s)
{
	*(s->before ? &s->before->behind : &s->list->first) = s->behind;
	*(s->behind ? &s->behind->before : &s->list->last) = s->before;
	s->list->n--;
}

static void join_list(struct live_list *list, struct live_series *s)
{
	s->list = list;
	s->before = list->last;
	s->behind = NULL;
	*(s->before ? &s->before->behind : &list->first) = s;
	list->last = s;
	list->n++;
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
	join_list(&l->held, s);
	return s;
}

static void forget_series(struct live *l, struct live_series *s)
{
	*find_series(l, s->time, s->head) = s->in_slot;
	leave_list(s);
	l->bytes -= s->story.room.capacity;
	story_fini(&s->story);
	free(s);
}

void live_fini(struct live *l)
{
	while (l->held.first)
		forget_series(l, l->held.first);
	while (l->told.first)
		forget_series(l, l->told.first);
	free(l->slots);
	free(l->ready);
	identity_fini(&l->identity);
	holes_fini(&l->holes);
	details_fini(&l->details);
}

/* --- out -------------------------------------------------------------------- */

static int put_live_event(struct live *l, const struct retis_event *event)
{
	l->options.went_out(l->options.arg);
	return emit_event(l->emit, event);
}

static int put_events(struct live *l, const struct story *story)
{
	int err = 0;

	for (struct entry *e = story_next(story, NULL); e && !err; e = story_next(story, e))
		err = put_live_event(l, (const struct retis_event *)(e + 1));
	return err ? err : emit_series_end(l->emit);
}

static int tell_series(struct live *l, struct live_series *s)
{
	const struct story_needs needs = { .holes = &l->holes };
	int err = story_complete(&s->story, l->emit, &needs);

	if (!err)
		err = put_events(l, &s->story);
	l->bytes -= s->story.room.capacity;
	story_cut(&s->story);
	leave_list(s);
	join_list(&l->told, s);
	return err;
}

/* An event of no packet is a series of one. */
static int tell_single(struct live *l, const struct retis_event *event)
{
	int err = put_live_event(l, event);

	return err ? err : emit_series_end(l->emit);
}

static bool holds_too_much(const struct live *l)
{
	return l->held.n > l->options.packets || l->bytes > l->options.bytes;
}

static int make_space(struct live *l)
{
	int err = 0;

	for (; !err && holds_too_much(l); l->early++)
		err = tell_series(l, l->held.first);
	while (l->told.n > l->options.packets)
		forget_series(l, l->told.first);
	return err;
}

/* --- in --------------------------------------------------------------------- */

/* A story that is larger would need a temporary file. */
static int make_space_in(struct live *l, struct live_series *s, const struct entry *e)
{
	bool fits = s->story.room.length + entry_bytes(e) + EMIT_ROOM <= SERIES_BYTES;

	return fits ? 0 : tell_series(l, s);
}

static int hold_event(struct live *l, const struct entry *e, const struct retis_event *event)
{
	struct live_series *s = *find_series(l, e->time, e->head);
	size_t capacity;
	int err;

	if (!s)
		s = make_series(l, e);
	if (!s)
		return -ENOMEM;
	err = make_space_in(l, s, e);
	if (err)
		return err;
	leave_list(s);
	join_list(&l->held, s);
	/* It was there after all. */
	if (e->at > s->gone)
		s->missed = 0;
	capacity = s->story.room.capacity;
	err = story_add_event(&s->story, e, event);
	l->bytes += s->story.room.capacity - capacity;
	return err ? err : make_space(l);
}

static int take_details(struct live *l, const struct retis_event *event)
{
	if (l->details.room.length > DETAILS_BYTES - RETIS_EVENT_MAX)
		details_forget(&l->details);
	return details_take(&l->details, event);
}

int live_event(struct live *l, const struct retis_event *event)
{
	struct entry e;
	int err = identity_find(&l->identity, event, &e);

	if (!err)
		err = take_details(l, event);
	if (err)
		return err;
	e.number = l->number++;
	return e.kind == ENTRY_TRACKED ? hold_event(l, &e, event) : tell_single(l, event);
}

int live_loss(struct live *l, const struct retis_loss *loss)
{
	const struct input_item item = { .kind = INPUT_LOSS, .loss = loss };
	int err = holes_add(&l->holes, loss);

	return err ? err : emit_alone(l->emit, &item);
}

/* --- which packets are there ------------------------------------------------ */

void live_look(struct live *l)
{
	l->look++;
}

int live_see(struct live *l, const struct packet_id *id, const struct packet_id *parent)
{
	struct live_series *s;
	struct packet_id root;
	int err = identity_root(&l->identity, id, parent, &root);

	if (err)
		return err;
	s = *find_series(l, root.time, root.head);
	if (s)
		s->look = l->look;
	return 0;
}

static void note_missed(const struct live *l, const struct live_list *list, uint64_t now)
{
	for (struct live_series *s = list->first; s; s = s->behind) {
		if (s->look == l->look)
			s->missed = 0;
		else if (!s->missed++)
			s->gone = now;
	}
}

void live_look_over(struct live *l, uint64_t now)
{
	note_missed(l, &l->held, now);
	note_missed(l, &l->told, now);
}

static bool has_ended(const struct live_series *s, uint64_t until)
{
	return s->missed >= LOOKS && s->gone <= until;
}

static bool is_ready(const struct live *l, const struct live_series *s, uint64_t until)
{
	uint64_t quiet = until > s->story.last ? until - s->story.last : 0;

	return quiet >= l->options.timeout || (quiet > HOLES_MARGIN && has_ended(s, until));
}

/* --- telling ---------------------------------------------------------------- */

static int compare_series(const void *a, const void *b)
{
	const struct live_series *const *x = a, *const *y = b;

	return entry_order(&(*x)->story.first, &(*y)->story.first);
}

static int choose_ready(struct live *l, uint64_t until)
{
	l->n_ready = l->next = 0;
	for (struct live_series *s = l->held.first; s; s = s->behind) {
		if (!is_ready(l, s, until))
			continue;
		if (list_grow((void **)&l->ready, l->n_ready, &l->room_ready, sizeof(*l->ready)))
			return -ENOMEM;
		l->ready[l->n_ready++] = s;
	}
	if (l->n_ready)
		qsort(l->ready, l->n_ready, sizeof(*l->ready), compare_series);
	return 0;
}

static void forget_ended(struct live *l, uint64_t until)
{
	for (struct live_series *s = l->told.first, *behind; s; s = behind) {
		behind = s->behind;
		if (has_ended(s, until))
			forget_series(l, s);
	}
}

int live_tick(struct live *l, uint64_t until)
{
	int err = 0;

	if (l->next == l->n_ready)
		err = choose_ready(l, until);
	if (!err && l->next < l->n_ready)
		err = tell_series(l, l->ready[l->next++]);
	if (err || l->next < l->n_ready)
		return err ? err : 1;
	forget_ended(l, until);
	return 0;
}

int live_rest(struct live *l)
{
	return live_tick(l, UINT64_MAX);
}
