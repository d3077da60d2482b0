/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adding probes to a plan's list: in the kernel probes.c, in programs usdt_probes.c. */
#ifndef CORE_PLAN_PROBES_H
#define CORE_PLAN_PROBES_H

#include "core/plan/plan.h"

/* All that there are of a usdt probe: it may be at several places. */
int plan_add_usdt(struct plan *plan, struct probe *probe);
/* PROBE to the list, as its last one. */
int plan_append_probe(struct plan *plan, const struct probe *probe);
/* What was asked for in PROBE is asked for in TO, which is at the same place. */
void plan_merge_probe(struct probe *to, const struct probe *probe);
/* There is no such probe, for the reason WHY ("": none matches): said, and the end of the run
 * only if the user asked for it. */
int plan_probe_missing(const struct probe *probe, int err, const char *why);

#endif
