/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filters and fields in the kernel: from what was typed to code for each probe. */
#ifndef CORE_PLAN_FILTERS_H
#define CORE_PLAN_FILTERS_H

#include "core/plan/plan.h"

/* Those that return an int return 0, or a negative errno after logging why. */
int plan_compile_filters(struct plan *plan);
void plan_free_filters(struct plan *plan);
/* Fields of one's choice: before there are probes, and once they are known. */
int plan_parse_fields(struct plan *plan);
int plan_fields(struct plan *plan);
void plan_free_fields(struct plan *plan);
/* Some can be had there; what HOOK gets of the probe. */
bool fields_fit(const struct plan *plan, const struct probe *probe, struct engine_hook *hook);
/* Once probes are planned: what --filter-meta says of their calls. */
int plan_call_filter(struct plan *plan);
bool call_filter_fits(const struct plan *plan, const struct probe *probe, struct engine_hook *hook);
/* What the probes have for paths, borrowed. */
struct meta_probes plan_arguments(struct plan *plan);
/* Which of PROBE's arguments ARGS are; false: it has none of them. */
bool plan_place_arguments(const struct meta_arguments *args, const struct probe *probe,
			  struct engine_hook *hook);

#endif
