/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Filters on what was stored: events of files that pass the packet filter, that for what
 * tunnels carry, and the metadata filter come out of an input, or with them all others of their
 * packets.
 */
#ifndef ASK_ASK_H
#define ASK_ASK_H

#include "core/input/input.h"

struct ask_options {
	/* Texts of the filters, borrowed, or NULL. */
	const char *packet;
	const char *inner;
	const char *meta;
	/* Whole packets' stories of which one event passes. */
	bool series;
	/* The same as for the input. */
	const struct plugins *plugins;
};

struct ask;

/* -EINVAL after logging why, or -ENOMEM. *OUT is NULL if all events are wanted. */
int ask_new(const struct ask_options *options, struct ask **out);
/* Accepts NULL. */
void ask_free(struct ask *ask);
/* For struct input_options, as long as ASK; NULL for NULL. */
const struct input_filter *ask_filter(const struct ask *ask);
/* IN was opened with that filter and nothing was read: if whole stories are wanted, reads
 * it once to see which. A negative errno after logging why, but -ENOMEM. */
int ask_survey(struct ask *ask, struct input *in);

#endif
