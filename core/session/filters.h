/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Filters and fields in the kernel: from what was typed to code for each probe. */
#ifndef CORE_SESSION_FILTERS_H
#define CORE_SESSION_FILTERS_H

#include "core/session/session.h"

/* Those that return an int return 0, or a negative errno after logging why. */
int session_compile_filters(struct session *s);
void session_free_filters(struct session *s);
/* Fields of one's choice: before there are probes, and once they are known. */
int session_parse_fields(struct session *s);
int session_plan_fields(struct session *s);
void session_free_fields(struct session *s);
/* Some can be had there; what HOOK gets of the probe. */
bool fields_fit(const struct session *s, const struct probe *probe, struct engine_hook *hook);
/* Once probes are planned: what --filter-meta says of their calls. */
int session_plan_call_filter(struct session *s);
bool call_filter_fits(const struct session *s, const struct probe *probe, struct engine_hook *hook);
/* What the probes have for paths, borrowed. */
struct meta_probes session_arguments(struct session *s);
/* Which of PROBE's arguments ARGS are; false: it has none of them. */
bool session_place_arguments(const struct meta_arguments *args, const struct probe *probe,
			     struct engine_hook *hook);

#endif
