/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan in the kernel: its programs, where they are attached, the rings they fill. */
#ifndef CORE_LOAD_LOADED_H
#define CORE_LOAD_LOADED_H

#include <signal.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/plan/plan.h"

/* All zero: nothing is. */
struct loaded {
	struct engine *engine;
	/* The process that detaches the probes, and when it began, in ms. */
	pid_t detacher;
	int64_t detach_began;
};

/* These return 0, or a negative errno after logging why. */
int load_plan(struct plan *plan, struct loaded *loaded);
/* Of a probe that is useful and came later: the hooks it calls. */
int load_late(struct plan *plan, struct loaded *loaded, struct probe *probe);
/* -ECANCELED: a signal came meanwhile; -EAGAIN: a collector turned out to be broken, load it
 * without. */
int attach_plan(struct plan *plan, struct loaded *loaded);

/* The signals that end a collection. */
void attach_stop_signals(sigset_t *set);

/* Lets go of the probes, which another process then detaches; waits for it as
 * long as nobody minds. */
void loaded_detach(struct loaded *loaded);
void loaded_detach_wait(struct loaded *loaded);
/* Detaches and unloads it. */
void loaded_fini(struct loaded *loaded);

#endif
