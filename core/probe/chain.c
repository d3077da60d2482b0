/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Generated fills; see chain.h. */
#include "core/probe/chain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <retis/bpf/ctx.h>
#include <retis/event.h>

#include "core/util/insn.h"

#define CHAIN_PER_HOOK 15
#define CHAIN_AROUND 5

/* Preserved by calls. */
enum {
	CTX = BPF_REG_6,
	EVENT = BPF_REG_7,
	SIZE = BPF_REG_8,
};

#define EVENT_SIZE ((int16_t)offsetof(struct retis_event, size))
#define CTX_SPOILED ((int16_t)offsetof(struct retis_ctx, spoiled))

static struct bpf_insn *emit_call(struct bpf_insn *at, const struct chain_hook *hook)
{
	*at++ = INSN_MOV_REG(BPF_REG_1, CTX);
	*at++ = INSN_MOV_REG(BPF_REG_2, EVENT);
	*at++ = splice_call(hook->program);
	return at;
}

/* An event only grows, by whole words, up to its limit. */
static struct bpf_insn *emit_checked_call(struct bpf_insn *at, const struct chain_hook *hook)
{
	*at++ = INSN_LOAD_SIZE(BPF_W, SIZE, EVENT, EVENT_SIZE);
	at = emit_call(at, hook);
	*at++ = INSN_LOAD_SIZE(BPF_W, BPF_REG_1, EVENT, EVENT_SIZE);
	*at++ = INSN_IF_REG(BPF_JLT, BPF_REG_1, SIZE, 3);
	*at++ = INSN_IF(BPF_JGT, BPF_REG_1, RETIS_EVENT_MAX, 2);
	*at++ = INSN_ALU32(BPF_AND, BPF_REG_1, RETIS_ALIGN - 1);
	*at++ = INSN_IF(BPF_JEQ, BPF_REG_1, 0, 2);
	*at++ = INSN_STORE_SIZE(BPF_W, EVENT, EVENT_SIZE, SIZE);
	*at++ = INSN_STORE_IMM(BPF_W, CTX, CTX_SPOILED, (int32_t)hook->program + 1);
	if (!hook->decides)
		return at;
	*at++ = INSN_LOAD_SIZE(BPF_W, BPF_REG_1, EVENT, EVENT_SIZE);
	*at++ = INSN_IF_REG(BPF_JGT, BPF_REG_1, SIZE, 1);
	*at++ = INSN_EXIT();
	return at;
}

int chain_build(const struct chain_hook *hooks, size_t n, enum retis_stage stage,
		struct splice_code *code)
{
	struct bpf_insn *insns, *at;

	if (n > (SPLICE_MAX_INSNS - CHAIN_AROUND) / CHAIN_PER_HOOK)
		return -E2BIG;
	insns = calloc(n * CHAIN_PER_HOOK + CHAIN_AROUND, sizeof(*insns));
	if (!insns)
		return -ENOMEM;
	at = insns;
	*at++ = INSN_MOV_REG(CTX, BPF_REG_1);
	*at++ = stage == RETIS_STAGE_COLLECT ? INSN_MOV_REG(EVENT, BPF_REG_2) : INSN_MOV(EVENT, 0);
	*at++ = INSN_MOV(BPF_REG_0, 0);
	for (size_t i = 0; i < n; i++)
		if (hooks[i].stage == stage)
			at = stage == RETIS_STAGE_COLLECT ? emit_checked_call(at, &hooks[i])
							  : emit_call(at, &hooks[i]);
	*at++ = INSN_EXIT();
	*code = (struct splice_code){ .insns = insns, .count = at - insns };
	return 0;
}

int chain_place_args(const struct chain_hook *hook, struct splice_code *code)
{
	const uint8_t load = BPF_LDX | BPF_MEM | BPF_DW;

	for (size_t i = 0; i < code->count; i++) {
		struct bpf_insn *insn = &code->insns[i];
		size_t arg = (size_t)(insn->off - RETIS_ARG_OFFSET) / sizeof(uint64_t);

		if (insn->code != load || insn->off < RETIS_ARG_OFFSET)
			continue;
		if (arg >= hook->n_args)
			return -EINVAL;
		if (hook->args[arg] < 0)
			*insn = INSN_MOV(insn->dst_reg, 0);
		else
			insn->off = hook->args[arg];
	}
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
