/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program that does nothing is loaded and attached to a function that is never
 * called, bpf_fentry_test1(): kernels have it for their own tests.
 */
#include "core/kernel/settings.h"
#include "core/probe/features.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/usdt/usdt.h"
#include "core/util/insn.h"

#define TEST_FUNCTION "bpf_fentry_test1"
#define TEST_TRACEPOINT "sys_enter"

/* The BTF id of the test function, or a negative errno. */
static int function_id(void)
{
	struct btf *btf = btf__load_vmlinux_btf();
	int id;

	if (!btf)
		return -errno;
	id = btf__find_by_name_kind(btf, TEST_FUNCTION, BTF_KIND_FUNC);
	btf__free(btf);
	return id;
}

static int load_test_program(const struct backend_ops *ops)
{
	const struct bpf_insn nothing[] = { INSN_MOV(BPF_REG_0, 0), INSN_EXIT() };
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = (enum bpf_attach_type)ops->attach_type);
	int fd, id = ops->typed ? function_id() : 0;

	if (id < 0)
		return id;
	opts.attach_btf_id = (uint32_t)id;
	fd = bpf_prog_load(ops->type, "retis", "GPL", nothing, 2, &opts);
	return fd < 0 ? -errno : fd;
}

/* Where our own feature_get() is. */
static int find_self(void *arg, const struct mapping *m)
{
	uint64_t here = (uint64_t)(uintptr_t)feature_get;
	struct usdt_site *site = arg;

	if (here < m->start || here >= m->end)
		return 0;
	site->offset = here - m->start + m->offset;
	return 1;
}

static int attach_to_self(const struct backend_ops *ops, int prog)
{
	struct usdt_file file = { .pid = getpid(), .fd = process_open_file("/proc/self/exe") };
	struct usdt_site site = { .file = &file };
	const struct backend_target target = { .site = &site };
	int link = file.fd;

	if (link >= 0)
		link = process_each_mapping(file.pid, find_self, &site) == 1
			       ? ops->attach(ops, prog, &target, false)
			       : -ENOENT;
	if (file.fd >= 0)
		close(file.fd);
	return link;
}

static int attach_test_program(const struct backend_ops *ops, int prog)
{
	bool function = ops->type != BPF_PROG_TYPE_RAW_TRACEPOINT;
	struct backend_target target = { .name = function ? TEST_FUNCTION : TEST_TRACEPOINT };

	if (backend_is_user(ops))
		return attach_to_self(ops, prog);
	if (ops->attach_many)
		return ops->attach_many(ops, prog, &target, 1, false);
	return ops->attach(ops, prog, &target, false);
}

static int try_backend(const struct backend_ops *ops, const char **step)
{
	int link, prog;

	*step = "attaching";
	if (ops->type != BPF_PROG_TYPE_RAW_TRACEPOINT && !backend_is_user(ops) && ftrace_is_off())
		return -ENODEV;
	prog = load_test_program(ops);
	*step = "loading";
	if (prog < 0)
		return prog;
	*step = "attaching";
	link = attach_test_program(ops, prog);
	close(prog);
	if (link < 0)
		return link;
	close(link);
	return 1;
}

const struct feature *feature_get(enum backend backend)
{
	static struct feature features[BACKEND_COUNT];
	const struct backend_ops *ops = backend_get(backend);
	struct feature *f = &features[backend];
	const char *step;

	if (f->name)
		return f;
	f->name = ops->feature ? ops->feature : ops->name;
	f->result = try_backend(ops, &step);
	if (f->result == -ENODEV)
		snprintf(f->why, sizeof(f->why), "ftrace is off: sysctl kernel.ftrace_enabled=1");
	else if (f->result <= 0)
		snprintf(f->why, sizeof(f->why), "this kernel does not allow %s such programs (%s)",
			 step, f->result == -524 ? "not supported" : strerror(-f->result));
	return f;
}
