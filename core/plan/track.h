/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The probes that tell what becomes of packets. */
#ifndef CORE_PLAN_TRACK_H
#define CORE_PLAN_TRACK_H

#include "core/plan/plan.h"

/* As far as can be told from what was asked for: will there be any at functions? */
bool plan_may_track_functions(const struct plan *plan);

/* The user wants none, or for tests. */
bool plan_refuses_tracking(const struct plan *plan);
/* PROBE is at a function that frees its packet, or may have. */
bool plan_ends_packet(const struct probe *probe);
/* Probes at functions work here. */
bool plan_sees_functions(void);

/* Adds them behind all others, if packets are to be tracked. What can't be seen on
 * this kernel is said. */
void plan_tracking(struct plan *plan);

/* One of them could not be attached. */
void plan_tracker_failed(const struct probe *probe, const char *why);

#endif
