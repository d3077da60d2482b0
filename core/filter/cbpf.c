/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Everything but the loads from the packet: computing, jumps, the whole. */
#include "core/filter/cbpf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/cbpf_private.h"
#include "core/util/insn.h"
#include "core/util/list.h"

int cbpf_fail(struct cbpf *c, int err, const char *format, ...)
{
	va_list args;

	if (c->err)
		return c->err;
	c->err = err;
	va_start(args, format);
	vsnprintf(c->why, CBPF_WHY_SIZE, format, args);
	va_end(args);
	return err;
}

void cbpf_put(struct cbpf *c, struct bpf_insn insn)
{
	if (c->code.count == CBPF_MAX_INSNS)
		cbpf_fail(c, -E2BIG, "Filter exceeds the maximum allowed size of %d instructions.",
			  CBPF_MAX_INSNS);
	if (!c->err && list_grow((void **)&c->code.insns, c->code.count, &c->code_room,
				 sizeof(*c->code.insns)))
		cbpf_fail(c, -ENOMEM, "%s", strerror(ENOMEM));
	if (!c->err)
		c->code.insns[c->code.count++] = insn;
}

void cbpf_put_jump(struct cbpf *c, struct bpf_insn insn, uint32_t to)
{
	uint32_t from = c->code.count;

	cbpf_put(c, insn);
	if (!c->err && list_grow((void **)&c->jumps, c->n_jumps, &c->jumps_room, sizeof(*c->jumps)))
		cbpf_fail(c, -ENOMEM, "%s", strerror(ENOMEM));
	if (!c->err)
		c->jumps[c->n_jumps++] = (struct cbpf_jump){ from, to };
}

void cbpf_put_no_match(struct cbpf *c, struct bpf_insn insn)
{
	cbpf_put_jump(c, insn, c->n);
}

static void put_unknown(struct cbpf *c, const struct sock_filter *insn)
{
	cbpf_fail(c, -EINVAL, "Unknown bpf instruction: %u", insn->code);
}

/* Shifting by 32 and more leaves nothing; eBPF would look at 5 bits of it only. */
static void put_shift(struct cbpf *c, const struct sock_filter *insn)
{
	uint8_t op = BPF_OP(insn->code);

	if (BPF_SRC(insn->code) == BPF_K) {
		cbpf_put(c, insn->k < 32 ? INSN_ALU32(op, REG_A, (int)insn->k)
					 : INSN_ALU32(BPF_MOV, REG_A, 0));
		return;
	}
	cbpf_put(c, INSN_IF(BPF_JLT, REG_X, 32, 2));
	cbpf_put(c, INSN_ALU32(BPF_MOV, REG_A, 0));
	cbpf_put(c, INSN_JUMP(1));
	cbpf_put(c, INSN_ALU32_REG(op, REG_A, REG_X));
}

static void put_alu(struct cbpf *c, const struct sock_filter *insn)
{
	uint8_t op = BPF_OP(insn->code);
	bool indexed = BPF_SRC(insn->code) == BPF_X;

	switch (op) {
	case BPF_NEG:
		if (indexed)
			put_unknown(c, insn);
		cbpf_put(c, INSN_ALU32(BPF_NEG, REG_A, 0));
		return;
	case BPF_LSH:
	case BPF_RSH:
		put_shift(c, insn);
		return;
	case BPF_DIV:
	case BPF_MOD:
		if (indexed)
			cbpf_put_no_match(c, INSN_IF(BPF_JEQ, REG_X, 0, 0));
		break;
	case BPF_ADD:
	case BPF_SUB:
	case BPF_MUL:
	case BPF_AND:
	case BPF_OR:
	case BPF_XOR:
		break;
	default:
		put_unknown(c, insn);
		return;
	}
	cbpf_put(c,
		 indexed ? INSN_ALU32_REG(op, REG_A, REG_X) : INSN_ALU32(op, REG_A, (int)insn->k));
}

static void put_goto(struct cbpf *c, size_t at, size_t to)
{
	if (to != at + 1)
		cbpf_put_jump(c, INSN_JUMP(0), to);
}

/* The comparison that holds when OP does not; 0: eBPF has none. */
static uint8_t opposite_jump(uint8_t op)
{
	switch (op) {
	case BPF_JEQ:
		return BPF_JNE;
	case BPF_JGT:
		return BPF_JLE;
	case BPF_JGE:
		return BPF_JLT;
	default:
		return 0;
	}
}

static void put_branch(struct cbpf *c, size_t at)
{
	const struct sock_filter *insn = &c->program[at];
	size_t yes = at + 1 + insn->jt, no = at + 1 + insn->jf;
	uint8_t op = BPF_OP(insn->code);

	if (op != BPF_JSET && !opposite_jump(op)) {
		put_unknown(c, insn);
		return;
	}
	if (yes == at + 1 && opposite_jump(op)) {
		size_t other = no;

		op = opposite_jump(op);
		no = yes;
		yes = other;
	}
	if (yes != no)
		cbpf_put_jump(c,
			      BPF_SRC(insn->code) == BPF_X ? INSN_IF32_REG(op, REG_A, REG_X, 0)
							   : INSN_IF32(op, REG_A, (int)insn->k, 0),
			      yes);
	put_goto(c, at, no);
}

static void put_return(struct cbpf *c, const struct sock_filter *insn)
{
	switch (insn->code) {
	case BPF_RET | BPF_K:
		cbpf_put(c, INSN_MOV(BPF_REG_0, insn->k != 0));
		break;
	case BPF_RET | BPF_A:
		cbpf_put(c, INSN_MOV(BPF_REG_0, 0));
		cbpf_put(c, INSN_IF(BPF_JEQ, REG_A, 0, 1));
		cbpf_put(c, INSN_MOV(BPF_REG_0, 1));
		break;
	default:
		put_unknown(c, insn);
	}
	cbpf_put(c, INSN_EXIT());
}

