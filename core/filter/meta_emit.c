/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions of a metadata filter. A term follows its pointers, reads its member
 * into a buffer on the stack and compares it there; each failed read is a jump to
 * where the filter goes on when the term is false.
 */
#include <string.h>

#include "core/filter/meta_call.h"
#include "core/filter/meta_code.h"

/* A multiple of 8; behind it there is room in the buffer for the terminator. */
#define PIECE 32

/* To what comes next anyway there is no jump. */
static void jump_unless_next(struct emitter *e, size_t to)
{
	if (to != e->term + 1)
		code_put_jump(e, INSN_JUMP(0), to);
}

/* --- numbers --------------------------------------------------------------- */

static int jump_op(enum meta_op op, bool is_signed)
{
	static const int ops[META_OPS][2] = {
		[META_EQ] = { BPF_JEQ, BPF_JEQ },  [META_NE] = { BPF_JNE, BPF_JNE },
		[META_GT] = { BPF_JGT, BPF_JSGT }, [META_LE] = { BPF_JLE, BPF_JSLE },
		[META_GE] = { BPF_JGE, BPF_JSGE }, [META_LT] = { BPF_JLT, BPF_JSLT },
	};

	return ops[op][is_signed];
}

static enum meta_op opposite_op(enum meta_op op)
{
	static const enum meta_op ops[META_OPS] = {
		[META_EQ] = META_NE, [META_NE] = META_EQ, [META_GT] = META_LE,
		[META_LE] = META_GT, [META_GE] = META_LT, [META_LT] = META_GE,
	};

	return ops[op];
}

static void put_number_test(struct emitter *e)
{
	const struct meta_term *term = code_term(e);
	const struct meta_leaf *leaf = &term->leaf;
	/* What comes next needs no jump: jump if it is the other. */
	bool falls_true = code_if_true(e) == e->term + 1;
	enum meta_op op = falls_true ? opposite_op(term->op) : term->op;

	if (code_is_value(e))
		code_value(e);
	else
		code_number(e, leaf);
	code_mask(e, code_last_mask(e));
	code_put_jump(e, code_with_number(e, BPF_JMP, jump_op(op, leaf->is_signed), term->number),
		      falls_true ? code_if_false(e) : code_if_true(e));
	jump_unless_next(e, falls_true ? code_if_true(e) : code_if_false(e));
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
		code_load(e, (uint32_t)size, (int)at);
		code_put_jump(e,
			      code_with_number(e, BPF_JMP, BPF_JNE, as_number(e, bytes + at, size)),
			      differs);
	}
}

/* Text of unknown size: not a byte behind its end may be read. What comes of a piece is
 * its length with a terminator, which all but the last lack in the text. */
static void put_terminated(struct emitter *e, const char *s, size_t n, size_t differs)
{
	for (size_t at = 0; at <= n; at += PIECE) {
		size_t left = n - at, size = left < PIECE ? left : PIECE;
		bool prefix = code_term(e)->prefix;

		if (prefix && !left)
			break;
		code_call(e, BPF_FUNC_probe_read_kernel_str,
			  code_term(e)->leaf.offset + (uint32_t)at,
			  (uint32_t)size + (left < PIECE && !prefix ? 2 : 1));
		code_put_jump(e, INSN(BPF_JMP | BPF_JSLE | BPF_K, BPF_REG_0, 0, 0, 0),
			      code_if_false(e));
		code_put_jump(e, INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 0, (int)size + 1),
			      differs);
		put_compare(e, s + at, size, differs);
	}
}

/* A text as long as the array has no terminator; a longer one is never equal, but
 * whether the array can be read counts all the same. */
static void put_array_test(struct emitter *e, const char *s, size_t n, size_t differs)
{
	size_t size = code_term(e)->leaf.size;

	if (n < size)
		size = code_term(e)->prefix ? n : n + 1;
	for (size_t at = 0; at < size; at += PIECE) {
		size_t piece = size - at < PIECE ? size - at : PIECE;

		code_read(e, code_term(e)->leaf.offset + (uint32_t)at, (uint32_t)piece);
		put_compare(e, s + at, piece, differs);
	}
	if (n > size)
		code_put_jump(e, INSN(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 0, 0), differs);
}

static void put_string_test(struct emitter *e)
{
	const struct meta_term *term = code_term(e);
	bool unequal = term->op == META_NE;
	size_t differs = term->next[unequal], equal = term->next[!unequal];
	char text[META_STRING_MAX + 1] = "";

	memcpy(text, term->string, term->string_length);
	if (term->leaf.size)
		put_array_test(e, text, term->string_length, differs);
	else
		put_terminated(e, text, term->string_length, differs);
	jump_unless_next(e, equal);
}

