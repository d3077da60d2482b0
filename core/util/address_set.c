/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/util/address_set.h"

#include <errno.h>
#include <stdlib.h>

void address_set_fini(struct address_set *set)
{
	free(set->slots);
}

/* The slot of ADDRESS, or the free one where it belongs. */
static uint64_t *find_slot(const struct address_set *set, uint64_t address)
{
	size_t i = (size_t)((address * 0x9e3779b97f4a7c15ULL) >> 32);

	while (set->slots[i & (set->room - 1)] && set->slots[i & (set->room - 1)] != address)
		i++;
	return &set->slots[i & (set->room - 1)];
}

static int grow_address_set(struct address_set *set)
{
	struct address_set bigger = { .n = set->n, .room = set->room ? set->room * 2 : 1024 };

	bigger.slots = calloc(bigger.room, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < set->room; i++)
		if (set->slots[i])
			*find_slot(&bigger, set->slots[i]) = set->slots[i];
	free(set->slots);
	*set = bigger;
	return 0;
}

int address_set_add(struct address_set *set, uint64_t address)
{
	uint64_t *slot;
	int err = 2 * set->n >= set->room ? grow_address_set(set) : 0;

	if (err)
		return err;
	slot = find_slot(set, address);
	if (*slot || !address)
		return 0;
	*slot = address;
	set->n++;
	return 1;
}
