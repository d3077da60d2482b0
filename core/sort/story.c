/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/story.h"

#include <errno.h>
#include <string.h>

void story_init(struct story *s)
{
	memset(s, 0, sizeof(*s));
	room_init(&s->room);
}

void story_fini(struct story *s)
{
	room_fini(&s->room);
}

void story_clear(struct story *s)
{
	room_clear(&s->room);
	s->n = 0;
	s->told = 0;
	s->seen = 0;
	s->dropped = false;
}

void story_cut(struct story *s)
{
	room_fini(&s->room);
	s->told = s->n;
}

int story_add_event(struct story *s, const struct entry *e, const struct retis_event *event)
{
	struct entry *to = room_add(&s->room, entry_bytes(e) + EMIT_ROOM);

	if (!to)
		return -ENOMEM;
	*to = *e;
	memcpy(to + 1, event, e->size);
	if (!s->n++)
		s->first = *e;
	s->last = e->at;
	return 0;
}

int story_add(struct story *s, const struct entry *e)
{
	return story_add_event(s, e, entry_data(e));
}

struct entry *story_next(const struct story *s, const struct entry *e)
{
	uint8_t *at = e ? (uint8_t *)e + entry_bytes(e) + EMIT_ROOM : s->room.data;

	return at < s->room.data + s->room.length ? (struct entry *)at : NULL;
}

static struct retis_event *event_of(struct entry *e)
{
	return (struct retis_event *)(e + 1);
}

static bool same_buffer(const struct story_lane *lane, const struct entry *e)
{
	return lane->skb == e->skb && lane->own_time == e->own_time &&
	       lane->own_head == e->own_head;
}

/* Its lane; *KNOWN: there was one before. */
static struct story_lane *find_lane(struct story *s, struct story_lanes *lanes,
				    const struct entry *e, bool *known)
{
	struct story_lane *oldest = &lanes->list[0];

	for (size_t i = 0; i < lanes->n; i++) {
		*known = same_buffer(&lanes->list[i], e);
		if (*known)
			return &lanes->list[i];
		if (lanes->list[i].at < oldest->at)
			oldest = &lanes->list[i];
	}
	*known = false;
	if (lanes->n < STORY_LANES)
		oldest = &lanes->list[lanes->n++];
	else
		/* That it ended so stays true. */
		s->dropped |= oldest->drop;
	*oldest = (struct story_lane){ e->own_time, e->own_head, e->skb, e->at, 0, false };
	return oldest;
}

/* True: *SINCE is the time since the one before of the same struct sk_buff, at probe *FROM. */
static bool follow_lane(struct story *s, struct story_lanes *lanes, struct entry *e,
			uint64_t *since, uint16_t *from)
{
	bool known;
	struct story_lane *lane = find_lane(s, lanes, e, &known);

	*since = e->at - lane->at;
	*from = lane->probe;
	lane->at = e->at;
	lane->probe = event_of(e)->probe;
	lane->drop = e->drop;
	return known;
}

void story_judge(struct story *s, const struct story_needs *needs)
{
	struct story_lanes lanes;
	uint64_t since;
	uint16_t from;

	lanes.n = 0;
	for (struct entry *e = story_next(s, NULL); e; e = story_next(s, e)) {
		s->seen |= select_seen(needs->select, event_of(e)->probe);
		if (needs->drops)
			follow_lane(s, &lanes, e, &since, &from);
	}
	for (size_t i = 0; i < lanes.n; i++)
		s->dropped |= lanes.list[i].drop;
}

static int take_step(struct story *s, struct story_lanes *lanes, struct entry *e,
		     struct latency *latency, struct own_tracking *t)
{
	uint64_t since;
	uint16_t from;
	int err;

	if (!follow_lane(s, lanes, e, &since, &from))
		return 0;
	t->latency = since;
	err = latency_add(latency, from, event_of(e)->probe, since);
	return err ? err : 1;
}

static void take_holes(const struct story *s, struct holes *holes, struct own_tracking *t,
		       uint32_t *present)
{
	struct hole_sum sum;

	if (t->idx != s->told)
		return;
	holes_sum(holes, s->first.time, s->last, &sum);
	if (!sum.count)
		return;
	t->lost_count = sum.count;
	t->lost_cause = sum.cause;
	*present |= 1u << (OWN_TRACKING_LOST - 1);
}

int story_complete(struct story *s, const struct emit *emit, const struct story_needs *needs)
{
	struct story_lanes lanes;
	uint32_t idx = (uint32_t)s->told;
	int got = 0;

	lanes.n = 0;
	for (struct entry *e = story_next(s, NULL); e && got >= 0; e = story_next(s, e)) {
		struct own_tracking t = {
			.orig_head = s->first.head,
			.timestamp = s->first.time,
			.skb = s->first.skb,
			.idx = idx++,
			.own_head = e->own_head,
			.own_time = e->own_time,
			.orphan = e->orphan,
			.joined = e->joined,
		};
		uint32_t present = e->orphan ? 1u << (OWN_TRACKING_ORPHAN - 1) : 0;

		present |= e->joined ? 1u << (OWN_TRACKING_JOINED - 1) : 0;

		got = needs->latency ? take_step(s, &lanes, e, needs->latency, &t) : 0;
		if (got > 0)
			present |= 1u << (OWN_TRACKING_LATENCY - 1);
		take_holes(s, needs->holes, &t, &present);
		emit_tracking(emit, event_of(e), &t, present);
	}
	return got < 0 ? got : 0;
}
