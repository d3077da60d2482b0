/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collectors while they run: their threads, and events that come from there. */
#ifndef CORE_SESSION_WORKERS_H
#define CORE_SESSION_WORKERS_H

#include "core/plan/plan.h"

/* A collector whose thread does not end in that time has no say any more. */
#define WORKER_PATIENCE_MS 2000

/* From here on collectors may add events, to MAILBOX. A negative errno, after logging why, if one
 * that was asked for could not be started. */
int workers_start(struct plan *plan, struct mailbox *mailbox);
/* Time has passed. */
void workers_tick(const struct plan *plan);
/* Waits for threads, but not forever: no event of them is taken after that. */
void workers_stop(struct plan *plan);
/* For those that did not end in time: before anything they use goes. */
void workers_join(struct plan *plan);

#endif
