/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long packets take from a probe to the next one. */
#ifndef SORT_LATENCY_H
#define SORT_LATENCY_H

#include "core/input/input.h"
#include "core/sort/room.h"
#include "core/sort/store.h"

struct latency {
	/* Of each step: its probes and its time. */
	struct store steps;
	uint64_t n;
	/* The last ones' times, in order. */
	struct room times;
};

void latency_init(struct latency *l, size_t memory);
void latency_fini(struct latency *l);

/* From probe FROM to probe TO in NS. A negative errno after logging why, but -ENOMEM. */
int latency_add(struct latency *l, uint16_t from, uint16_t to, uint64_t ns);

/* Appends the table, or, as JSON, an object a line. Empties it. */
int latency_print(struct latency *l, const struct input_names *names, bool json,
		  struct retis_text *out);

#endif
