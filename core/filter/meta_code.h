/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions that follow a path and read what is there: for comparisons (meta_emit.c) and
 * for fields of one's choice (fields_emit.c).
 */
#ifndef FILTER_META_CODE_H
#define FILTER_META_CODE_H

#include "core/filter/meta_private.h"
#include "core/util/insn.h"

/* From the frame's end. What is longer than the buffer is read piece by piece. */
#define BUFFER (-40)

/* Kept by calls: the address of the sk_buff, where the current struct is, and, where paths
 * may begin with the call, the context. */
enum {
	SKB = BPF_REG_6,
	BASE = BPF_REG_7,
	CONTEXT = BPF_REG_9,
};

/* The member's value, and what doesn't fit in an instruction. */
enum {
	VALUE = BPF_REG_1,
	CONSTANT = BPF_REG_2,
};

struct code_jump;

struct emitter {
	const struct meta_filter *filter;
	bool big;
	/* The term in work. */
	size_t term;
	struct bpf_insn *insns;
	size_t n_insns;
	size_t room_insns;
	struct code_jump *jumps;
	size_t n_jumps;
	size_t room_jumps;
	/* Where terms and ends begin. */
	size_t *starts;
	/* The first error; then nothing more is added. */
	int err;
};

/* -ENOMEM. */
int code_init(struct emitter *e, const struct meta_filter *f, bool big);
/* All terms are there: 0 and CODE, or ERR or another error with WHY filled in. */
int code_finish(struct emitter *e, struct splice_code *code, struct meta_why *why);

void code_put(struct emitter *e, struct bpf_insn insn);
/* INSN to where term TO, or an end of the list, begins. */
void code_put_jump(struct emitter *e, struct bpf_insn insn, size_t to);
/* What follows is term TERM, or an end. */
void code_start(struct emitter *e, size_t term);
/* VALUE OP= NUMBER, or a jump on them, whichever OP is. */
struct bpf_insn code_with_number(struct emitter *e, int class, int op, uint64_t number);

/* SIZE bytes at BASE + OFFSET to the buffer, by HELPER; r0 is what it returns. */
void code_call(struct emitter *e, int helper, uint32_t offset, uint32_t size);
/* The same, to TO + AT. */
void code_call_to(struct emitter *e, int helper, int to, int at, uint32_t offset, uint32_t size);
/* To the buffer; if that fails the term is false. */
void code_read(struct emitter *e, uint32_t offset, uint32_t size);
/* VALUE = SIZE bytes of the buffer at AT. */
void code_load(struct emitter *e, uint32_t size, int at);
void code_mask(struct emitter *e, uint64_t mask);
/* VALUE = the argument, or what was returned, that the path begins with. */
void code_value(struct emitter *e);
/* BASE = what the path begins with. */
void code_base(struct emitter *e);
/* BASE = the addresses that lead to the last struct, one after the other. */
void code_hops(struct emitter *e);
/* BASE = VALUE AND MASK; 0 leads nowhere. */
void code_follow(struct emitter *e, uint64_t mask);
/* VALUE = the number at the end of the path. */
void code_number(struct emitter *e, const struct meta_leaf *leaf);

static inline const struct meta_term *code_term(const struct emitter *e)
{
	return &e->filter->terms[e->term];
}

static inline size_t code_if_true(const struct emitter *e)
{
	return code_term(e)->next[true];
}

static inline size_t code_if_false(const struct emitter *e)
{
	return code_term(e)->next[false];
}

/* Of what the path ends with. */
static inline uint64_t code_last_mask(const struct emitter *e)
{
	const struct meta_term *term = code_term(e);

	return term->n_steps ? e->filter->steps[term->first_step + term->n_steps - 1].mask
			     : META_NO_MASK;
}

/* The path ends where it begins: with what was returned, or an argument. */
static inline bool code_is_value(const struct emitter *e)
{
	const struct meta_term *term = code_term(e);

	return term->base == META_RETURNED ||
	       (term->base == META_ARGUMENT && !term->typed && term->n_steps == 1);
}

#endif
