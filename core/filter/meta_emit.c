/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions of a metadata filter. A term follows its pointers, reads its member
 * into a buffer on the stack and compares it there; each failed read is a jump to
 * where the filter goes on when the term is false.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/meta_private.h"
#include "core/util/insn.h"
#include "core/util/list.h"

/* From the frame's end. What is longer than the buffer is read piece by piece. */
#define BUFFER (-40)
/* A multiple of 8; behind it there is room for the terminator. */
#define PIECE 32

/* Kept by calls: the address of the sk_buff, where the current struct is. */
enum {
	SKB = BPF_REG_6,
	BASE = BPF_REG_7,
};

/* The member's value, and what doesn't fit in an instruction. */
enum {
	VALUE = BPF_REG_1,
	CONSTANT = BPF_REG_2,
};

/* The distance is filled in when all places are known. */
struct jump {
	size_t insn;
	/* A term, or an end of the list. */
	size_t to;
};

struct emitter {
	const struct meta_filter *filter;
	bool big;
	/* The term in work. */
	size_t term;
	struct bpf_insn *insns;
	size_t n_insns;
	size_t room_insns;
	struct jump *jumps;
	size_t n_jumps;
	size_t room_jumps;
	/* Where terms and ends begin. */
	size_t *starts;
	/* The first error; then nothing more is added. */
	int err;
};

/* --- instructions ---------------------------------------------------------- */

static void put(struct emitter *e, struct bpf_insn insn)
{
	if (!e->err)
		e->err = list_grow((void **)&e->insns, e->n_insns, &e->room_insns, sizeof(insn));
	if (!e->err)
		e->insns[e->n_insns++] = insn;
}

static void put_jump(struct emitter *e, struct bpf_insn insn, size_t to)
{
	if (!e->err)
		e->err = list_grow((void **)&e->jumps, e->n_jumps, &e->room_jumps,
				   sizeof(*e->jumps));
	if (!e->err)
		e->jumps[e->n_jumps++] = (struct jump){ e->n_insns, to };
	put(e, insn);
}

/* To what comes next anyway there is no jump. */
static void go_to(struct emitter *e, size_t to)
{
	if (to != e->term + 1)
		put_jump(e, INSN_JUMP(0), to);
}

static bool is_short(uint64_t number)
{
	return (int64_t)number == (int32_t)number;
}

static void put_constant(struct emitter *e, uint64_t number)
{
	const struct bpf_insn wide[] = { INSN_IMM64(CONSTANT, 0, number) };

	put(e, wide[0]);
	put(e, wide[1]);
}

/* VALUE OP= NUMBER, or a jump on them, whichever OP is. */
static struct bpf_insn with_number(struct emitter *e, int class, int op, uint64_t number)
{
	if (is_short(number))
		return INSN(class | op | BPF_K, VALUE, 0, 0, (int32_t)number);
	put_constant(e, number);
	return INSN(class | op | BPF_X, VALUE, CONSTANT, 0, 0);
}

static void put_shift(struct emitter *e, int op, unsigned int bits)
{
	if (bits)
		put(e, INSN(BPF_ALU64 | op | BPF_K, VALUE, 0, 0, (int)bits));
}

static const struct meta_term *current(const struct emitter *e)
{
	return &e->filter->terms[e->term];
}

static size_t if_true(const struct emitter *e)
{
	return current(e)->next[true];
}

static size_t if_false(const struct emitter *e)
{
	return current(e)->next[false];
}

/* --- reading --------------------------------------------------------------- */

/* SIZE bytes at BASE + OFFSET to the buffer, by HELPER; r0 is what it returns. */
static void put_call(struct emitter *e, int helper, uint32_t offset, uint32_t size)
{
	put(e, INSN_MOV_REG(BPF_REG_1, BPF_REG_10));
	put(e, INSN_ADD(BPF_REG_1, BUFFER));
	put(e, INSN_MOV(BPF_REG_2, (int)size));
	put(e, INSN_MOV_REG(BPF_REG_3, BASE));
	if (offset)
		put(e, INSN_ADD(BPF_REG_3, (int)offset));
	put(e, INSN_CALL(0, helper));
}

