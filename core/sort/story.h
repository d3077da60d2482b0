/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One series of events, whole: what it is about, and what became of the packet. */
#ifndef SORT_STORY_H
#define SORT_STORY_H

#include "core/sort/emit.h"
#include "core/sort/entry.h"
#include "core/sort/holes.h"
#include "core/sort/latency.h"
#include "core/sort/room.h"
#include "core/sort/select.h"

/* Packets and their clones that are told apart within a series; of more, those that
 * had no event for longest are forgotten. */
#define STORY_LANES 64

/* A struct sk_buff on its way. */
struct story_lane {
	uint64_t own_time;
	uint64_t own_head;
	uint64_t skb;
	uint64_t at;
	uint16_t probe;
	bool drop;
};

struct story_lanes {
	struct story_lane list[STORY_LANES];
	size_t n;
};

struct story {
	/* Entries, each with EMIT_ROOM bytes behind it. */
	struct room room;
	/* The first one's, whose series it is. */
	struct entry first;
	uint64_t n;
	/* Of them, those that went out ahead of the others. */
	uint64_t told;
	uint64_t last;
	/* See select_seen(). */
	uint64_t seen;
	/* A struct sk_buff of it was dropped, and not seen any more. */
	bool dropped;
};

/* What is asked of stories. */
struct story_needs {
	struct holes *holes;
	/* NULL: no times. */
	struct latency *latency;
	/* `dropped` is wanted. */
	bool drops;
	const struct select *select;
};

void story_init(struct story *s);
void story_fini(struct story *s);
void story_clear(struct story *s);
/* Its events went out, more may come: they go on with the number. Gives back memory. */
void story_cut(struct story *s);

static inline bool story_holds(const struct story *s, const struct entry *e)
{
	return s->n && !entry_order_series(&s->first, e);
}

/* Copy it. -ENOMEM. */
int story_add(struct story *s, const struct entry *e);
/* The same with EVENT, E->size bytes, for its data. */
int story_add_event(struct story *s, const struct entry *e, const struct retis_event *event);

/* All its events are there: they get their sections. A negative errno after logging why,
 * but -ENOMEM. */
int story_complete(struct story *s, const struct emit *emit, const struct story_needs *needs);
/* Only `seen`, and, if NEEDS say so, `dropped`. */
void story_judge(struct story *s, const struct story_needs *needs);

/* The entry behind E, or, if that is NULL, the first one; NULL: the end. */
struct entry *story_next(const struct story *s, const struct entry *e);

static inline uint64_t story_time(const struct story *s)
{
	return s->last - s->first.at;
}

#endif
