/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this process may do, before it tries. */
#include <errno.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/session/session.h"
#include "core/util/log.h"

#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#endif
#ifndef CAP_BPF
#define CAP_BPF 39
#endif

static bool has(const struct __user_cap_data_struct *data, unsigned int capability)
{
	return data[capability / 32].effective >> (capability % 32) & 1;
}

int session_check_privileges(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {};
	bool bpf, perfmon;

	if (syscall(SYS_capget, &header, data))
		return -errno;
	bpf = has(data, CAP_BPF) || has(data, CAP_SYS_ADMIN);
	perfmon = has(data, CAP_PERFMON) || has(data, CAP_SYS_ADMIN);
	if (bpf && perfmon)
		return 0;
	log_fatal("not permitted to trace: run as root, or with %s%s%s", bpf ? "" : "CAP_BPF",
		  !bpf && !perfmon ? " and " : "", perfmon ? "" : "CAP_PERFMON");
	return -EPERM;
}
