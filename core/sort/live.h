/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Series while events come: a packet's is told when its end is reported, or when it
 * had no event for a while. Memory is bounded: if there is too much, the series
 * that is quiet for longest is told early, and that is counted. A loss marks series that
 * are told after it was reported.
 */
#ifndef SORT_LIVE_H
#define SORT_LIVE_H

#include "core/sort/identity.h"
#include "core/sort/story.h"

struct live_options {
	/* A packet without an event for that long has ended, ns. */
	uint64_t timeout;
	/* Most packets, and bytes of their events, that are held. */
	size_t packets;
	size_t bytes;
	/* Copies are series of their own. */
	bool no_copies;
	/* Called after each series; not 0: enough. */
	int (*went_out)(void *arg);
	void *arg;
};

struct live_series;

struct live {
	struct live_options options;
	/* Borrowed. */
	struct emit *emit;
	struct identity identity;
	uint32_t generation;
	struct holes holes;
	struct select select;
	uint64_t number;
	/* By packet; a power of two. */
	struct live_series **slots;
	size_t n_slots;
	size_t n;
	size_t bytes;
	/* In the order of their last events: the quietest one first. */
	struct live_series *quietest;
	struct live_series *latest;
	/* Told before their time. */
	uint64_t early;
};

/* -ENOMEM. */
int live_init(struct live *l, const struct live_options *options, struct emit *emit);
/* What is held is forgotten. */
void live_fini(struct live *l);

/* Sections and probes that events refer to: new ones came. 0 or a negative errno. */
int live_learn(struct live *l, const struct input_names *names);

/* An event, in the order of time. One of no packet goes out at once. 0, what went_out()
 * said, or a negative errno; here and below. */
int live_event(struct live *l, const struct retis_event *event);
/* Marks the series of its time; goes out at once. */
int live_loss(struct live *l, const struct retis_loss *loss);
/* No event of the packet will come any more. */
int live_end(struct live *l, uint64_t time, uint64_t head);
/* It is NOW (CLOCK_MONOTONIC, ns). */
int live_tick(struct live *l, uint64_t now);
/* It is over: all are told, in the order their packets were first seen in. */
int live_finish(struct live *l);

#endif
