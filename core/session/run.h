/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A collection while it runs, within core/session: what has been loaded, what was opened for it,
 * and the threads that move, print and store events. */
#ifndef CORE_SESSION_RUN_H
#define CORE_SESSION_RUN_H

#include "core/collect/console.h"
#include "core/collect/consumer.h"
#include "core/load/loaded.h"
#include "core/session/archive.h"
#include "core/session/command.h"
#include "core/session/losses.h"
#include "core/session/privileges.h"
#include "core/session/stack.h"
#include "core/session/symbol_names.h"
#include "core/session/watch.h"

struct run {
	/* All borrowed. */
	struct plan *plan;
	struct loaded *loaded;
	struct archive *archive;
	const struct command_limits *limits;

	struct printer printer;
	struct printer_stack stack;
	struct stack_names stack_names;
	struct symbol_names symbol_names;
	struct mailbox *mailbox;
	struct queue *queue;
	struct drain *drain;
	struct consumer *consumer;
	/* Names of symbols, the file, the console. */
	struct sink *sinks;
	size_t n_sinks;
	size_t room_sinks;
	struct console console;
	/* NULL without --sort. */
	struct stories *stories;
	struct losses losses;
	struct watch watch;
	/* NULL without --probe-stack. */
	struct probe_stack *probe_stack;
	struct preview preview;
	int signals;
	int timer;
	/* A pipe: the consumer has enough. */
	int wake[2];
	/* Keeps the kernel's statistics on. */
	int stats;
	struct command_run command;
	/* When collectors had their tick last, ns. */
	uint64_t ticked;
	bool stop;
	int error;
};

/* Runs it until it is stopped. 0, or a negative errno after logging why. */
int run_collection(struct plan *plan, struct loaded *loaded, struct archive *archive,
		   const struct command_limits *limits);

/* --- parts: start.c, finish.c, collect.c ------------------------------------------- */

/* Threads, collectors, the command; probes report from then on. */
int run_start(struct run *r);
/* Probes report no more: what is on its way gets to its end, and how it went is said. 0 or a
 * negative errno after logging why. */
int run_finish(struct run *r);

/* The same signal as the one that ended it ends the process from here on. */
void run_restore_signals(const struct run *r);
/* NOW: even if it takes a while. Returns what losses_look() does. */
int64_t run_look_for_losses(struct run *r, bool now);
/* Some were found. */
void run_mind_losses(struct run *r);

#endif
