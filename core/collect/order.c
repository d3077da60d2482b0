/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/collect/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/collect/queue.h"
#include "core/event/record.h"
#include "core/util/list.h"

void order_fini(struct order *o)
{
	free(o->entries);
}

static int order_add_event(struct order *o, struct batch *batch, struct retis_event *event)
{
	int err;

	if (record_check(event, event->size)) {
		o->broken++;
		return 0;
	}
	err = list_grow((void **)&o->entries, o->n, &o->room, sizeof(*o->entries));
	if (err)
		return err;
	o->entries[o->n++] = (struct order_entry){ event->timestamp, event, batch };
	batch->users++;
	return 0;
}

int order_add(struct order *o, struct batch *batch)
{
	size_t at = 0;

	while (at + sizeof(struct retis_event) <= batch->used) {
		struct retis_event *event = (void *)(batch->data + at);
		int err;

		if (event->size < sizeof(*event) || event->size > batch->used - at ||
		    event->size % RETIS_ALIGN)
			break;
		err = order_add_event(o, batch, event);
		if (err)
			return err;
		at += event->size;
	}
	o->bad += batch->used - at;
	return 0;
}

/* Ties stay in the order of arrival: events of one batch by address. */
static int by_time(const void *a, const void *b)
{
	const struct order_entry *x = a, *y = b;

	if (x->timestamp != y->timestamp)
		return x->timestamp < y->timestamp ? -1 : 1;
	if (x->batch == y->batch)
		return (x->event > y->event) - (x->event < y->event);
	return 0;
}

/* Insertion sort: linear for what is nearly sorted. Gives up, with all entries
 * still there, when it takes more than BUDGET moves. */
static int sort_nearly(struct order_entry *list, size_t n, size_t budget)
{
	for (size_t i = 1; i < n; i++) {
		struct order_entry entry = list[i];
		size_t at = i;

		while (at && list[at - 1].timestamp > entry.timestamp && budget) {
			list[at] = list[at - 1];
			at--;
			budget--;
		}
		list[at] = entry;
		if (!budget)
			return -E2BIG;
	}
	return 0;
}

size_t order_ready(struct order *o, uint64_t until)
{
	size_t low = 0, high = o->n;

	if (sort_nearly(o->entries, o->n, 4 * o->n + 64))
		qsort(o->entries, o->n, sizeof(*o->entries), by_time);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (o->entries[middle].timestamp < until)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void order_remove(struct order *o, size_t n)
{
	if (!n)
		return;
	memmove(o->entries, o->entries + n, (o->n - n) * sizeof(*o->entries));
	o->n -= n;
}
