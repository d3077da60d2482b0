/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this process may do, before it tries. */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/probe/features.h"
#include "core/session/session.h"
#include "core/util/log.h"

#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#endif
#ifndef CAP_BPF
#define CAP_BPF 39
#endif

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool has(const struct __user_cap_data_struct *data, unsigned int capability)
{
	return data[capability / 32].effective >> (capability % 32) & 1;
}

static int get(struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return syscall(SYS_capget, &header, data) ? -errno : 0;
}

/* Without it kernel addresses are hidden, and functions go by their names. */
static void check_syslog(const struct __user_cap_data_struct *data)
{
	if (!has(data, CAP_SYSLOG))
		log_info("CAP_SYSLOG is missing: addresses of kernel symbols may be hidden, then "
			 "stack traces have no names");
}

int session_check_privileges(void)
{
	struct __user_cap_data_struct data[2] = {};
	int err = get(data);
	bool bpf, perfmon;

	if (err)
		return err;
	bpf = has(data, CAP_BPF) || has(data, CAP_SYS_ADMIN);
	perfmon = has(data, CAP_PERFMON) || has(data, CAP_SYS_ADMIN);
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

/* Still needed while collecting: for collectors that undo what they did to the
 * network, and for files that are opened later. */
static const unsigned int kept[] = { CAP_NET_ADMIN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH };

/* For more probes. */
static const unsigned int kept_to_attach[] = { CAP_BPF, CAP_PERFMON };

static void keep(uint32_t set[2], const unsigned int *capabilities, size_t n)
{
	for (size_t i = 0; i < n; i++)
		set[capabilities[i] / 32] |= 1u << capabilities[i] % 32;
}

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

void session_drop_privileges(bool attach)
{
	static const unsigned int administrator[] = { CAP_SYS_ADMIN };

	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {};
	uint32_t set[2] = {};

	if (get(data))
		return;
	keep(set, kept, COUNT(kept));
	if (attach)
		keep(set, kept_to_attach, COUNT(kept_to_attach));
	if (attach && needs_administrator())
		keep(set, administrator, COUNT(administrator));
	for (int i = 0; i < 2; i++) {
		data[i].effective &= set[i];
		data[i].permitted &= set[i];
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &header, data))
		log_warn("Could not drop privileges: %s", strerror(errno));
}
