/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Series while events come: a packet's is told when the packet has ended, or had no
 * event for a while. Somebody looks now and then which packets are still there: one
 * that is not, in two looks, has ended when the first of them was over. (In one it may
 * be missed: it moves while somebody looks.) Nothing is told before all events and losses
 * of its time are known.
 *
 * Memory is bounded: if there is too much, the series that is quiet for longest is told
 * early, and that is counted. What comes later of a packet that is still there is told
 * as a further part, which goes on with the number of the event.
 */
#ifndef SORT_LIVE_H
#define SORT_LIVE_H

#include "core/sort/identity.h"
#include "core/sort/story.h"

struct live_options {
	/* A packet without an event for that long is told, ns. */
	uint64_t timeout;
	/* Most packets that are held, and as many again that were told, and bytes of events. */
	size_t packets;
	size_t bytes;
	/* Called after each event. */
	void (*went_out)(void *arg);
	void *arg;
};

struct live_series;

struct live_list {
	struct live_series *first;
	struct live_series *last;
	size_t n;
};

struct live {
	struct live_options options;
	/* Borrowed. */
	struct emit *emit;
	struct identity identity;
	uint32_t generation;
	struct holes holes;
	struct details details;
	uint64_t number;
	/* By packet; a power of two. */
	struct live_series **slots;
	size_t n_slots;
	size_t bytes;
	/* Those with events to tell, in the order of their last ones, and those whose events were
	 * told, in that order. */
	struct live_list held;
	struct live_list told;
	/* Those to be told, in order, and the next of them. */
	struct live_series **ready;
	size_t room_ready;
	size_t n_ready;
	size_t next;
	/* Of the present or last look. */
	uint64_t look;
	/* Told before their time. */
	uint64_t early;
};

/* -ENOMEM. */
int live_init(struct live *l, const struct live_options *options, struct emit *emit);
/* What is held is forgotten. */
void live_fini(struct live *l);

/* Sections and probes that events refer to: new ones came. 0 or a negative errno. */
int live_learn(struct live *l, const struct input_names *names);

/* An event, in the order of time. One of no packet goes out at once. 0 or a negative errno;
 * here and below. */
int live_event(struct live *l, const struct retis_event *event);
/* Marks the series of its time; goes out at once. */
int live_loss(struct live *l, const struct retis_loss *loss);

/* A look: each packet that is still there, and what it is a copy of; it is over at NOW. */
void live_look(struct live *l);
int live_see(struct live *l, const struct packet_id *id, const struct packet_id *parent);
void live_look_over(struct live *l, uint64_t now);

/* All events and losses up to UNTIL have come: tells one series of those that are ready, in the
 * order their packets were first seen in. 1: there are more, and nothing else is to be done
 * before they are told. */
int live_tick(struct live *l, uint64_t until);
/* The same when it is over. */
int live_rest(struct live *l);

#endif
