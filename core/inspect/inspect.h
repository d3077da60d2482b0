/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What could be probed here, without probing it. */
#ifndef CORE_INSPECT_INSPECT_H
#define CORE_INSPECT_INSPECT_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "core/kernel/kernel.h"
#include "core/plugin/plugin.h"

struct inspect {
	struct kernel *kernel;
	const struct plugins *plugins;
	FILE *out;
	/* Whose usdt probes; 0: nobody's. */
	pid_t pid;
	/* With arguments, collectors and backends. */
	bool details;
	bool json;
};

/* Prints the probes PATTERN stands for that some collector can use. A negative
 * errno, after logging why, if there is nothing of that name. */
int inspect_probes(const struct inspect *inspect, const char *pattern);

/* Prints the table of what this kernel offers. 0 or -ENOMEM. */
int inspect_features(const struct inspect *inspect);

struct probe;

/* Prints one probe; FIRST: there was none before. 0 or -ENOMEM. */
int inspect_print(const struct inspect *inspect, const struct probe *probe, bool first);

/* The plugin has a hook that is called at this probe. */
bool inspect_reports(const struct plugin *plugin, const struct probe *probe);

/* What a probe among FUNCTIONS function probes would be attached by; NULL if by
 * nothing, with the reason of the best one in WHY. */
const char *inspect_backend(const struct probe *probe, size_t functions, char *why, size_t size);

#endif