static int16_t find_mem_word(struct cbpf *c, const struct sock_filter *insn)
{
	if (insn->k < BPF_MEMWORDS)
		return c->frame.mem[insn->k];
	cbpf_fail(c, -EINVAL, "The filter's program has no scratch memory %u.", insn->k);
	return 0;
}

static void put_store(struct cbpf *c, const struct sock_filter *insn, uint8_t from)
{
	int16_t place = find_mem_word(c, insn);

	if (insn->code != BPF_CLASS(insn->code))
		put_unknown(c, insn);
	/* Nobody loads it. */
	if (place)
		cbpf_put(c, INSN_STORE_SIZE(BPF_W, BPF_REG_10, place, from));
}

static void put_other_load(struct cbpf *c, const struct sock_filter *insn)
{
	uint8_t to = BPF_CLASS(insn->code) == BPF_LD ? REG_A : REG_X;

	switch (insn->code & ~BPF_CLASS(0xffff)) {
	case BPF_IMM | BPF_W:
		cbpf_put(c, INSN_ALU32(BPF_MOV, to, (int)insn->k));
		break;
	case BPF_LEN | BPF_W:
		cbpf_put(c, INSN_LOAD_SIZE(BPF_W, to, BPF_REG_10, c->frame.length));
		break;
	case BPF_MEM | BPF_W:
		cbpf_put(c, INSN_LOAD_SIZE(BPF_W, to, BPF_REG_10, find_mem_word(c, insn)));
		break;
	default:
		put_unknown(c, insn);
	}
}

static void put_misc(struct cbpf *c, const struct sock_filter *insn)
{
	if (insn->code == (BPF_MISC | BPF_TAX))
		cbpf_put(c, INSN_ALU32_REG(BPF_MOV, REG_X, REG_A));
	else if (insn->code == (BPF_MISC | BPF_TXA))
		cbpf_put(c, INSN_ALU32_REG(BPF_MOV, REG_A, REG_X));
	else
		put_unknown(c, insn);
}

static void put_insn(struct cbpf *c, size_t at)
{
	const struct sock_filter *insn = &c->program[at];

	if (cbpf_never(insn)) {
		cbpf_put_no_match(c, INSN_JUMP(0));
		return;
	}
	if (cbpf_load_size(insn)) {
		cbpf_put_load(c, at);
		return;
	}
	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
		put_alu(c, insn);
		break;
	case BPF_JMP:
		if (insn->code == (BPF_JMP | BPF_JA))
			put_goto(c, at, at + 1 + insn->k);
		else
			put_branch(c, at);
		break;
	case BPF_RET:
		put_return(c, insn);
		break;
	case BPF_ST:
		put_store(c, insn, REG_A);
		break;
	case BPF_STX:
		put_store(c, insn, REG_X);
		break;
	case BPF_MISC:
		put_misc(c, insn);
		break;
	default:
		put_other_load(c, insn);
	}
}

static void put_prologue(struct cbpf *c)
{
	/* "Match" or "no match" alone needs nothing. */
	if (c->program[0].code == (BPF_RET | BPF_K))
		return;
	if (c->frame.length)
		cbpf_put(c, INSN_STORE_SIZE(BPF_W, BPF_REG_10, c->frame.length, BPF_REG_3));
	for (int i = 0; i < BPF_MEMWORDS; i++)
		if (c->frame.mem[i])
			cbpf_put(c, INSN_STORE_IMM(BPF_W, BPF_REG_10, c->frame.mem[i], 0));
	cbpf_put(c, INSN_MOV(REG_A, 0));
	cbpf_put(c, INSN_MOV(REG_X, 0));
	if (!c->reads)
		return;
	cbpf_put(c, INSN_MOV_REG(REG_DATA, BPF_REG_1));
	cbpf_put(c, INSN_ALU32_REG(BPF_MOV, REG_SIZE, BPF_REG_2));
	if (c->frame.copied)
		cbpf_put_copy(c);
}

static bool jumps_to_no_match(const struct cbpf *c)
{
	for (size_t i = 0; i < c->n_jumps; i++)
		if (c->jumps[i].to == c->n)
			return true;
	return false;
}

static void put_program(struct cbpf *c)
{
	put_prologue(c);
	for (size_t i = 0; i < c->n && !c->err; i++) {
		c->starts[i] = c->code.count;
		if (c->facts[i].reached)
			put_insn(c, i);
	}
	c->starts[c->n] = c->code.count;
	/* The kernel refuses what cannot be reached. */
	if (!jumps_to_no_match(c))
		return;
	cbpf_put(c, INSN_MOV(BPF_REG_0, 0));
	cbpf_put(c, INSN_EXIT());
}

static int translate_program(struct cbpf *c, unsigned int network)
{
	int err;

	c->facts = calloc(c->n + 1, sizeof(*c->facts));
	c->starts = calloc(c->n + 1, sizeof(*c->starts));
	if (!c->facts || !c->starts)
		return cbpf_fail(c, -ENOMEM, "%s", strerror(ENOMEM));
	err = cbpf_analyse(c);
	if (err)
		return err;
	cbpf_layout(c, network);
	put_program(c);
	return c->err ? c->err : cbpf_resolve_jumps(c);
}

int cbpf_translate(const struct sock_filter *program, size_t n, unsigned int network,
		   struct splice_code *out, char *why)
{
	struct cbpf c = { .program = program, .n = n, .why = why };
	int err = translate_program(&c, network);

	if (err)
		splice_code_fini(&c.code);
	else
		*out = c.code;
	free(c.facts);
	free(c.starts);
	free(c.jumps);
	return err;
}
