/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/filter/meta_code.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include <retis/bpf/ctx.h>

#include "core/util/list.h"

#define CTX_RET ((int16_t)offsetof(struct retis_ctx, ret))
#define CTX_HAS_RET ((int16_t)offsetof(struct retis_ctx, has_ret))

/* The distance is filled in when all places are known. */
struct code_jump {
	size_t insn;
	/* A term, or an end of the list. */
	size_t to;
};

/* --- instructions ---------------------------------------------------------- */

int code_init(struct emitter *e, const struct meta_filter *f, bool big)
{
	*e = (struct emitter){ .filter = f, .big = big };
	e->starts = calloc(f->n_terms + 2, sizeof(*e->starts));
	return e->starts ? 0 : -ENOMEM;
}

void code_put(struct emitter *e, struct bpf_insn insn)
{
	if (!e->err)
		e->err = list_grow((void **)&e->insns, e->n_insns, &e->room_insns, sizeof(insn));
	if (!e->err)
		e->insns[e->n_insns++] = insn;
}

void code_put_jump(struct emitter *e, struct bpf_insn insn, size_t to)
{
	if (!e->err)
		e->err = list_grow((void **)&e->jumps, e->n_jumps, &e->room_jumps,
				   sizeof(*e->jumps));
	if (!e->err)
		e->jumps[e->n_jumps++] = (struct code_jump){ e->n_insns, to };
	code_put(e, insn);
}

void code_start(struct emitter *e, size_t term)
{
	e->starts[term] = e->n_insns;
}

static bool is_short(uint64_t number)
{
	return (int64_t)number == (int32_t)number;
}

static void put_constant(struct emitter *e, uint64_t number)
{
	const struct bpf_insn wide[] = { INSN_IMM64(CONSTANT, 0, number) };

	code_put(e, wide[0]);
	code_put(e, wide[1]);
}

struct bpf_insn code_with_number(struct emitter *e, int class, int op, uint64_t number)
{
	if (is_short(number))
		return INSN(class | op | BPF_K, VALUE, 0, 0, (int32_t)number);
	put_constant(e, number);
	return INSN(class | op | BPF_X, VALUE, CONSTANT, 0, 0);
}

static void put_value_shift(struct emitter *e, int op, unsigned int bits)
{
	if (bits)
		code_put(e, INSN(BPF_ALU64 | op | BPF_K, VALUE, 0, 0, (int)bits));
}

static int set_distances(struct emitter *e)
{
	for (size_t i = 0; i < e->n_jumps; i++) {
		const struct code_jump *jump = &e->jumps[i];
		size_t distance = e->starts[jump->to] - jump->insn - 1;

		if (distance > INT16_MAX)
			return -E2BIG;
		e->insns[jump->insn].off = (int16_t)distance;
	}
	return 0;
}

int code_finish(struct emitter *e, struct splice_code *code, struct meta_why *why)
{
	int err = e->err ? e->err : set_distances(e);

	if (err == -E2BIG)
		meta_refuse(why, 0, "the filter is too long: %zu terms make %zu instructions",
			    e->filter->n_terms, e->n_insns);
	else if (err)
		meta_no_memory(why);
	free(e->jumps);
	free(e->starts);
	if (err)
		free(e->insns);
	else
		*code = (struct splice_code){ e->insns, e->n_insns };
	return err;
}

/* --- reading --------------------------------------------------------------- */

void code_call_to(struct emitter *e, int helper, int to, int at, uint32_t offset, uint32_t size)
{
	code_put(e, INSN_MOV_REG(BPF_REG_1, to));
	code_put(e, INSN_ADD(BPF_REG_1, at));
	code_put(e, INSN_MOV(BPF_REG_2, (int)size));
	code_put(e, INSN_MOV_REG(BPF_REG_3, BASE));
	if (offset)
		code_put(e, INSN_ADD(BPF_REG_3, (int)offset));
	code_put(e, INSN_CALL(0, helper));
}

void code_call(struct emitter *e, int helper, uint32_t offset, uint32_t size)
{
	code_call_to(e, helper, BPF_REG_10, BUFFER, offset, size);
}

void code_read(struct emitter *e, uint32_t offset, uint32_t size)
{
	code_call(e, BPF_FUNC_probe_read_kernel, offset, size);
	code_put_jump(e, INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 0, 0), code_if_false(e));
}

