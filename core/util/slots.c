/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Open addressing; two thirds are taken at most. */
#include "core/util/slots.h"

#include <errno.h>
#include <stdlib.h>

static void take_slot(struct slots *s, struct slot slot)
{
	size_t at = slot.hash;

	while (s->list[at & (s->room - 1)].number)
		at++;
	s->list[at & (s->room - 1)] = slot;
	s->n++;
}

int slots_reserve(struct slots *s, size_t n)
{
	struct slots bigger = { .room = s->room ? s->room : 64 };
	size_t first = 0;

	while (2 * bigger.room < 3 * n)
		bigger.room *= 2;
	if (s->list && bigger.room == s->room)
		return 0;
	bigger.list = calloc(bigger.room, sizeof(*bigger.list));
	if (!bigger.list)
		return -ENOMEM;
	/* From behind a free one: those of one hash keep their order. */
	while (s->n && s->list[first].number)
		first++;
	for (size_t i = first; i < first + s->room; i++) {
		const struct slot *slot = &s->list[i & (s->room - 1)];

		if (slot->number)
			take_slot(&bigger, *slot);
	}
	free(s->list);
	*s = bigger;
	return 0;
}

int slots_add(struct slots *s, uint32_t hash, uint32_t number)
{
	int err = slots_reserve(s, s->n + 1);

	if (!err)
		take_slot(s, (struct slot){ hash, number });
	return err;
}

void slots_fini(struct slots *s)
{
	free(s->list);
	*s = (struct slots){};
}
