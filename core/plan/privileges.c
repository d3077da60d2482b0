/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this process may do, before it tries. */
#include <errno.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/plan/plan.h"
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

bool plan_may(unsigned int capability)
{
	struct __user_cap_data_struct data[2] = {};

	return !read_capabilities(data) && has_capability(data, capability);
}

/* Without it kernel addresses are hidden, and functions go by their names. */
static void check_syslog(const struct __user_cap_data_struct *data)
{
	if (!has_capability(data, CAP_SYSLOG))
		log_info("CAP_SYSLOG is missing: addresses of kernel symbols may be hidden, then "
			 "stack traces have no names");
}

int plan_check_privileges(void)
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
			      "BPF,PERFMON,SYSLOG' gives them");
	return -EPERM;
}