static void put_read(struct emitter *e, uint32_t offset, uint32_t size)
{
	put_call(e, BPF_FUNC_probe_read_kernel, offset, size);
	put_jump(e, INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 0, 0), if_false(e));
}

/* VALUE = SIZE bytes of the buffer at AT. */
static void put_load(struct emitter *e, uint32_t size, int at)
{
	int width = size == 1 ? BPF_B : size == 2 ? BPF_H : size == 4 ? BPF_W : BPF_DW;

	put(e, INSN(BPF_LDX | BPF_MEM | width, VALUE, BPF_REG_10, (int16_t)(BUFFER + at), 0));
}

static void put_mask(struct emitter *e, uint64_t mask)
{
	if (mask != META_NO_MASK)
		put(e, with_number(e, BPF_ALU64, BPF_AND, mask));
}

/* On some machines, reading near address 0 doesn't fail. */
static void put_hop(struct emitter *e, const struct meta_hop *hop)
{
	put_read(e, hop->offset, sizeof(uint64_t));
	put_load(e, sizeof(uint64_t), 0);
	put_mask(e, hop->mask);
	put_jump(e, INSN(BPF_JMP | BPF_JEQ | BPF_K, VALUE, 0, 0, 0), if_false(e));
	put(e, INSN_MOV_REG(BASE, VALUE));
}

/* --- numbers --------------------------------------------------------------- */

/* To the left, so that the sign is the first bit, and back. */
static void put_extend(struct emitter *e, unsigned int left, unsigned int bits, bool is_signed)
{
	put_shift(e, BPF_LSH, left);
	put_shift(e, is_signed ? BPF_ARSH : BPF_RSH, 64 - bits);
}

/* In bytes that were read in the machine's order, a bitfield's first bit is the
 * lowest of the first byte, or the highest where the first byte is the highest. */
static void put_bitfield(struct emitter *e, const struct meta_leaf *leaf)
{
	unsigned int left = e->big ? leaf->bit : 64u - leaf->bit - leaf->bits;

	put(e, INSN(BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, BUFFER, 0));
	put_read(e, leaf->offset, leaf->size);
	put_load(e, sizeof(uint64_t), 0);
	put_extend(e, left, leaf->bits, leaf->is_signed);
}

static void put_whole(struct emitter *e, const struct meta_leaf *leaf)
{
	put_read(e, leaf->offset, leaf->size);
	put_load(e, leaf->size, 0);
	if (leaf->is_signed)
		put_extend(e, 64 - leaf->size * 8, leaf->size * 8, true);
}

static int jump_op(enum meta_op op, bool is_signed)
{
	static const int ops[META_OPS][2] = {
		[META_EQ] = { BPF_JEQ, BPF_JEQ },  [META_NE] = { BPF_JNE, BPF_JNE },
		[META_GT] = { BPF_JGT, BPF_JSGT }, [META_LE] = { BPF_JLE, BPF_JSLE },
		[META_GE] = { BPF_JGE, BPF_JSGE }, [META_LT] = { BPF_JLT, BPF_JSLT },
	};

	return ops[op][is_signed];
}

static enum meta_op opposite(enum meta_op op)
{
	static const enum meta_op ops[META_OPS] = {
		[META_EQ] = META_NE, [META_NE] = META_EQ, [META_GT] = META_LE,
		[META_LE] = META_GT, [META_GE] = META_LT, [META_LT] = META_GE,
	};

	return ops[op];
}

static void put_number(struct emitter *e)
{
	const struct meta_term *term = current(e);
	const struct meta_leaf *leaf = &term->leaf;
	/* What comes next needs no jump: jump if it is the other. */
	bool falls_true = if_true(e) == e->term + 1;
	enum meta_op op = falls_true ? opposite(term->op) : term->op;

	if (leaf->bits)
		put_bitfield(e, leaf);
	else
		put_whole(e, leaf);
	put_mask(e, e->filter->steps[term->first_step + term->n_steps - 1].mask);
	put_jump(e, with_number(e, BPF_JMP, jump_op(op, leaf->is_signed), term->number),
		 falls_true ? if_false(e) : if_true(e));
	go_to(e, falls_true ? if_true(e) : if_false(e));
}

