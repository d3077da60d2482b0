/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The thread that takes events from the queue, puts them in order and hands each
 * to the sinks: the console, a file. One that is slow needs a queue of its own, see
 * core/collect/outlet.h.
 */
#ifndef CORE_COLLECT_CONSUMER_H
#define CORE_COLLECT_CONSUMER_H

#include <stddef.h>
#include <stdint.h>

#include <retis/reader.h>

struct consumer;
struct order_entry;
struct queue;

/* Where events go. All but `event` may be NULL; called in the consumer's
 * thread. They return 0, or a negative errno: then the collection ends; but
 * -EBADMSG only means that this event can't be read. */
struct sink {
	void *arg;
	int (*event)(void *arg, const struct retis_event *event);
	int (*loss)(void *arg, const struct retis_loss *loss);
	/* Events have run out for now; NOW is CLOCK_MONOTONIC, ns. All that is older than
	 * UNTIL has come, and what got lost of it is known. */
	int (*flush)(void *arg, uint64_t now, uint64_t until);
	/* Of an outlet's sink: no more will come. Passes on some of what it holds; 1: there
	 * is more. */
	int (*rest)(void *arg);
};

/* Who sees events ahead of the sinks, in the consumer's thread; NULL: nobody. */
struct preview {
	void *arg;
	/* N events, of which none was handed out yet. */
	void (*ahead)(void *arg, const struct order_entry *entries, size_t n);
	/* The next one to be handed out; it may be made smaller. */
	void (*trim)(void *arg, struct retis_event *event);
};

struct consumer_result {
	/* Events handed to all sinks. */
	uint64_t events;
	/* Their size on the wire, in bytes. */
	uint64_t bytes;
	/* Events that could not be read. */
	uint64_t bad;
	/* 0, or what a sink returned. */
	int error;
};

struct consumer_options {
	/* Borrowed. */
	const struct sink *sinks;
	size_t n_sinks;
	/* Both or none. */
	struct preview preview;
	/* Borrowed. */
	struct queue *queue;
	/* Events to take; 0: no limit. */
	uint64_t limit;
	/* When the thread has no use for more events, a byte is written there. */
	int wake;
};

/* Starts it. It ends when the queue does. */
int consumer_start(const struct consumer_options *options, struct consumer **out);

/* All losses up to time UNTIL that were not reported before, in any thread; they come behind
 * the events up to now. -ENOMEM. */
int consumer_losses(struct consumer *c, const struct retis_loss *losses, size_t n, uint64_t until);

/* Waits until it has ended. Losses may still be reported after that. */
void consumer_stop(struct consumer *c);
/* Hands out the last losses. C may be NULL. */
void consumer_finish(struct consumer *c, struct consumer_result *result);

#endif
