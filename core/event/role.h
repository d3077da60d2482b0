/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Finds values by what they mean (enum retis_role), whatever section they are in:
 * the core knows no plugin.
 */
#ifndef EVENT_ROLE_H
#define EVENT_ROLE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/event/record.h"
#include "core/event/registry.h"

#define ROLE_PLACES_MAX 512

struct role_place {
	uint16_t section;
	/* Bits of the section's `present` that the groups around it ask for. */
	uint32_t groups;
	/* Borrowed from the section's type. */
	const struct retis_field *field;
};

/* Where the roles of a registry are; all zero: nowhere. */
struct roles {
	/* By role, then in the order of JSON. */
	struct role_place places[ROLE_PLACES_MAX];
	/* Of role N: from first[N] up to first[N + 1]. */
	uint16_t first[RETIS_ROLE_LAST + 2];
};

struct role_value {
	/* Number of the section. */
	uint16_t section;
	const struct retis_field *field;
	const struct retis_view *view;
	/* The value's bytes. */
	const uint8_t *data;
	uint32_t size;
};

/* To be called again when the registry has changed. */
void roles_init(struct roles *roles, const struct registry *registry);

/* The first value of that role in the event. */
bool role_find(const struct roles *roles, const struct record *record, enum retis_role role,
	       struct role_value *value);

/* The same if it is a number. */
bool role_number(const struct roles *roles, const struct record *record, enum retis_role role,
		 uint64_t *number);

#endif
