/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A hash table for what is numbered elsewhere: by a hash come the numbers of all that may be
 * meant, and who has the things looks which is.
 */
#ifndef UTIL_SLOTS_H
#define UTIL_SLOTS_H

#include <stddef.h>
#include <stdint.h>

struct slot {
	uint32_t hash;
	/* From 1 on; 0: free. May be changed. */
	uint32_t number;
};

/* All zero: empty. */
struct slots {
	struct slot *list;
	size_t n;
	/* A power of two. */
	size_t room;
};

/* The first one with that HASH, or the one behind PREVIOUS, in the order they were added; NULL:
 * there are no more. */
static inline struct slot *slots_next(const struct slots *s, uint32_t hash,
				      const struct slot *previous)
{
	size_t at = previous ? (size_t)(previous - s->list) + 1 : hash;

	for (; s->n; at++) {
		struct slot *slot = &s->list[at & (s->room - 1)];

		if (!slot->number)
			break;
		if (slot->hash == hash)
			return slot;
	}
	return NULL;
}

/* Room for N in all. 0 or -ENOMEM. */
int slots_reserve(struct slots *s, size_t n);
/* Whether it is there already is not looked at. 0 or -ENOMEM. */
int slots_add(struct slots *s, uint32_t hash, uint32_t number);
void slots_fini(struct slots *s);

#endif
