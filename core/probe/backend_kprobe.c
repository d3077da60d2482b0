/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kprobes one by one, as perf events of a kind that the kernel has a number for
 * in sysfs. The link keeps the event alive.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/probe/backend.h"

#define KPROBE_PMU "/sys/bus/event_source/devices/kprobe/"

int backend_read_number(const char *path, const char *format, unsigned int *number)
{
	FILE *f = fopen(path, "re");
	int n;

	if (!f)
		return -errno;
	n = fscanf(f, format, number);
	fclose(f);
	return n == 1 ? 0 : -EINVAL;
}

static int open_event(const struct backend_target *target, bool at_return)
{
	struct perf_event_attr attr = { .size = sizeof(attr) };
	unsigned int type, bit = 0;
	int fd, err = backend_read_number(KPROBE_PMU "type", "%u", &type);

	if (!err && at_return)
		err = backend_read_number(KPROBE_PMU "format/retprobe", "config:%u", &bit);
	if (err)
		return err == -ENOENT ? -EOPNOTSUPP : err;
	attr.type = type;
	attr.config = at_return ? 1ULL << bit : 0;
	if (target->address)
		attr.kprobe_addr = target->address;
	else
		attr.kprobe_func = (uint64_t)(uintptr_t)target->name;
	fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int backend_link_event(int prog, int event, uint64_t cookie)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .perf_event.bpf_cookie = cookie);
	int fd = bpf_link_create(prog, event, BPF_PERF_EVENT, &opts);

	if (fd < 0)
		fd = -errno;
	close(event);
	return fd;
}

int backend_attach_kprobe(const struct backend_ops *ops, int prog,
			  const struct backend_target *target, bool entry)
{
	int event = open_event(target, backend_returns(ops) && !entry);

	return event < 0 ? event : backend_link_event(prog, event, target->cookie);
}

/* struct bpf_link_info of a kprobe, since 6.7; nothing is known there before. */
struct kprobe_link_info {
	uint32_t type, id, prog_id, reserved;
	uint32_t event_type, reserved2;
	uint64_t func_name;
	uint32_t name_len, offset;
	uint64_t addr, missed, cookie;
};

uint64_t backend_missed_kprobe(int link)
{
	struct kprobe_link_info info = {};
	uint32_t size = sizeof(info);

	return bpf_obj_get_info_by_fd(link, &info, &size) ? 0 : info.missed;
}
