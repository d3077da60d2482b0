/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the running kernel lets us do, found out by trying: versions and
 * configurations lie, as do kernels that are locked down. Every answer is
 * looked for once, when it is first asked for.
 */
#ifndef CORE_PROBE_FEATURES_H
#define CORE_PROBE_FEATURES_H

#include <stddef.h>

#include "core/probe/backend.h"

struct feature {
	/* Static text. */
	const char *name;
	/* 1: there, 0 or a negative errno: not. */
	int result;
	/* Why it isn't there; empty if it is. */
	char why[160];
};

/* What BACKEND, not BACKEND_NONE, stands or falls with. Tries it the first time. Not to be called
 * from several threads at once. */
const struct feature *feature_get(enum backend backend);

#endif
