/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where in events the values are that a sort needs: by their role, whatever section
 * reports them. */
#ifndef SORT_ROLES_H
#define SORT_ROLES_H

#include <stdbool.h>
#include <stdint.h>

#include <retis/event.h>

#include "core/event/registry.h"

/* A field with a role; a bit of a section's `present` is needed for each bit set. */
struct sort_role_place {
	uint32_t role;
	uint32_t offset;
	uint32_t size;
	uint32_t present;
	/* What number it comes as, of sections of an event that have the role. */
	uint32_t rank;
};

#define SORT_ROLE_PLACES_MAX 64

struct sort_roles {
	struct sort_role_place places[SORT_ROLE_PLACES_MAX];
	uint32_t n;
	/* By the number of a section: its places are [first, end). */
	uint8_t first[REGISTRY_MAX];
	uint8_t end[REGISTRY_MAX];
	bool has_ids;
};

/* What an event says. */
struct role_values {
	/* Bits of enum retis_role. */
	uint32_t has;
	uint32_t rank[RETIS_ROLE_LAST + 1];
	/* Of numbers. */
	uint64_t value[RETIS_ROLE_LAST + 1];
	/* As in struct retis_event. */
	uint8_t host;
	/* The packet's bytes, in the event. */
	const uint8_t *packet;
	uint32_t packet_size;
};

void roles_learn(struct sort_roles *roles, const struct registry *registry);

/* EVENT is valid. */
void roles_read(const struct sort_roles *roles, const struct retis_event *event,
		struct role_values *out);

static inline bool role_values_have(const struct role_values *v, uint32_t roles)
{
	return (v->has & roles) == roles;
}

#define ROLE_BIT(NAME) (1u << RETIS_ROLE_##NAME)
#define ROLES_ID (ROLE_BIT(ID_TIME) | ROLE_BIT(ID_HEAD))
#define ROLES_PARENT (ROLE_BIT(PARENT_TIME) | ROLE_BIT(PARENT_HEAD))
#define ROLES_STEP (ROLE_BIT(START_TIME) | ROLE_BIT(START_NUMBER))

#endif
