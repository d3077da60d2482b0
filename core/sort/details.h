/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What some events tell of things that others are about, by the roles RETIS_ROLE_SUBJECT and
 * RETIS_ROLE_DETAILS: taken from the ones, put into the others.
 */
#ifndef SORT_DETAILS_H
#define SORT_DETAILS_H

#include <stdbool.h>
#include <stdint.h>

#include <retis/event.h>

#include "core/event/registry.h"
#include "core/sort/room.h"

/* Bytes of a subject. */
#define DETAILS_SUBJECT_MAX 64

/* Of a section's type; all zero: it has no subject. */
struct details_place {
	uint32_t subject;
	uint32_t subject_size;
	uint32_t offset;
	/* Bits of `present`: of the subject, and of details that are there. */
	uint32_t needs;
	uint32_t told;
};

/* All zero: none. */
struct details {
	struct details_place places[REGISTRY_MAX];
	/* Some section has a subject. */
	bool any;
	/* What was told, one behind the other. */
	struct room room;
	/* By subject, where the last one is, plus one; a power of two. */
	size_t *slots;
	size_t n_slots;
	size_t n;
};

/* Takes no memory yet. */
void details_init(struct details *d);
void details_fini(struct details *d);
/* Forgets what was told. */
void details_forget(struct details *d);

/* The sections that events refer to from here on. */
void details_learn(struct details *d, const struct registry *registry);

/* Keeps what EVENT tells, if it does. -ENOMEM. */
int details_take(struct details *d, const struct retis_event *event);

/* EVENT with what is told of what it is about: soonest after it, or else last. In ROOM,
 * RETIS_EVENT_MAX bytes; or EVENT, if there is nothing to add, or no room for it. */
const struct retis_event *details_complete(const struct details *d, const struct retis_event *event,
					   void *room);

#endif
