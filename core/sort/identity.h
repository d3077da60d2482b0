/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which packet an event is about, whatever section says so: by the roles of fields. */
#ifndef SORT_IDENTITY_H
#define SORT_IDENTITY_H

#include <stdbool.h>

#include "core/event/record.h"
#include "core/event/registry.h"

struct identity {
	uint64_t time;
	uint64_t head;
	/* 0 where the section does not say it. */
	uint64_t skb;
};

struct identity_fields {
	uint16_t section;
	const struct retis_field *time;
	const struct retis_field *head;
	const struct retis_field *skb;
};

#define IDENTITY_SECTIONS_MAX 8

/* The sections of a registry that tell packets apart, in the order of JSON. */
struct identity_finder {
	struct identity_fields list[IDENTITY_SECTIONS_MAX];
	uint32_t n;
};

void identity_learn(struct identity_finder *f, const struct registry *r);
/* Whether the event says it. */
bool identity_find(const struct identity_finder *f, const struct record *record,
		   struct identity *out);

#endif
