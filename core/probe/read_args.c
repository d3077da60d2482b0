/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/probe/read_args.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include <retis/bpf/ctx.h>

#include "core/util/insn.h"

/* The longest argument, and what is around them all. */
#define PER_ARG 18
#define AROUND 5

/* Preserved by calls. */
enum {
	REGS = BPF_REG_6,
	CTX = BPF_REG_7,
	FAILED = BPF_REG_8,
};

/* The number in REG, which is narrower. */
static struct bpf_insn *emit_narrowed(struct bpf_insn *at, int reg, const struct usdt_arg *arg)
{
	int lost = 64 - 8 * arg->size;

	if (arg->skip)
		*at++ = INSN(BPF_ALU64 | BPF_RSH | BPF_K, reg, 0, 0, arg->skip);
	if (!lost)
		return at;
	*at++ = INSN(BPF_ALU64 | BPF_LSH | BPF_K, reg, 0, 0, lost);
	*at++ = INSN(BPF_ALU64 | (arg->is_signed ? BPF_ARSH : BPF_RSH) | BPF_K, reg, 0, 0, lost);
	return at;
}

static struct bpf_insn *emit_imm64(struct bpf_insn *at, int reg, int64_t value)
{
	const struct bpf_insn insns[] = { INSN_IMM64(reg, 0, value) };

	*at++ = insns[0];
	*at++ = insns[1];
	return at;
}

/* Where it is in memory, to the third register. */
static struct bpf_insn *emit_address(struct bpf_insn *at, const struct usdt_arg *arg)
{
	at = emit_imm64(at, BPF_REG_3, arg->value);
	if (arg->base != USDT_NO_REGISTER) {
		*at++ = INSN_LOAD(BPF_REG_1, REGS, arg->base);
		*at++ = INSN_ADD_REG(BPF_REG_3, BPF_REG_1);
	}
	if (arg->index == USDT_NO_REGISTER)
		return at;
	*at++ = INSN_LOAD(BPF_REG_1, REGS, arg->index);
	*at++ = INSN(BPF_ALU64 | BPF_LSH | BPF_K, BPF_REG_1, 0, 0, arg->shift);
	*at++ = INSN_ADD_REG(BPF_REG_3, BPF_REG_1);
	return at;
}

/* The first bytes of its place, the others of which are zero. */
static struct bpf_insn *emit_memory(struct bpf_insn *at, const struct usdt_arg *arg, int16_t place)
{
	at = emit_address(at, arg);
	*at++ = INSN_MOV_REG(BPF_REG_1, CTX);
	*at++ = INSN_ADD(BPF_REG_1, place);
	*at++ = INSN_MOV(BPF_REG_2, arg->size);
	*at++ = INSN_CALL(0, BPF_FUNC_probe_read_user);
	*at++ = INSN(BPF_ALU64 | BPF_OR | BPF_X, FAILED, BPF_REG_0, 0, 0);
	*at++ = INSN_LOAD(BPF_REG_1, CTX, place);
	return at;
}

static struct bpf_insn *emit_read(struct bpf_insn *at, const struct usdt_arg *arg, int16_t place)
{
	switch (arg->kind) {
	case USDT_UNKNOWN:
		return at;
	case USDT_CONSTANT:
		at = emit_imm64(at, BPF_REG_1, arg->value);
		break;
	case USDT_REGISTER:
		*at++ = INSN_LOAD(BPF_REG_1, REGS, arg->base);
		break;
	case USDT_MEMORY:
		at = emit_memory(at, arg, place);
		break;
	}
	at = emit_narrowed(at, BPF_REG_1, arg);
	*at++ = INSN_STORE(CTX, place, BPF_REG_1);
	return at;
}

int read_args_build(const struct usdt_arg args[USDT_MAX_ARGS], uint32_t wanted,
		    struct splice_code *code)
{
	struct bpf_insn *insns = calloc(USDT_MAX_ARGS * PER_ARG + AROUND, sizeof(*insns));
	struct bpf_insn *at = insns;

	if (!insns)
		return -ENOMEM;
	*at++ = INSN_MOV_REG(REGS, BPF_REG_1);
	*at++ = INSN_MOV_REG(CTX, BPF_REG_2);
	*at++ = INSN_MOV(FAILED, 0);
	for (size_t i = 0; i < USDT_MAX_ARGS; i++)
		if (wanted >> i & 1)
			at = emit_read(at, &args[i],
				       (int16_t)(offsetof(struct retis_ctx, args) + 8 * i));
	*at++ = INSN_MOV_REG(BPF_REG_0, FAILED);
	*at++ = INSN_EXIT();
	*code = (struct splice_code){ .insns = insns, .count = (size_t)(at - insns) };
	return 0;
}
