/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Raw tracepoints, fentry and fexit: one system call serves them all. */
#include <bpf/bpf.h>
#include <errno.h>

#include "core/probe/backend.h"

int backend_attach_raw(const struct backend_ops *ops, int prog, const struct backend_target *target,
		       bool entry)
{
	int fd = bpf_raw_tracepoint_open(ops->typed ? NULL : target->name, prog);

	(void)entry;
	return fd < 0 ? -errno : fd;
}