/* --- addresses ------------------------------------------------------------- */

static void put_address(struct emitter *e)
{
	const struct meta_term *term = code_term(e);
	const struct meta_address *a = &term->address;
	bool unequal = term->op == META_NE;
	size_t differs = term->next[unequal], equal = term->next[!unequal], size;

	code_read(e, term->leaf.offset, a->size);
	/* Even of a network of all addresses one piece, for where it differs to be reached. */
	for (size_t at = 0; at < a->size && (!at || at * 8 < a->bits); at += size) {
		uint8_t bytes[8], mask[8];
		uint64_t number;

		size = a->size - at >= 8 ? 8 : a->size - at >= 4 ? 4 : 2;
		for (size_t i = 0; i < size; i++) {
			mask[i] = meta_address_mask(a, at + i);
			bytes[i] = a->bytes[at + i] & mask[i];
		}
		number = as_number(e, mask, size);
		code_load(e, (uint32_t)size, (int)at);
		if (number != UINT64_MAX >> (64 - 8 * size))
			code_mask(e, number);
		code_put_jump(e, code_with_number(e, BPF_JMP, BPF_JNE, as_number(e, bytes, size)),
			      differs);
	}
	jump_unless_next(e, equal);
}

/* --- the task and the processor --------------------------------------------- */

/* Bits of the preemption count: serving a soft interrupt (not only holding them off), a hard
 * one, or one that can't be masked (include/linux/preempt.h). */
#define INTERRUPT_BITS 0x00ff0100

static void put_interrupt(struct emitter *e)
{
	const struct meta_leaf *leaf = &code_term(e)->leaf;
	const struct bpf_insn variable[] = { INSN_IMM64(BPF_REG_1, BPF_PSEUDO_BTF_ID,
							leaf->variable) };

	code_put(e, variable[0]);
	code_put(e, variable[1]);
	code_put(e, INSN_CALL(0, BPF_FUNC_this_cpu_ptr));
	code_put(e, INSN(BPF_LDX | BPF_MEM | BPF_W, VALUE, BPF_REG_0, (int16_t)leaf->offset, 0));
	code_put(e, INSN(BPF_ALU64 | BPF_AND | BPF_K, VALUE, 0, 0, INTERRUPT_BITS));
	code_put_jump(e, INSN(BPF_JMP | BPF_JEQ | BPF_K, VALUE, 0, 0, 0), code_if_false(e));
	jump_unless_next(e, code_if_true(e));
}

/* --------------------------------------------------------------------------- */

static void put_term(struct emitter *e)
{
	const struct meta_term *term = code_term(e);

	code_start(e, e->term);
	if (term->leaf.kind == META_LEAF_INTERRUPT) {
		put_interrupt(e);
		return;
	}
	if (!code_is_value(e)) {
		code_base(e);
		code_hops(e);
	}
	if (term->leaf.kind == META_LEAF_NUMBER)
		put_number_test(e);
	else if (term->leaf.kind == META_LEAF_ADDRESS)
		put_address(e);
	else
		put_string_test(e);
}

static void put_filter_end(struct emitter *e, size_t end, int result)
{
	code_start(e, end);
	code_put(e, INSN_MOV(BPF_REG_0, result));
	code_put(e, INSN_EXIT());
}

/* Terms that are not meant let pass: only "and" joins them to those that are. */
static void put_filter(struct emitter *e, bool call)
{
	const struct meta_filter *f = e->filter;

	code_put(e, INSN_MOV_REG(call ? CONTEXT : SKB, BPF_REG_1));
	if (!call)
		code_put_jump(e, INSN(BPF_JMP | BPF_JEQ | BPF_K, SKB, 0, 0, 0), meta_reject(f));
	for (e->term = 0; e->term < f->n_terms && !e->err; e->term++)
		if (meta_is_of_call(code_term(e)) == call)
			put_term(e);
		else
			code_start(e, e->term);
	put_filter_end(e, meta_match(f), 1);
	put_filter_end(e, meta_reject(f), 0);
}

static bool has_terms(const struct meta_filter *f, bool call)
{
	for (size_t i = 0; i < f->n_terms; i++)
		if (meta_is_of_call(&f->terms[i]) == call)
			return true;
	return false;
}

int meta_emit(const struct meta_filter *f, bool call, bool big, struct splice_code *code,
	      struct meta_why *why)
{
	struct emitter e;

	*code = (struct splice_code){ 0 };
	if (!has_terms(f, call))
		return 0;
	if (code_init(&e, f, big))
		return meta_no_memory(why);
	put_filter(&e, call);
	return code_finish(&e, code, why);
}
