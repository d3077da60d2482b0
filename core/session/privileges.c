/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this process may do, before it tries; and what is left of that while it
 * collects. */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/probe/features.h"
#include "core/session/privileges.h"
#include "core/session/session.h"
#include "core/util/confine.h"
#include "core/util/log.h"

#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#endif
#ifndef CAP_BPF
#define CAP_BPF 39
#endif

static bool has_capability(const struct __user_cap_data_struct *data, unsigned int capability)
{
	return data[capability / 32].effective >> (capability % 32) & 1;
}

static int read_capabilities(struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return syscall(SYS_capget, &header, data) ? -errno : 0;
}

/* Without it kernel addresses are hidden, and functions go by their names. */
static void check_syslog(const struct __user_cap_data_struct *data)
{
	if (!has_capability(data, CAP_SYSLOG))
		log_info("CAP_SYSLOG is missing: addresses of kernel symbols may be hidden, then "
			 "stack traces have no names");
}

int session_check_privileges(void)
{
	struct __user_cap_data_struct data[2] = {};
	int err = read_capabilities(data);
	bool bpf, perfmon;

	if (err)
		return err;
	bpf = has_capability(data, CAP_BPF) || has_capability(data, CAP_SYS_ADMIN);
	perfmon = has_capability(data, CAP_PERFMON) || has_capability(data, CAP_SYS_ADMIN);
	if (bpf && perfmon) {
		check_syslog(data);
		return 0;
	}
	/* Root without them is what containers have. */
	log_fatal("not permitted to trace: run as root, or with %s%s%s: %s", bpf ? "" : "CAP_BPF",
		  !bpf && !perfmon ? " and " : "", perfmon ? "" : "CAP_PERFMON",
		  geteuid() ? "'sudo retis collect'"
			    : "for a container, 'podman run --cap-add "
			      "BPF,PERFMON,SYSLOG,NET_ADMIN' gives them");
	return -EPERM;
}

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

/* Where perf events are for administrators only, as some distributions have it,
 * so are kprobes that can't be attached in one go. */
static bool needs_administrator(void)
{
	FILE *f = fopen("/proc/sys/kernel/perf_event_paranoid", "re");
	int level = 0;

	if (!f)
		return false;
	if (fscanf(f, "%d", &level) != 1)
		level = 0;
	fclose(f);
	return level > 2 && feature_get(FEATURE_KPROBE_MULTI)->result <= 0;
}

/* Files of a set are opened one after the other, in a folder that may be somebody
 * else's. */
bool session_needs_override(const struct session_options *o)
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

void session_confine_worker(const struct retis_plugin *plugin)
{
	const struct confinement c = { .capabilities = plugin->capabilities,
				       .writes = plugin->writes };
	int err = confine_thread(&c);

	if (err)
		log_warn("Collector %s: its thread could not give up all privileges: %s",
			 plugin->name, strerror(-err));
}

void session_confine(const struct session *s, enum session_role role)
{
	struct confinement c = roles[role];
	int err;

	if (role == ROLE_ORDER_AND_ATTACH && needs_administrator())
		c.capabilities |= BIT(CAP_SYS_ADMIN);
	if (s->override && (role == ROLE_MAIN || role == ROLE_STORE))
		c.capabilities |= BIT(CAP_DAC_OVERRIDE);
	err = confine_thread(&c);
	/* Once is enough. */
	if (err && role == ROLE_MAIN)
		log_warn("Not all privileges could be given up: %s", strerror(-err));
}