void code_load(struct emitter *e, uint32_t size, int at)
{
	int width = size == 1 ? BPF_B : size == 2 ? BPF_H : size == 4 ? BPF_W : BPF_DW;

	code_put(e, INSN(BPF_LDX | BPF_MEM | width, VALUE, BPF_REG_10, (int16_t)(BUFFER + at), 0));
}

void code_mask(struct emitter *e, uint64_t mask)
{
	if (mask != META_NO_MASK)
		code_put(e, code_with_number(e, BPF_ALU64, BPF_AND, mask));
}

/* On some machines, reading near address 0 doesn't fail. */
void code_follow(struct emitter *e, uint64_t mask)
{
	code_mask(e, mask);
	code_put_jump(e, INSN(BPF_JMP | BPF_JEQ | BPF_K, VALUE, 0, 0, 0), code_if_false(e));
	code_put(e, INSN_MOV_REG(BASE, VALUE));
}

void code_hops(struct emitter *e)
{
	const struct meta_hop *hop = &e->filter->hops[code_term(e)->first_step];

	for (size_t i = 0; i < code_term(e)->n_hops; i++, hop++) {
		code_read(e, hop->offset, sizeof(uint64_t));
		code_load(e, sizeof(uint64_t), 0);
		code_follow(e, hop->mask);
	}
}

static void put_argument(struct emitter *e)
{
	const int16_t at = (int16_t)(code_term(e)->argument * sizeof(uint64_t));

	code_put(e, INSN_LOAD(VALUE, CONTEXT, (int16_t)(RETIS_HAS_ARG_OFFSET + at)));
	code_put_jump(e, INSN_IF(BPF_JEQ, VALUE, 0, 0), code_if_false(e));
	code_put(e, INSN_LOAD(VALUE, CONTEXT, (int16_t)(RETIS_ARG_OFFSET + at)));
}

static void put_returned(struct emitter *e)
{
	code_put(e, INSN_LOAD_SIZE(BPF_H, VALUE, CONTEXT, CTX_HAS_RET));
	code_put_jump(e, INSN_IF(BPF_JEQ, VALUE, 0, 0), code_if_false(e));
	code_put(e, INSN_LOAD(VALUE, CONTEXT, CTX_RET));
}

void code_value(struct emitter *e)
{
	if (code_term(e)->base == META_RETURNED)
		put_returned(e);
	else
		put_argument(e);
}

void code_base(struct emitter *e)
{
	const struct meta_term *term = code_term(e);

	if (term->base == META_ARGUMENT) {
		put_argument(e);
		code_follow(e,
			    term->typed ? META_NO_MASK : e->filter->steps[term->first_step].mask);
		return;
	}
	if (term->base == META_TASK)
		code_put(e, INSN_CALL(0, BPF_FUNC_get_current_task));
	code_put(e, INSN_MOV_REG(BASE, term->base == META_TASK ? BPF_REG_0 : SKB));
}

/* --- numbers --------------------------------------------------------------- */

/* To the left, so that the sign is the first bit, and back. */
static void put_extend(struct emitter *e, unsigned int left, unsigned int bits, bool is_signed)
{
	put_value_shift(e, BPF_LSH, left);
	put_value_shift(e, is_signed ? BPF_ARSH : BPF_RSH, 64 - bits);
}

/* In bytes that were read in the machine's order, a bitfield's first bit is the
 * lowest of the first byte, or the highest where the first byte is the highest. */
static void put_bitfield(struct emitter *e, const struct meta_leaf *leaf)
{
	unsigned int left = e->big ? leaf->bit : 64u - leaf->bit - leaf->bits;

	code_put(e, INSN(BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, BUFFER, 0));
	code_read(e, leaf->offset, leaf->size);
	code_load(e, sizeof(uint64_t), 0);
	put_extend(e, left, leaf->bits, leaf->is_signed);
}

static void put_whole(struct emitter *e, const struct meta_leaf *leaf)
{
	code_read(e, leaf->offset, leaf->size);
	code_load(e, leaf->size, 0);
	if (leaf->is_signed)
		put_extend(e, 64 - leaf->size * 8, leaf->size * 8, true);
}

void code_number(struct emitter *e, const struct meta_leaf *leaf)
{
	if (leaf->bits)
		put_bitfield(e, leaf);
	else
		put_whole(e, leaf);
}
