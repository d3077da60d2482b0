/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Places in programs and libraries, one by one, as perf events. The kernel also counts up the
 * semaphore by which a program knows that somebody looks, in each process, for as long as the
 * event is there.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/probe/backend.h"
#include "core/usdt/usdt.h"

#define UPROBE_PMU "/sys/bus/event_source/devices/uprobe/"

/* By its descriptor: no name can come to mean another file. */
static int open_place(const struct usdt_site *site)
{
	struct perf_event_attr attr = { .size = sizeof(attr) };
	pid_t pid = site->file->pid ? site->file->pid : -1;
	unsigned int type, bit = 0;
	char path[64];
	int fd, err = backend_read_number(UPROBE_PMU "type", "%u", &type);

	if (!err && site->semaphore)
		err = backend_read_number(UPROBE_PMU "format/ref_ctr_offset", "config:%u", &bit);
	if (err)
		return err == -ENOENT ? -EOPNOTSUPP : err;
	if (bit && site->semaphore >> (64 - bit))
		return -ERANGE;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", site->file->fd);
	attr.type = type;
	attr.config = bit ? site->semaphore << bit : 0;
	attr.uprobe_path = (uint64_t)(uintptr_t)path;
	attr.probe_offset = site->offset;
	fd = (int)syscall(SYS_perf_event_open, &attr, pid, pid < 0 ? 0 : -1, -1,
			  PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int backend_attach_uprobe(const struct backend_ops *ops, int prog,
			  const struct backend_target *target, bool entry)
{
	int event = open_place(target->site);

	(void)ops;
	(void)entry;
	return event < 0 ? event : backend_link_event(prog, event, target->cookie);
}