/* --- text ------------------------------------------------------------------ */

/* The number that SIZE bytes of a text are in memory. */
static uint64_t as_number(const struct emitter *e, const unsigned char *s, size_t size)
{
	uint64_t number = 0;

	for (size_t i = 0; i < size; i++)
		number = number << 8 | s[e->big ? i : size - 1 - i];
	return number;
}

/* To DIFFERS unless the buffer begins with the N bytes of S. */
static void put_compare(struct emitter *e, const char *s, size_t n, size_t differs)
{
	const unsigned char *bytes = (const unsigned char *)s;
	size_t size;

	for (size_t at = 0; at < n; at += size) {
		size = n - at >= 8 ? 8 : n - at >= 4 ? 4 : n - at >= 2 ? 2 : 1;
		put_load(e, (uint32_t)size, (int)at);
		put_jump(e, with_number(e, BPF_JMP, BPF_JNE, as_number(e, bytes + at, size)),
			 differs);
	}
}

/* Text of unknown size: not a byte behind its end may be read. What comes of a piece is
 * its length with a terminator, which all but the last lack in the text. */
static void put_terminated(struct emitter *e, const char *s, size_t n, size_t differs)
{
	for (size_t at = 0; at <= n; at += PIECE) {
		size_t left = n - at, size = left < PIECE ? left : PIECE;
		bool prefix = current(e)->prefix;

		if (prefix && !left)
			break;
		put_call(e, BPF_FUNC_probe_read_kernel_str, current(e)->leaf.offset + (uint32_t)at,
			 (uint32_t)size + (left < PIECE && !prefix ? 2 : 1));
		put_jump(e, INSN(BPF_JMP | BPF_JSLE | BPF_K, BPF_REG_0, 0, 0, 0), if_false(e));
		put_jump(e, INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 0, (int)size + 1),
			 differs);
		put_compare(e, s + at, size, differs);
	}
}

/* A text as long as the array has no terminator; a longer one is never equal, but
 * whether the array can be read counts all the same. */
static void put_array(struct emitter *e, const char *s, size_t n, size_t differs)
{
	size_t size = current(e)->leaf.size;

	if (n < size)
		size = current(e)->prefix ? n : n + 1;
	for (size_t at = 0; at < size; at += PIECE) {
		size_t piece = size - at < PIECE ? size - at : PIECE;

		put_read(e, current(e)->leaf.offset + (uint32_t)at, (uint32_t)piece);
		put_compare(e, s + at, piece, differs);
	}
	if (n > size)
		put_jump(e, INSN(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 0, 0), differs);
}

static void put_string(struct emitter *e)
{
	const struct meta_term *term = current(e);
	bool unequal = term->op == META_NE;
	size_t differs = term->next[unequal], equal = term->next[!unequal];
	char text[META_STRING_MAX + 1] = "";

	memcpy(text, term->string, term->string_length);
	if (term->leaf.size)
		put_array(e, text, term->string_length, differs);
	else
		put_terminated(e, text, term->string_length, differs);
	go_to(e, equal);
}

/* --- addresses ------------------------------------------------------------- */

static void put_address(struct emitter *e)
{
	const struct meta_term *term = current(e);
	const struct meta_address *a = &term->address;
	bool unequal = term->op == META_NE;
	size_t differs = term->next[unequal], equal = term->next[!unequal], size;

	put_read(e, term->leaf.offset, a->size);
	for (size_t at = 0; at < a->size && at * 8 < a->bits; at += size) {
		uint8_t bytes[8], mask[8];
		uint64_t number;

		size = a->size - at >= 8 ? 8 : a->size - at >= 4 ? 4 : 2;
		for (size_t i = 0; i < size; i++) {
			mask[i] = meta_address_mask(a, at + i);
			bytes[i] = a->bytes[at + i] & mask[i];
		}
		number = as_number(e, mask, size);
		put_load(e, (uint32_t)size, (int)at);
		if (number != UINT64_MAX >> (64 - 8 * size))
			put_mask(e, number);
		put_jump(e, with_number(e, BPF_JMP, BPF_JNE, as_number(e, bytes, size)), differs);
	}
	go_to(e, equal);
}

