/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kprobes on many functions in one go. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/probe/backend.h"

/* Filled in as the kernel wants them: addresses, or names where they are
 * hidden. */
struct lists {
	uint64_t *places;
	uint64_t *cookies;
	bool by_name;
};

static int fill_lists(struct lists *l, const struct backend_target *targets, size_t n)
{
	*l = (struct lists){ .places = calloc(n, sizeof(*l->places)),
			     .cookies = calloc(n, sizeof(*l->cookies)) };
	if (!l->places || !l->cookies)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		l->by_name |= !targets[i].address;
	for (size_t i = 0; i < n; i++) {
		l->places[i] =
			l->by_name ? (uint64_t)(uintptr_t)targets[i].name : targets[i].address;
		l->cookies[i] = targets[i].cookie;
	}
	return 0;
}

static int create_link(const struct backend_ops *ops, int prog, const struct lists *l, size_t n,
		       bool entry)
{
	union bpf_attr attr = {};
	uint64_t places = (uint64_t)(uintptr_t)l->places;
	bool session = !ops->entry && backend_returns(ops);
	int fd;

	attr.link_create.prog_fd = (uint32_t)prog;
	attr.link_create.attach_type = ops->attach_type;
	attr.link_create.kprobe_multi.cnt = (uint32_t)n;
	attr.link_create.kprobe_multi.cookies = (uint64_t)(uintptr_t)l->cookies;
	if (backend_returns(ops) && !entry && !session)
		attr.link_create.kprobe_multi.flags = BPF_F_KPROBE_MULTI_RETURN;
	if (l->by_name)
		attr.link_create.kprobe_multi.syms = places;
	else
		attr.link_create.kprobe_multi.addrs = places;
	fd = (int)syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));
	return fd < 0 ? -errno : fd;
}

int backend_attach_multi(const struct backend_ops *ops, int prog,
			 const struct backend_target *targets, size_t n, bool entry)
{
	struct lists l;
	int fd = fill_lists(&l, targets, n);

	if (!fd)
		fd = create_link(ops, prog, &l, n, entry);
	free(l.places);
	free(l.cookies);
	return fd;
}

/* struct bpf_link_info of kprobe.multi; `missed` since 6.7, 0 before. */
struct multi_link_info {
	uint32_t type, id, prog_id, reserved;
	uint64_t addrs;
	uint32_t count, flags;
	uint64_t missed, cookies;
};

uint64_t backend_missed_multi(int link)
{
	struct multi_link_info info = {};
	uint32_t size = sizeof(info);

	return bpf_obj_get_info_by_fd(link, &info, &size) ? 0 : info.missed;
}
