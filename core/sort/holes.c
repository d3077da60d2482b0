/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/holes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void holes_fini(struct holes *h)
{
	free(h->list);
	memset(h, 0, sizeof(*h));
}

static int compare_holes(const void *a, const void *b)
{
	const struct hole *x = a, *y = b;

	if (x->since != y->since)
		return x->since < y->since ? -1 : 1;
	if (x->until != y->until)
		return x->until < y->until ? -1 : 1;
	if (x->cause != y->cause)
		return x->cause < y->cause ? -1 : 1;
	return (x->count > y->count) - (x->count < y->count);
}

static void order_holes(struct holes *h)
{
	uint64_t reach = 0;

	if (h->ordered)
		return;
	qsort(h->list, h->n, sizeof(*h->list), compare_holes);
	for (size_t i = 0; i < h->n; i++) {
		if (h->list[i].until > reach)
			reach = h->list[i].until;
		h->list[i].reach = reach;
	}
	h->ordered = true;
}

static void join_holes(struct hole *into, const struct hole *from)
{
	if (from->until > into->until)
		into->until = from->until;
	if (from->count > into->count)
		into->cause = from->cause;
	into->count += from->count;
}

/* Half as many, which is always even. */
static void merge_holes(struct holes *h)
{
	order_holes(h);
	for (size_t i = 0; i < h->n / 2; i++) {
		struct hole joined = h->list[2 * i];

		join_holes(&joined, &h->list[2 * i + 1]);
		h->list[i] = joined;
	}
	h->n /= 2;
	h->ordered = false;
}

static int grow_holes(struct holes *h)
{
	size_t room = h->room ? 2 * h->room : 64;
	struct hole *list = realloc(h->list, room * sizeof(*list));

	if (!list)
		return -ENOMEM;
	h->list = list;
	h->room = room;
	return 0;
}

int holes_add(struct holes *h, const struct retis_loss *loss)
{
	if (loss->cause == RETIS_LOSS_SECTION || !loss->count)
		return 0;
	if (h->n == HOLES_MAX)
		merge_holes(h);
	if (h->n == h->room && grow_holes(h))
		return -ENOMEM;
	h->list[h->n++] = (struct hole){
		.since = loss->since,
		.until = loss->until,
		.count = loss->count,
		.cause = loss->cause,
	};
	h->ordered = false;
	return 0;
}

/* How many begin before TIME. */
static size_t holes_before(const struct holes *h, uint64_t time)
{
	size_t low = 0, high = h->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (h->list[middle].since < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void holes_sum(struct holes *h, uint64_t first, uint64_t last, struct hole_sum *out)
{
	uint64_t largest = 0;

	*out = (struct hole_sum){ 0 };
	if (!h->n)
		return;
	first = first > HOLES_MARGIN ? first - HOLES_MARGIN : 0;
	last = last < UINT64_MAX - HOLES_MARGIN ? last + HOLES_MARGIN : UINT64_MAX;
	order_holes(h);
	for (size_t i = holes_before(h, last); i-- && h->list[i].reach >= first;) {
		const struct hole *hole = &h->list[i];

		if (hole->until < first)
			continue;
		out->count += hole->count;
		if (hole->count > largest) {
			largest = hole->count;
			out->cause = hole->cause;
		}
	}
}
