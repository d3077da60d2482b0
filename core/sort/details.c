/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/details.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <retis/reader.h>

#include "core/util/hash.h"

/* Of one subject, how many are looked at: the later ones. */
#define VERSIONS_MAX 64

/* The subject is behind it, then the details. */
struct detail {
	uint64_t time;
	/* Of the same subject, the one before it, plus one; 0: none. */
	size_t older;
	uint32_t subject_size;
	uint32_t size;
};

void details_init(struct details *d)
{
	*d = (struct details){ 0 };
	room_init(&d->room);
}

void details_forget(struct details *d)
{
	room_fini(&d->room);
	free(d->slots);
	d->slots = NULL;
	d->n_slots = d->n = 0;
}

void details_fini(struct details *d)
{
	details_forget(d);
}

/* --- where they are -------------------------------------------------------------------- */

static uint32_t field_present_bit(const struct retis_field *f)
{
	return f->present ? 1u << (f->present - 1) : 0;
}

/* From the first byte of its fields to the last. */
static void add_subject(struct details_place *p, const struct retis_field *f)
{
	uint32_t end = f->offset + f->size * (f->count ? f->count : 1);
	uint32_t known = p->subject_size ? p->subject + p->subject_size : end;

	p->subject = p->subject_size && p->subject < f->offset ? p->subject : f->offset;
	p->subject_size = (end > known ? end : known) - p->subject;
	p->needs |= field_present_bit(f);
}

static void learn_place(struct details_place *p, const struct retis_section_type *type)
{
	bool has_details = false;

	for (uint32_t i = 0; i < type->n_fields; i++) {
		const struct retis_field *f = &type->fields[i];

		if (f->kind == RETIS_OBJECT)
			continue;
		if (f->role == RETIS_ROLE_SUBJECT)
			add_subject(p, f);
		if (f->role != RETIS_ROLE_DETAILS)
			continue;
		has_details = true;
		p->offset = f->offset;
		p->told = field_present_bit(f);
	}
	/* Details are the end of it. */
	if (!has_details || p->subject_size > DETAILS_SUBJECT_MAX ||
	    p->subject + p->subject_size > p->offset)
		*p = (struct details_place){ 0 };
}

void details_learn(struct details *d, const struct registry *registry)
{
	memset(d->places, 0, sizeof(d->places));
	d->any = false;
	for (uint16_t i = 0; i < registry->n; i++) {
		learn_place(&d->places[i], registry->entries[i].type);
		d->any |= d->places[i].subject_size != 0;
	}
}

/* The first section of EVENT with a subject. */
static const struct retis_section *find_subject(const struct details *d,
						const struct retis_event *event)
{
	const struct retis_section *s = NULL;

	while (d->any && (s = retis_section_next(event, s))) {
		const struct details_place *p = s->type < REGISTRY_MAX ? &d->places[s->type] : NULL;

		if (p && p->subject_size && (s->present & p->needs) == p->needs &&
		    p->subject + p->subject_size <= s->size)
			return s;
	}
	return NULL;
}

static const uint8_t *subject_of(const struct details_place *p, const struct retis_section *s)
{
	return (const uint8_t *)retis_section_data(s) + p->subject;
}

static bool tells_detail(const struct details_place *p, const struct retis_section *s)
{
	return (s->present & p->told) == p->told && s->size > p->offset &&
	       ((const uint8_t *)retis_section_data(s))[p->offset];
}

/* --- what is told ------------------------------------------------------------------------ */

static const struct detail *detail_at(const struct details *d, size_t at)
{
	return (const struct detail *)(d->room.data + at - 1);
}

static bool is_about(const struct detail *e, const struct details_place *p, const uint8_t *subject)
{
	return e->subject_size == p->subject_size && !memcmp(e + 1, subject, p->subject_size);
}

static uint64_t hash_subject(const uint8_t *subject, size_t size)
{
	uint64_t hash = hash_bytes(HASH_START, subject, size);

	return hash ^ hash >> 32;
}

/* Where the subject's last detail is, or would be noted. There are free slots. */
static size_t *find_detail_slot(const struct details *d, const struct details_place *p,
				const uint8_t *subject)
{
	size_t i = hash_subject(subject, p->subject_size);

	while (d->slots[i & (d->n_slots - 1)] &&
	       !is_about(detail_at(d, d->slots[i & (d->n_slots - 1)]), p, subject))
		i++;
	return &d->slots[i & (d->n_slots - 1)];
}

