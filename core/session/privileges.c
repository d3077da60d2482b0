/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is left of privileges while a collection runs. */
#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/kernel/settings.h"
#include "core/probe/features.h"
#include "core/session/privileges.h"
#include "core/util/confine.h"
#include "core/util/log.h"

#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#endif
#ifndef CAP_BPF
#define CAP_BPF 39
#endif

#define BIT(capability) (1ULL << (capability))

/* What is left in each thread once probes are attached, and who needs it. */
static const struct confinement roles[] = {
	/* Waits, looks for losses, stops collectors, ends the file. */
	[ROLE_MAIN] = { .writes = true },
	/* Writes event files: it opens and renames them. */
	[ROLE_STORE] = { .writes = true },
	/* Moves events out of the rings. */
	[ROLE_DRAIN] = {},
	/* Decodes and prints, with plugins' code. */
	[ROLE_PRINT] = {},
	/* Puts events in order and hands them out. */
	[ROLE_ORDER] = {},
	/* The same with --probe-stack: it attaches probes, too. */
	[ROLE_ORDER_AND_ATTACH] = { .capabilities = BIT(CAP_BPF) | BIT(CAP_PERFMON),
				    .writes = true },
};

/* Kprobes that can't be attached in one go are perf events. */
static bool needs_administrator(void)
{
	return perf_is_paranoid() && feature_get(BACKEND_KPROBE_MULTI)->result <= 0;
}

/* Files of a set are opened one after the other, in a folder that may be somebody
 * else's. */
bool confine_needs_override(const struct collect_options *o)
{
	const char *slash = o->out ? strrchr(o->out, '/') : NULL;
	char *folder;
	bool needs;

	if (!o->out || o->rotate.kind == RETIS_SPLIT_NONE)
		return false;
	folder = slash ? strndup(o->out, (size_t)(slash - o->out) + 1) : strdup(".");
	needs = folder && !confine_leaves_access(folder, W_OK | X_OK);
	free(folder);
	return needs;
}

void confine_worker(const struct retis_plugin *plugin)
{
	const struct confinement c = { .capabilities = plugin->capabilities,
				       .writes = plugin->writes };
	int err = confine_thread(&c);

	if (err)
		log_warn("Collector %s: its thread could not give up all privileges: %s",
			 plugin->name, strerror(-err));
}

void confine_role(bool override, enum collect_role role)
{
	struct confinement c = roles[role];
	int err;

	if (role == ROLE_ORDER_AND_ATTACH && needs_administrator())
		c.capabilities |= BIT(CAP_SYS_ADMIN);
	if (override && (role == ROLE_MAIN || role == ROLE_STORE))
		c.capabilities |= BIT(CAP_DAC_OVERRIDE);
	err = confine_thread(&c);
	/* Once is enough. */
	if (err && role == ROLE_MAIN)
		log_warn("Not all privileges could be given up: %s", strerror(-err));
}
