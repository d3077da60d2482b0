/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sort/roles.h"

#include <string.h>

#include <retis/reader.h>

#include "core/event/field.h"

#define WANTED                                                                               \
	(ROLES_ID | ROLES_PARENT | ROLE_BIT(SKB) | ROLE_BIT(DROP_REASON) | ROLE_BIT(START) | \
	 ROLES_STEP | ROLE_BIT(HANDLE) | ROLE_BIT(PACKET) | ROLE_BIT(LINK_TYPE))

static void add_place(struct sort_roles *roles, const struct retis_field *f, uint32_t present,
		      uint32_t rank)
{
	if (roles->n == SORT_ROLE_PLACES_MAX)
		return;
	roles->places[roles->n++] = (struct sort_role_place){
		.role = f->role,
		.offset = f->offset,
		.size = f->size,
		.present = present,
		.rank = rank,
	};
}

static bool is_plain_number(const struct retis_field *f)
{
	return (f->kind == RETIS_UINT || f->kind == RETIS_HEX) && !f->count && f->size;
}

/* All bytes that come. */
static bool is_packet(const struct retis_field *f)
{
	return f->role == RETIS_ROLE_PACKET && f->kind == RETIS_BYTES && !f->count && !f->size;
}

static void add_role_fields(struct sort_roles *roles, const struct retis_field *fields, uint32_t n,
			    uint32_t present, uint32_t rank)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct retis_field *f = &fields[i];
		uint32_t needs = present | (f->present ? 1u << (f->present - 1) : 0);

		if (f->kind == RETIS_OBJECT && !f->count)
			add_role_fields(roles, f->fields, f->n_fields, needs, rank);
		else if (f->role <= RETIS_ROLE_LAST && WANTED >> f->role & 1 &&
			 (f->role == RETIS_ROLE_DROP_REASON || is_packet(f) || is_plain_number(f)))
			add_place(roles, f, needs, rank);
	}
}

void roles_learn(struct sort_roles *roles, const struct registry *registry)
{
	memset(roles, 0, sizeof(*roles));
	for (uint16_t i = 0; i < registry->n; i++) {
		uint16_t number = registry->by_rank[i];
		const struct retis_section_type *type = registry->entries[number].type;

		roles->first[number] = (uint8_t)roles->n;
		add_role_fields(roles, type->fields, type->n_fields, 0, i);
		roles->end[number] = (uint8_t)roles->n;
	}
	for (uint32_t i = 0; i < roles->n; i++)
		roles->has_ids |= roles->places[i].role == RETIS_ROLE_ID_TIME;
}

static void read_place(const struct sort_role_place *p, const struct retis_section *s,
		       struct role_values *out)
{
	uint32_t bit = 1u << p->role;
	const uint8_t *data = retis_section_data(s);

	if ((s->present & p->present) != p->present || (uint64_t)p->offset + p->size > s->size)
		return;
	if (out->has & bit && out->rank[p->role] <= p->rank)
		return;
	out->has |= bit;
	out->rank[p->role] = p->rank;
	if (p->role == RETIS_ROLE_PACKET) {
		out->packet = data + p->offset;
		out->packet_size = s->size - p->offset;
	} else if (p->role != RETIS_ROLE_DROP_REASON)
		out->value[p->role] = field_uint(data + p->offset, p->size);
}

void roles_read(const struct sort_roles *roles, const struct retis_event *event,
		struct role_values *out)
{
	const struct retis_section *s = NULL;

	out->has = 0;
	out->host = event->host;
	while ((s = retis_section_next(event, s))) {
		if (s->type >= REGISTRY_MAX)
			continue;
		for (uint32_t i = roles->first[s->type]; i < roles->end[s->type]; i++)
			read_place(&roles->places[i], s, out);
	}
}