static int grow_detail_slots(struct details *d)
{
	size_t n = d->n_slots ? d->n_slots * 2 : 64, *old = d->slots;

	if (d->n < d->n_slots / 2)
		return 0;
	d->slots = calloc(n, sizeof(*d->slots));
	if (!d->slots) {
		d->slots = old;
		return -ENOMEM;
	}
	for (size_t i = 0; i < d->n_slots; i++) {
		const struct detail *e = old[i] ? detail_at(d, old[i]) : NULL;
		size_t at = e ? hash_subject((const uint8_t *)(e + 1), e->subject_size) : 0;

		while (e && d->slots[at & (n - 1)])
			at++;
		if (e)
			d->slots[at & (n - 1)] = old[i];
	}
	d->n_slots = n;
	free(old);
	return 0;
}

int details_take(struct details *d, const struct retis_event *event)
{
	const struct retis_section *s = find_subject(d, event);
	const struct details_place *p = s ? &d->places[s->type] : NULL;
	size_t *slot, at = d->room.length + 1;
	struct detail *e;
	uint32_t size;

	if (!p || !tells_detail(p, s))
		return 0;
	if (grow_detail_slots(d))
		return -ENOMEM;
	size = s->size - p->offset;
	slot = find_detail_slot(d, p, subject_of(p, s));
	e = room_add(&d->room, RETIS_ALIGNED(sizeof(*e) + p->subject_size + size));
	if (!e)
		return -ENOMEM;
	*e = (struct detail){ event->timestamp, *slot, p->subject_size, size };
	memcpy(e + 1, subject_of(p, s), p->subject_size);
	memcpy((uint8_t *)(e + 1) + p->subject_size,
	       (const uint8_t *)retis_section_data(s) + p->offset, size);
	d->n += !*slot;
	*slot = at;
	return 0;
}

static const struct detail *find_detail(const struct details *d, const struct details_place *p,
					const struct retis_section *s, uint64_t time)
{
	size_t at = d->n_slots ? *find_detail_slot(d, p, subject_of(p, s)) : 0;
	const struct detail *found = at ? detail_at(d, at) : NULL;

	for (size_t i = 0; at && i < VERSIONS_MAX && detail_at(d, at)->time >= time; i++) {
		found = detail_at(d, at);
		at = found->older;
	}
	return found;
}

/* --- completing ---------------------------------------------------------------------------- */

/* EVENT with DETAIL in section S, which has a place P. */
static const struct retis_event *put_detail(const struct retis_event *event,
					    const struct retis_section *s,
					    const struct details_place *p, const struct detail *e,
					    uint8_t *to)
{
	const uint8_t *from = (const uint8_t *)event, *data = retis_section_data(s);
	size_t start = (size_t)(data - from), size = p->offset + e->size;
	size_t rest = start + RETIS_ALIGNED((size_t)s->size);
	size_t all = start + RETIS_ALIGNED(size) + event->size - rest;
	struct retis_section *head = (struct retis_section *)(to + start) - 1;

	if (all > RETIS_EVENT_MAX || size > UINT16_MAX)
		return event;
	memcpy(to, from, start);
	memset(to + start, 0, RETIS_ALIGNED(size));
	memcpy(to + start, data, s->size < p->offset ? s->size : p->offset);
	memcpy(to + start + p->offset, (const uint8_t *)(e + 1) + e->subject_size, e->size);
	memcpy(to + start + RETIS_ALIGNED(size), from + rest, event->size - rest);
	head->size = (uint16_t)size;
	head->present |= p->told;
	((struct retis_event *)to)->size = (uint32_t)all;
	return (const struct retis_event *)to;
}

const struct retis_event *details_complete(const struct details *d, const struct retis_event *event,
					   void *room)
{
	const struct retis_section *s = d->n ? find_subject(d, event) : NULL;
	const struct details_place *p = s ? &d->places[s->type] : NULL;
	const struct detail *e;

	if (!p || tells_detail(p, s))
		return event;
	e = find_detail(d, p, s, event->timestamp);
	return e ? put_detail(event, s, p, e, room) : event;
}
