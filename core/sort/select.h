/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which series are wanted. */
#ifndef SORT_SELECT_H
#define SORT_SELECT_H

#include <stdbool.h>

#include "core/input/input.h"

/* Most probes of --only and --without together. */
#define SELECT_PROBES 32

struct select {
	/* [TYPE:]TARGET, '*' stands for anything; borrowed. */
	const char *only[SELECT_PROBES];
	size_t n_only;
	const char *without[SELECT_PROBES];
	size_t n_without;
	bool dropped;
	/* By probe: bits of the patterns above it matches, those of `without` first. */
	uint64_t *matches;
	size_t n_matches;
};

void select_fini(struct select *s);

/* Some series may not be wanted. */
static inline bool select_active(const struct select *s)
{
	return s->n_only || s->n_without || s->dropped;
}

/* The probes that events refer to. -ENOMEM. */
int select_learn(struct select *s, const struct input_names *names);
/* A pattern that no probe matches, or NULL. */
const char *select_unmatched(const struct select *s);

/* What PROBE adds to what a series has SEEN. */
static inline uint64_t select_seen(const struct select *s, uint16_t probe)
{
	return probe < s->n_matches ? s->matches[probe] : 0;
}

/* A series that has seen that, and whether it ends in a drop. */
bool select_wants(const struct select *s, uint64_t seen, bool dropped);

#endif
