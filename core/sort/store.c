/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A heap of what is next. Entries in memory are put one behind the other into slabs,
 * which are given back when the last of their entries has come out: those that go in
 * together come out nearly together.
 */
#include "core/sort/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/util/log.h"

#define SLAB_SIZE (256u << 10)

struct store_slab {
	/* Of those that are empty. */
	struct store_slab *next;
	size_t used;
	/* Entries that have not come out. */
	size_t live;
	_Alignas(RETIS_ALIGN) uint8_t data[];
};

/* A slab begins at a multiple of its size. */
static struct store_slab *slab_of(const struct store_item *item)
{
	return (struct store_slab *)((uintptr_t)item->entry & ~(uintptr_t)(SLAB_SIZE - 1));
}

#define SLAB_ROOM (SLAB_SIZE - sizeof(struct store_slab))

void store_init(struct store *s, size_t limit)
{
	*s = (struct store){ .limit = limit };
}

static void slab_release(struct store *s, struct store_slab *slab)
{
	if (--slab->live)
		return;
	slab->used = 0;
	if (slab == s->slab)
		return;
	s->bytes -= SLAB_SIZE;
	slab->next = s->spare;
	s->spare = slab;
}

static void release_items(struct store *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (!s->items[i].run)
			slab_release(s, slab_of(&s->items[i]));
	}
	s->n = 0;
}

void store_fini(struct store *s)
{
	if (s->lent.entry && !s->lent.run)
		slab_release(s, slab_of(&s->lent));
	release_items(s);
	free(s->slab);
	while (s->spare) {
		struct store_slab *slab = s->spare;

		s->spare = slab->next;
		free(slab);
	}
	free(s->items);
	for (size_t i = 0; i < STORE_RUNS; i++)
		run_fini(&s->runs[i]);
}

/* --- heap ------------------------------------------------------------------- */

static inline bool item_before(const struct store_item *a, const struct store_item *b)
{
	if (a->time != b->time)
		return a->time < b->time;
	return entry_order(a->entry, b->entry) < 0;
}

static void heap_rise(struct store *s, size_t i)
{
	struct store_item item = s->items[i];

	for (; i && item_before(&item, &s->items[(i - 1) / 2]); i = (i - 1) / 2)
		s->items[i] = s->items[(i - 1) / 2];
	s->items[i] = item;
}

static size_t smaller_child(const struct store *s, size_t i)
{
	size_t child = 2 * i + 1;

	return child + 1 < s->n && item_before(&s->items[child + 1], &s->items[child]) ? child + 1
										       : child;
}

static void heap_sink(struct store *s, size_t i)
{
	struct store_item item = s->items[i];

	while (2 * i + 1 < s->n) {
		size_t child = smaller_child(s, i);

		if (!item_before(&s->items[child], &item))
			break;
		s->items[i] = s->items[child];
		i = child;
	}
	s->items[i] = item;
}

static int heap_add(struct store *s, const struct store_item *item)
{
	if (s->n == s->room) {
		size_t room = s->room ? 2 * s->room : 1024;
		struct store_item *items = realloc(s->items, room * sizeof(*items));

		if (!items)
			return -ENOMEM;
		s->items = items;
		s->room = room;
	}
	s->items[s->n++] = *item;
	heap_rise(s, s->n - 1);
	return 0;
}

/* The last one takes the place at the top. As it will most often end at the bottom, the
 * way there is made for it first. */
static void heap_take(struct store *s, struct store_item *out)
{
	size_t i = 0;

	*out = s->items[0];
	s->n--;
	while (2 * i + 1 < s->n) {
		size_t child = smaller_child(s, i);

		s->items[i] = s->items[child];
		i = child;
	}
	s->items[i] = s->items[s->n];
	heap_rise(s, i);
}

/* --- to files and back ------------------------------------------------------ */

/* The run's next entry becomes part of the heap. */
static int run_advance(struct store *s, uint64_t number)
{
	struct run *run = &s->runs[number - 1];
	struct store_item item = { .run = number };
	int got = run_next(run, &item.entry);

	if (got < 0)
		return got;
	if (!got) {
		run_fini(run);
		return 0;
	}
	item.time = item.entry->time;
	return heap_add(s, &item);
}

