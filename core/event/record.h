/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * One wire event, checked and indexed: after record_parse() every view lies
 * within the event. What the sections say is still anybody's word.
 */
#ifndef EVENT_RECORD_H
#define EVENT_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include <retis/event.h>
#include <retis/section.h>

#include "core/event/registry.h"

/* In struct retis_event.probe: no probe was hit, user space made the event; its
 * processor and task mean nothing. */
#define RECORD_NO_PROBE 0xffff

struct record {
	/* Borrowed from who called record_parse(). */
	const struct retis_event *event;
	/* For the views; NULL: none. Set before record_parse(), which keeps it. */
	const struct retis_names *names;
	/* Sections whose type number no registry has. */
	uint32_t unknown;
	/* Sections left out because one of their type came before. */
	uint32_t repeated;
	/* Bit N: there is a section of type N, at views[N]. */
	uint64_t seen[REGISTRY_MAX / 64];
	struct retis_view views[REGISTRY_MAX];
};

/*
 * Checks the event at `data` (on a multiple of RETIS_ALIGN), of which there are
 * `size` bytes or more behind it, as in a row of events. -EBADMSG: not a valid
 * event, and `out` is of no use.
 */
int record_parse(const void *data, size_t size, struct record *out);

/* The same without taking notes: 0 or -EBADMSG. */
int record_check(const void *data, size_t size);

/* The section of that type, or NULL. */
static inline const struct retis_view *record_view(const struct record *r, uint32_t type)
{
	if (type >= REGISTRY_MAX || !(r->seen[type / 64] >> (type % 64) & 1))
		return NULL;
	return &r->views[type];
}

/* Sections that a registry of `n_types` knows nothing about. */
uint32_t record_unknown(const struct record *r, uint32_t n_types);

/* Takes all sections of that type out of EVENT, which is valid, and makes it that
 * much smaller. */
void record_drop(struct retis_event *event, uint32_t type);

#endif
