/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Generated fills; see chain.h. */
#include "core/probe/chain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/probe/insn.h"

#define CHAIN_PER_HOOK (2 + CHAIN_ARGS + 1)
#define CHAIN_AROUND 4

/* Preserved by calls. */
enum {
	CTX = BPF_REG_6,
	EVENT = BPF_REG_7,
};

static struct bpf_insn argument(int reg, int16_t offset)
{
	return offset < 0 ? INSN_MOV(reg, 0) : INSN_LOAD(reg, CTX, offset);
}

static struct bpf_insn *emit_hook(struct bpf_insn *at, const struct chain_hook *hook)
{
	*at++ = INSN_MOV_REG(BPF_REG_1, CTX);
	*at++ = INSN_MOV_REG(BPF_REG_2, EVENT);
	for (int i = 0; i < CHAIN_ARGS; i++)
		*at++ = argument(BPF_REG_3 + i, hook->args[i]);
	*at++ = splice_call(hook->program);
	return at;
}

int chain_build(const struct chain_hook *hooks, size_t n, struct splice_code *code)
{
	struct bpf_insn *insns;
	struct bpf_insn *at;

	if (n > (SPLICE_MAX_INSNS - CHAIN_AROUND) / CHAIN_PER_HOOK)
		return -E2BIG;
	insns = calloc(n * CHAIN_PER_HOOK + CHAIN_AROUND, sizeof(*insns));
	if (!insns)
		return -ENOMEM;
	at = insns;
	*at++ = INSN_MOV_REG(CTX, BPF_REG_1);
	*at++ = INSN_MOV_REG(EVENT, BPF_REG_2);
	for (size_t i = 0; i < n; i++)
		at = emit_hook(at, &hooks[i]);
	*at++ = INSN_MOV(BPF_REG_0, 0);
	*at++ = INSN_EXIT();
	*code = (struct splice_code){ .insns = insns, .count = at - insns };
	return 0;
}

int chain_constant(uint64_t value, struct splice_code *code)
{
	const struct bpf_insn constant[] = { INSN_IMM64(BPF_REG_0, 0, value), INSN_EXIT() };
	struct bpf_insn *insns = malloc(sizeof(constant));

	if (!insns)
		return -ENOMEM;
	memcpy(insns, constant, sizeof(constant));
	*code = (struct splice_code){ .insns = insns, .count = 3 };
	return 0;
}
