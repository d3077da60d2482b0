/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Losses by time: which of them may have taken events out of a series. */
#ifndef SORT_HOLES_H
#define SORT_HOLES_H

#include <retis/reader.h>

/* Most that are told apart; then neighbours are counted as one. */
#define HOLES_MAX 65536

/* A packet may have gone on that long behind its last event, or had come that long
 * before its first, ns. */
#define HOLES_MARGIN 10000000

struct hole {
	uint64_t since;
	uint64_t until;
	uint64_t count;
	uint16_t cause;
	/* The latest `until` up to this one. */
	uint64_t reach;
};

struct holes {
	struct hole *list;
	size_t n;
	size_t room;
	bool ordered;
};

/* What may be missing. */
struct hole_sum {
	uint64_t count;
	/* Of most of them. */
	uint16_t cause;
};

/* All zero: empty. */
void holes_fini(struct holes *h);
/* -ENOMEM. Losses of sections count for nothing: their events are there. */
int holes_add(struct holes *h, const struct retis_loss *loss);
/* Of a series that lasted from FIRST to LAST. */
void holes_sum(struct holes *h, uint64_t first, uint64_t last, struct hole_sum *out);

#endif
