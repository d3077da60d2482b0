/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What a filter leaves of what comes out of a file: events are passed over, and series
 * begin and end with what is left of them. */
#ifndef INPUT_SIEVE_H
#define INPUT_SIEVE_H

#include "core/input/input.h"

/* All zero: nothing came yet. */
struct sieve {
	/* Of input_names(), as far as the filter has learned. */
	uint32_t generation;
	/* Something of the series came out. */
	bool in_series;
};

/* 1: ITEM, which may have been changed, comes out; 0: it does not; or a negative errno. */
int sieve_item(struct sieve *s, const struct input_filter *filter, const struct input *in,
	       struct input_item *item);

#endif
