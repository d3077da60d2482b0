/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ask/series.h"

#include <errno.h>
#include <stdlib.h>

#include "core/sort/identity.h"

struct ask_series {
	struct identity identity;
	/* Open addressing; all zero: empty. Never more than half full. */
	struct packet_id *ids;
	size_t n;
	size_t room;
};

struct ask_series *ask_series_new(void)
{
	struct ask_series *s = calloc(1, sizeof(*s));

	if (s)
		identity_init(&s->identity, false);
	return s;
}

void ask_series_free(struct ask_series *s)
{
	if (!s)
		return;
	identity_fini(&s->identity);
	free(s->ids);
	free(s);
}

void ask_series_learn(struct ask_series *s, const struct registry *registry)
{
	roles_learn(&s->identity.roles, registry);
}

void ask_series_restart(struct ask_series *s)
{
	identity_restart(&s->identity);
}

/* Its place, or the empty one it would get. */
static struct packet_id *place_of_id(struct packet_id *ids, size_t room, uint64_t time,
				     uint64_t head)
{
	uint64_t hash = (time ^ head * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
	size_t i = (size_t)(hash >> 32) & (room - 1);

	while ((ids[i].time || ids[i].head) && (ids[i].time != time || ids[i].head != head))
		i = (i + 1) & (room - 1);
	return &ids[i];
}

static int make_room_for_id(struct ask_series *s)
{
	size_t room = s->room ? s->room * 2 : 1024;
	struct packet_id *ids;

	if (s->n * 2 < s->room)
		return 0;
	ids = calloc(room, sizeof(*ids));
	if (!ids)
		return -ENOMEM;
	for (size_t i = 0; i < s->room; i++)
		if (s->ids[i].time || s->ids[i].head)
			*place_of_id(ids, room, s->ids[i].time, s->ids[i].head) = s->ids[i];
	free(s->ids);
	s->ids = ids;
	s->room = room;
	return 0;
}

static int add_id(struct ask_series *s, uint64_t time, uint64_t head)
{
	struct packet_id *place;
	int err = make_room_for_id(s);

	if (err)
		return err;
	place = place_of_id(s->ids, s->room, time, head);
	s->n += !place->time && !place->head;
	*place = (struct packet_id){ time, head };
	return 0;
}

int ask_series_note(struct ask_series *s, const struct retis_event *event, bool matches)
{
	struct entry e;
	int err = identity_find(&s->identity, event, &e);

	return err || !matches || e.kind != ENTRY_TRACKED ? err : add_id(s, e.time, e.head);
}

int ask_series_wants(struct ask_series *s, const struct retis_event *event, bool matches)
{
	const struct packet_id *place;
	struct entry e;
	int err = identity_find(&s->identity, event, &e);

	if (err || e.kind != ENTRY_TRACKED)
		return err ? err : matches;
	if (!s->room)
		return 0;
	place = place_of_id(s->ids, s->room, e.time, e.head);
	return place->time || place->head;
}