/* What was lent is no longer. */
static int take_back(struct store *s)
{
	struct store_item item = s->lent;

	s->lent = (struct store_item){ 0 };
	if (item.run)
		return run_advance(s, item.run);
	if (item.entry)
		slab_release(s, slab_of(&item));
	return 0;
}

/* The number of one that is not in use plus one, or 0. */
static uint64_t free_run(const struct store *s)
{
	for (size_t i = 0; i < STORE_RUNS; i++) {
		if (!s->runs[i].buffer)
			return i + 1;
	}
	return 0;
}

/* Everything there is, into RUN, which is none of the store's. */
static int write_everything(struct store *s, struct run *run)
{
	int err = run_init(run);

	while (!err && s->n) {
		struct store_item item;

		heap_take(s, &item);
		err = run_write(run, item.entry);
		if (!item.run)
			slab_release(s, slab_of(&item));
		else if (!err)
			err = run_advance(s, item.run);
	}
	return err ? err : run_rewind(run);
}

/* All runs and the memory become one run. */
static int merge_all(struct store *s)
{
	struct run run;
	int err = write_everything(s, &run);

	if (err) {
		run_fini(&run);
		return err;
	}
	s->runs[0] = run;
	return run_advance(s, 1);
}

/* Puts the items of runs first; their number. */
static size_t part_items(struct store *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		struct store_item item = s->items[i];

		if (!item.run)
			continue;
		s->items[i] = s->items[n];
		s->items[n++] = item;
	}
	return n;
}

static int compare_items(const void *a, const void *b)
{
	return item_before(a, b) ? -1 : 1;
}

static int write_items(struct store *s, size_t from, struct run *run)
{
	int err = run_init(run);

	qsort(s->items + from, s->n - from, sizeof(*s->items), compare_items);
	for (size_t i = from; i < s->n; i++) {
		if (!err)
			err = run_write(run, s->items[i].entry);
		slab_release(s, slab_of(&s->items[i]));
	}
	s->n = from;
	return err ? err : run_rewind(run);
}

/* What is in memory goes to a file. */
static int spill_items(struct store *s)
{
	uint64_t run = free_run(s);
	size_t from;
	int err;

	s->spilled++;
	if (!run)
		return merge_all(s);
	from = part_items(s);
	err = write_items(s, from, &s->runs[run - 1]);
	for (size_t i = from; i--;)
		heap_sink(s, i);
	return err ? err : run_advance(s, run);
}

/* --- in and out ------------------------------------------------------------- */

/* An empty one, of before or new. */
static struct store_slab *get_slab(struct store *s)
{
	struct store_slab *slab = s->spare;

	if (slab)
		s->spare = slab->next;
	else
		slab = aligned_alloc(SLAB_SIZE, SLAB_SIZE);
	if (slab)
		slab->used = slab->live = 0;
	return slab;
}

/* The one of before is full. */
static int new_slab(struct store *s)
{
	struct store_slab *slab = get_slab(s);

	if (!slab)
		return -ENOMEM;
	s->slab = slab;
	s->bytes += SLAB_SIZE;
	return 0;
}

static size_t memory_of(const struct store *s)
{
	return s->bytes + s->n * sizeof(*s->items);
}

static int make_place(struct store *s, size_t bytes)
{
	int err = take_back(s);

	if (!err && memory_of(s) > s->limit && s->slab && s->slab->used + bytes > SLAB_ROOM)
		err = spill_items(s);
	if (!err && (!s->slab || s->slab->used + bytes > SLAB_ROOM))
		err = new_slab(s);
	return err;
}

int store_put(struct store *s, const struct entry *e, const void *data)
{
	struct store_item item = { .time = e->time };
	struct entry *copy;
	int err = make_place(s, entry_bytes(e));

	if (err)
		return err;
	copy = (struct entry *)(s->slab->data + s->slab->used);
	*copy = *e;
	if (e->size)
		memcpy(copy + 1, data, e->size);
	item.entry = copy;
	err = heap_add(s, &item);
	if (err)
		return err;
	s->slab->used += entry_bytes(e);
	s->slab->live++;
	return 0;
}

int store_next(struct store *s, const struct entry **out)
{
	int err = take_back(s);

	if (err)
		return err;
	if (!s->n)
		return 0;
	heap_take(s, &s->lent);
	*out = s->lent.entry;
	return 1;
}
