/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run of `retis collect`, as a sequence: a plan (plan.h) is made, loaded into the kernel and
 * attached there (loaded.h), runs (run.h), is drained, and what became of it is said
 * (diagnose.h). Each step gets what the ones before it have made; whatever state it is left in,
 * all is undone at the end.
 */
#ifndef CORE_SESSION_SESSION_H
#define CORE_SESSION_SESSION_H

#include "core/plan/options.h"

struct plugins;

/* Runs the collection until it is stopped. 0, or a negative errno after the reason was logged. */
int session_run(const struct collect_options *options, struct plugins *plugins);

#endif