/* --- the task and the processor --------------------------------------------- */

/* Bits of the preemption count: serving a soft interrupt (not only holding them off), a hard
 * one, or one that can't be masked (include/linux/preempt.h). */
#define INTERRUPT_BITS 0x00ff0100

static void put_interrupt(struct emitter *e)
{
	const struct meta_leaf *leaf = &current(e)->leaf;
	const struct bpf_insn variable[] = { INSN_IMM64(BPF_REG_1, BPF_PSEUDO_BTF_ID,
							leaf->variable) };

	put(e, variable[0]);
	put(e, variable[1]);
	put(e, INSN_CALL(0, BPF_FUNC_this_cpu_ptr));
	put(e, INSN(BPF_LDX | BPF_MEM | BPF_W, VALUE, BPF_REG_0, (int16_t)leaf->offset, 0));
	put(e, INSN(BPF_ALU64 | BPF_AND | BPF_K, VALUE, 0, 0, INTERRUPT_BITS));
	put_jump(e, INSN(BPF_JMP | BPF_JEQ | BPF_K, VALUE, 0, 0, 0), if_false(e));
	go_to(e, if_true(e));
}

static void put_base(struct emitter *e)
{
	if (current(e)->base == META_TASK)
		put(e, INSN_CALL(0, BPF_FUNC_get_current_task));
	put(e, INSN_MOV_REG(BASE, current(e)->base == META_TASK ? BPF_REG_0 : SKB));
}

/* --------------------------------------------------------------------------- */

static void put_term(struct emitter *e)
{
	const struct meta_term *term = current(e);

	e->starts[e->term] = e->n_insns;
	if (term->leaf.kind == META_LEAF_INTERRUPT) {
		put_interrupt(e);
		return;
	}
	put_base(e);
	for (size_t i = 0; i < term->n_hops; i++)
		put_hop(e, &e->filter->hops[term->first_step + i]);
	if (term->leaf.kind == META_LEAF_NUMBER)
		put_number(e);
	else if (term->leaf.kind == META_LEAF_ADDRESS)
		put_address(e);
	else
		put_string(e);
}

static void put_end(struct emitter *e, size_t end, int result)
{
	e->starts[end] = e->n_insns;
	put(e, INSN_MOV(BPF_REG_0, result));
	put(e, INSN_EXIT());
}

static int set_distances(struct emitter *e)
{
	for (size_t i = 0; i < e->n_jumps; i++) {
		const struct jump *jump = &e->jumps[i];
		size_t distance = e->starts[jump->to] - jump->insn - 1;

		if (distance > INT16_MAX)
			return -E2BIG;
		e->insns[jump->insn].off = (int16_t)distance;
	}
	return 0;
}

static int put_filter(struct emitter *e)
{
	const struct meta_filter *f = e->filter;

	put(e, INSN_MOV_REG(SKB, BPF_REG_1));
	put_jump(e, INSN(BPF_JMP | BPF_JEQ | BPF_K, SKB, 0, 0, 0), meta_reject(f));
	for (e->term = 0; e->term < f->n_terms && !e->err; e->term++)
		put_term(e);
	put_end(e, meta_match(f), 1);
	put_end(e, meta_reject(f), 0);
	return e->err ? e->err : set_distances(e);
}

int meta_emit(const struct meta_filter *f, bool big, struct splice_code *code, struct meta_why *why)
{
	struct emitter e = { .filter = f, .big = big };
	int err = -ENOMEM;

	e.starts = calloc(f->n_terms + 2, sizeof(*e.starts));
	if (e.starts)
		err = put_filter(&e);
	if (err == -E2BIG)
		meta_refuse(why, 0, "the filter is too long: %zu terms make %zu instructions",
			    f->n_terms, e.n_insns);
	else if (err)
		meta_no_memory(why);
	free(e.jumps);
	free(e.starts);
	if (err)
		free(e.insns);
	else
		*code = (struct splice_code){ e.insns, e.n_insns };
	return err;
}
