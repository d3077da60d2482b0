/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/event/role.h"

#include "core/event/field.h"

/* In one section at most one field has a role: the first one that says so. */
static bool find_role_field(const struct retis_field *fields, uint32_t n, enum retis_role role,
			    struct role_place *place)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct retis_field *f = &fields[i];

		if (f->kind != RETIS_OBJECT && f->role == role) {
			place->field = f;
			return true;
		}
		/* In an array of groups there is no telling which one is meant. */
		if (f->kind != RETIS_OBJECT || f->count)
			continue;
		if (find_role_field(f->fields, f->n_fields, role, place)) {
			place->groups |= f->present ? 1u << (f->present - 1) : 0;
			return true;
		}
	}
	return false;
}

void roles_init(struct roles *roles, const struct registry *registry)
{
	uint16_t n = 0;

	for (int role = 0; role <= RETIS_ROLE_LAST; role++) {
		roles->first[role] = n;
		for (uint16_t i = 0; role && i < registry->n && n < ROLE_PLACES_MAX; i++) {
			uint16_t section = registry->by_rank[i];
			const struct retis_section_type *type = registry->entries[section].type;
			struct role_place place = { .section = section };

			if (find_role_field(type->fields, type->n_fields, (enum retis_role)role,
					    &place))
				roles->places[n++] = place;
		}
	}
	roles->first[RETIS_ROLE_LAST + 1] = n;
}

bool role_find(const struct roles *roles, const struct record *record, enum retis_role role,
	       struct role_value *value)
{
	for (uint16_t i = roles->first[role]; i < roles->first[role + 1]; i++) {
		const struct role_place *place = &roles->places[i];
		const struct retis_view *view = record_view(record, place->section);

		if (!view || (view->present & place->groups) != place->groups ||
		    !field_present(place->field, view))
			continue;
		*value = (struct role_value){
			.section = place->section,
			.field = place->field,
			.view = view,
			.data = field_data(place->field, view),
			.size = field_size(place->field, view),
		};
		return true;
	}
	return false;
}

bool role_number(const struct roles *roles, const struct record *record, enum retis_role role,
		 uint64_t *number)
{
	struct role_value value;

	if (!role_find(roles, record, role, &value))
		return false;
	switch (value.field->kind) {
	case RETIS_UINT:
	case RETIS_HEX:
	case RETIS_BOOL:
	case RETIS_ENUM:
		*number = field_uint(value.data, value.size);
		return true;
	case RETIS_INT:
		*number = (uint64_t)field_int(value.data, value.size);
		return true;
	default:
		return false;
	}
}
