/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --probe-stack: functions seen in the stack traces of events become probes, so
 * that a packet's path shows itself. All of it happens in the thread that hands
 * out events, ahead of those that told of the functions.
 */
#ifndef CORE_SESSION_PROBE_STACK_H
#define CORE_SESSION_PROBE_STACK_H

#include "core/collect/consumer.h"
#include "core/load/loaded.h"
#include "core/session/archive.h"

struct console;
struct probe_stack;
struct stories;

/* All borrowed. */
struct probe_stack_needs {
	struct plan *plan;
	struct loaded *loaded;
	struct archive *archive;
	const struct stack_names *names;
	struct console *console;
};

/*
 * With the privileges to attach, once the session's own probes are and after
 * stack_prepare(). PREVIEW is for the consumer; the console may not be
 * started. -ENOMEM; what else keeps it from working is logged, and no probes
 * will come.
 */
int probe_stack_start(const struct probe_stack_needs *needs, struct preview *preview,
		      struct probe_stack **out);

/* These accept NULL. */

/* Probes stay as they are in between: for other threads to look at them. */
void probe_stack_lock(struct probe_stack *p);
/* False: they are just coming, which may take seconds. */
bool probe_stack_try_lock(struct probe_stack *p);
void probe_stack_unlock(struct probe_stack *p);
/* No probes will come from now on. */
void probe_stack_end(struct probe_stack *p);
/* Once the consumer has ended. */
void probe_stack_free(struct probe_stack *p);

#endif
