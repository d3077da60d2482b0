/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/identity.h"

#include "core/event/field.h"

static bool holds_number(const struct retis_field *f)
{
	return (f->kind == RETIS_UINT || f->kind == RETIS_HEX) && !f->count;
}

static void note_fields(struct identity_fields *to, const struct retis_field *fields, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct retis_field *f = &fields[i];

		if (f->kind == RETIS_OBJECT)
			note_fields(to, f->fields, f->n_fields);
		if (!holds_number(f))
			continue;
		if (f->role == RETIS_ROLE_ID_TIME)
			to->time = f;
		else if (f->role == RETIS_ROLE_ID_HEAD)
			to->head = f;
		else if (f->role == RETIS_ROLE_SKB)
			to->skb = f;
	}
}

void identity_learn(struct identity_finder *f, const struct registry *r)
{
	f->n = 0;
	for (uint16_t i = 0; i < r->n && f->n < IDENTITY_SECTIONS_MAX; i++) {
		uint16_t number = r->by_rank[i];
		const struct retis_section_type *type = r->entries[number].type;
		struct identity_fields fields = { .section = number };

		note_fields(&fields, type->fields, type->n_fields);
		if (fields.time && fields.head)
			f->list[f->n++] = fields;
	}
}

static bool read_number(const struct retis_field *f, const struct retis_view *view, uint64_t *out)
{
	if (!f || !field_present(f, view))
		return false;
	*out = field_uint(field_data(f, view), field_size(f, view));
	return true;
}

bool identity_find(const struct identity_finder *f, const struct record *record,
		   struct identity *out)
{
	for (uint32_t i = 0; i < f->n; i++) {
		const struct identity_fields *fields = &f->list[i];
		const struct retis_view *view = record_view(record, fields->section);

		*out = (struct identity){ 0 };
		if (!view || !read_number(fields->time, view, &out->time) ||
		    !read_number(fields->head, view, &out->head))
			continue;
		read_number(fields->skb, view, &out->skb);
		return true;
	}
	return false;
}
