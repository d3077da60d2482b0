/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The probes that tell what becomes of packets. */
#ifndef CORE_SESSION_TRACK_H
#define CORE_SESSION_TRACK_H

#include "core/session/session.h"

/* As far as can be told from what was asked for: will there be any at functions? */
bool session_may_track_functions(const struct session *s);

/* The user wants none, or for tests. */
bool session_refuses_tracking(const struct session *s);
/* Probes at functions work here. */
bool session_sees_functions(void);

/* Adds them behind all others, if packets are to be tracked. What can't be seen on
 * this kernel is said. */
void session_plan_tracking(struct session *s);

/* One of them could not be attached. */
void session_tracker_failed(const struct probe *probe, const char *why);

#endif
