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

enum feature_id {
	FEATURE_RAW_TP,
	FEATURE_FENTRY,
	FEATURE_FEXIT,
	FEATURE_KPROBE,
	FEATURE_KRETPROBE,
	FEATURE_KPROBE_MULTI,
	FEATURE_KRETPROBE_MULTI,
	FEATURE_KPROBE_SESSION,
	FEATURE_UPROBE,
	FEATURE_COUNT,
};

struct feature {
	/* "fentry" and what it is good for; static text. */
	const char *name;
	const char *purpose;
	/* 1: there, 0 or a negative errno: not. */
	int result;
	/* Why it isn't there; empty if it is. */
	char why[160];
};

/* Tries it the first time. Not to be called from several threads at once. */
const struct feature *feature_get(enum feature_id id);

/* The one that BACKEND, not BACKEND_NONE, stands or falls with. */
enum feature_id feature_of_backend(enum backend backend);

#endif
