/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Where the series of a sorted file begin and end: the sections say which packet an
 * event belongs to. */
#ifndef INPUT_SERIES_H
#define INPUT_SERIES_H

#include "core/input/input.h"

/* All zero, but for the section: no series. */
struct series_state {
	/* Number of the section, or REGISTRY_NONE. */
	uint16_t section;
	/* In a series of the packet TIME, HEAD. */
	bool open;
	/* It is an event of no packet. */
	bool alone;
	uint64_t time;
	uint64_t head;
	/* Comes behind the end of the series. */
	bool held;
	struct input_item item;
};

/* ITEM has come: it gets its place, or is held and becomes the end of a series. */
void series_place(struct series_state *s, struct input_item *item);
/* True: *ITEM is what was held. */
bool series_held(struct series_state *s, struct input_item *item);
/* Nothing comes any more. True: *ITEM is the end of a series. */
bool series_end(struct series_state *s, struct input_item *item);

#endif
