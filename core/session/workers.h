/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Threads of collectors, and events that come from there. */
#ifndef CORE_SESSION_WORKERS_H
#define CORE_SESSION_WORKERS_H

#include "core/session/session.h"

/* A collector whose thread does not end in that time has no say any more. */
#define WORKER_PATIENCE_MS 2000

/* From here on collectors may add events. */
void workers_accept(struct session *s);
/* Once a collector's start() returned 0; one that has no work() gets no thread. */
int worker_start(struct collector *c);
/* Waits for it, but not forever: no event of it is taken after that. */
void worker_stop(struct collector *c);
/* For those that did not end in time: before anything they use goes. */
void worker_join(struct collector *c);

#endif
