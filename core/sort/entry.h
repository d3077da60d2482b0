/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One event, or loss, on its way through a sort, and its place in the output. */
#ifndef SORT_ENTRY_H
#define SORT_ENTRY_H

#include <stddef.h>
#include <stdint.h>

#include <retis/event.h>

/* In the order they have at the same time. */
enum entry_kind {
	ENTRY_LOSS,
	/* An event of no packet. */
	ENTRY_ALONE,
	/* An event of the packet TIME, HEAD. */
	ENTRY_TRACKED,
};

/* Its data, SIZE bytes of them, come behind it. */
struct entry {
	/* Of the series, or the time of what is in none. */
	uint64_t time;
	uint64_t head;
	/* When it happened, and where it was in what was read. */
	uint64_t at;
	uint64_t number;
	/* What the event itself is about: a copy of the series' packet, maybe. */
	uint64_t own_time;
	uint64_t own_head;
	uint64_t skb;
	/* A multiple of RETIS_ALIGN. */
	uint32_t size;
	uint8_t kind;
	/* Its packet came from another host: enum wire_trust. */
	uint8_t joined;
	/* The event says why its packet was dropped. */
	uint8_t drop;
	/* It goes on from an event that is not there. */
	uint8_t orphan;
};

_Static_assert(sizeof(struct entry) == 64, "entries are stored as they are");

#define ENTRY_MAX (sizeof(struct entry) + RETIS_EVENT_MAX)

static inline const void *entry_data(const struct entry *e)
{
	return e + 1;
}

static inline size_t entry_bytes(const struct entry *e)
{
	return sizeof(*e) + e->size;
}

/* The same series. */
static inline int entry_order_series(const struct entry *a, const struct entry *b)
{
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind != ENTRY_TRACKED || a->head == b->head)
		return 0;
	return a->head < b->head ? -1 : 1;
}

/* Negative, or positive: no two are equal. */
static inline int entry_order(const struct entry *a, const struct entry *b)
{
	int order = entry_order_series(a, b);

	if (order)
		return order;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->number < b->number ? -1 : 1;
}

#endif
