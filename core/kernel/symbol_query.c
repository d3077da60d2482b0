/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A BPF program that looks a symbol up, run once. The kernel takes 40 ms and more to
 * write /proc/kallsyms, and microseconds for this; Linux 5.16 and later can.
 */
#include "core/kernel/symbol_query.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/util/insn.h"

/* On the program's stack. */
#define NAME_WORDS 16
#define NAME_AT (-4 * NAME_WORDS)
#define RESULT_AT (NAME_AT - 8)

/* NAME has NAME_WORDS words. Its address goes into the context, 8 bytes. */
static int load_query(const __s32 *name)
{
	const struct bpf_insn ask[] = {
		INSN_MOV_REG(BPF_REG_6, BPF_REG_1),
		INSN_STORE_IMM(BPF_DW, BPF_REG_10, RESULT_AT, 0),
		INSN_MOV_REG(BPF_REG_1, BPF_REG_10),
		INSN_ADD(BPF_REG_1, NAME_AT),
		INSN_MOV(BPF_REG_2, 4 * NAME_WORDS),
		INSN_MOV(BPF_REG_3, 0),
		INSN_MOV_REG(BPF_REG_4, BPF_REG_10),
		INSN_ADD(BPF_REG_4, RESULT_AT),
		INSN_CALL(0, BPF_FUNC_kallsyms_lookup_name),
		INSN_LOAD(BPF_REG_1, BPF_REG_10, RESULT_AT),
		INSN_STORE(BPF_REG_6, 0, BPF_REG_1),
		INSN_EXIT(),
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_flags = BPF_F_SLEEPABLE);
	struct bpf_insn program[NAME_WORDS + sizeof(ask) / sizeof(ask[0])];

	for (int i = 0; i < NAME_WORDS; i++)
		program[i] = INSN_STORE_IMM(BPF_W, BPF_REG_10, NAME_AT + 4 * i, name[i]);
	memcpy(program + NAME_WORDS, ask, sizeof(ask));
	return bpf_prog_load(BPF_PROG_TYPE_SYSCALL, "retis", "GPL", program,
			     sizeof(program) / sizeof(program[0]), &opts);
}

int query_symbol(const char *name, uint64_t *address)
{
	__s32 words[NAME_WORDS] = {};
	uint64_t found = 0;
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &found, .ctx_size_in = sizeof(found));
	int fd, err;

	if (strlen(name) >= sizeof(words))
		return -ENAMETOOLONG;
	memcpy(words, name, strlen(name));
	fd = load_query(words);
	if (fd < 0)
		return fd;
	err = bpf_prog_test_run_opts(fd, &run);
	close(fd);
	if (!err)
		err = (int)run.retval;
	if (!err)
		*address = found;
	return err;
}
