/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What hooks of plugins count as lost, in maps of their own. */
#ifndef CORE_PLAN_COUNTERS_H
#define CORE_PLAN_COUNTERS_H

#include <stdint.h>

#include "core/plan/plan.h"

/* Do the object and the description have the same counters? Else the reason, static text. */
const char *counters_check(const struct collector *c);

/* What is new of all collectors since the last look, or a negative errno. */
int64_t counters_look(const struct plan *plan);

/* A line for each, while collecting and at the end. */
void counters_warn(const struct plan *plan);
void counters_report(const struct plan *plan);

#endif
