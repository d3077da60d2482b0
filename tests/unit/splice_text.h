/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs as text, for the tests of the splicer. A text is a list of words;
 * ";" begins the next part, and every part ends with an exit:
 *
 *   12   r0 = 12: a mark, to recognise the place by
 *   c1   call part 1 of the same program; f1 takes its address
 *   p0   splice_call(0)
 *   s2   r0 = the magic number of slot 2, 64 bits
 *   h5   call helper 5; k5: kfunc 5; m5: load map 5, 64 bits
 *   j    jump to the next instruction; q: conditional; g: with a 32-bit distance
 *
 * splice_text_run() follows a program through all calls and writes down what
 * it meets, the words above or "(...)" for a call and "&(...)" for an address.
 */
#ifndef TESTS_SPLICE_TEXT_H
#define TESTS_SPLICE_TEXT_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/slot.h"
#include "core/util/insn.h"
#include "core/probe/splice.h"

#define TEXT_MAX 65536
#define TEXT_PARTS 32
#define TEXT_DEPTH 16

#define FAR_JUMP(IMM) INSN(BPF_JMP32 | BPF_JA, 0, 0, 0, IMM)
#define BRANCH(OFF) INSN(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_1, 0, OFF, 0)

struct text_writer {
	char text[TEXT_MAX];
	size_t used;
	int depth;
};

static inline void text_add(struct text_writer *w, const char *prefix, long number)
{
	int n = snprintf(w->text + w->used, TEXT_MAX - w->used, "%s%s%ld", w->used ? " " : "",
			 prefix, number);

	w->used += n;
	cr_assert_lt(w->used, TEXT_MAX);
}

static inline void text_sign(struct text_writer *w, const char *sign)
{
	w->used +=
		snprintf(w->text + w->used, TEXT_MAX - w->used, "%s%s", w->used ? " " : "", sign);
	cr_assert_lt(w->used, TEXT_MAX);
}

/* Writes the instructions of WORD to AT; references get the part's number. */
static inline size_t text_word(const char *word, struct bpf_insn *at)
{
	long n = strtol(word + (word[0] > '9'), NULL, 10);
	struct bpf_insn wide[2] = { 0 };

	switch (word[0]) {
	case 'c':
		at[0] = INSN_CALL(BPF_PSEUDO_CALL, n);
		return 1;
	case 'p':
		at[0] = splice_call(n);
		return 1;
	case 'h':
		at[0] = INSN_CALL(0, n);
		return 1;
	case 'k':
		at[0] = INSN_CALL(BPF_PSEUDO_KFUNC_CALL, n);
		return 1;
	case 'j':
		at[0] = INSN_JUMP(0);
		return 1;
	case 'g':
		at[0] = FAR_JUMP(0);
		return 1;
	case 'q':
		at[0] = BRANCH(0);
		return 1;
	case 'f':
		memcpy(wide, (struct bpf_insn[]){ INSN_IMM64(2, BPF_PSEUDO_FUNC, n) }, 16);
		break;
	case 'm':
		memcpy(wide, (struct bpf_insn[]){ INSN_IMM64(1, BPF_PSEUDO_MAP_FD, n) }, 16);
		break;
	case 's':
		memcpy(wide, (struct bpf_insn[]){ INSN_IMM64(0, 0, RETIS_SLOT_MAGIC(n)) }, 16);
		break;
	default:
		at[0] = INSN_MOV(BPF_REG_0, n);
		return 1;
	}
	memcpy(at, wide, sizeof(wide));
	return 2;
}

/* Turns part numbers into distances. */
static inline void text_resolve(struct splice_code *code, const size_t *starts)
{
	for (size_t i = 0; i < code->count; i++) {
		struct bpf_insn *insn = &code->insns[i];
		bool wide = insn->code == INSN_IMM64_CODE;

		if ((insn->code == INSN_CALL_CODE && insn->src_reg == BPF_PSEUDO_CALL) ||
		    (wide && insn->src_reg == BPF_PSEUDO_FUNC))
			insn->imm = (int)starts[insn->imm] - (int)i - 1;
		i += wide;
	}
}

/* The program TEXT describes, to be freed. */
static inline struct splice_code splice_text(const char *text)
{
	struct splice_code code = { 0 };
	size_t starts[TEXT_PARTS] = { 0 };
	size_t part = 0;
	char *copy = strdup(text);
	char *rest = copy;

	/* A word is a letter and a space at least, and gives two places at most. */
	code.insns = calloc(strlen(text) * 2 + 2, sizeof(*code.insns));
	cr_assert(copy && code.insns);
	for (char *word; (word = strsep(&rest, " "));) {
		if (word[0] != ';') {
			code.count += text_word(word, &code.insns[code.count]);
			continue;
		}
		code.insns[code.count++] = INSN_EXIT();
		cr_assert_lt(++part, TEXT_PARTS);
		starts[part] = code.count;
	}
	code.insns[code.count++] = INSN_EXIT();
	text_resolve(&code, starts);
	free(copy);
	return code;
}

static inline void text_follow(struct text_writer *w, const struct splice_code *code, size_t pc);

static inline void text_enter(struct text_writer *w, const struct splice_code *code, long target,
			      const char *sign)
{
	cr_assert(target >= 0 && target < (long)code->count, "call to %ld of %zu", target,
		  code->count);
	cr_assert_lt(w->depth, TEXT_DEPTH);
	w->depth++;
	text_sign(w, sign);
	text_follow(w, code, target);
	text_sign(w, ")");
	w->depth--;
}

static inline void text_call(struct text_writer *w, const struct splice_code *code, size_t pc)
{
	const struct bpf_insn *insn = &code->insns[pc];

	switch (insn->src_reg) {
	case BPF_PSEUDO_CALL:
		text_enter(w, code, (long)pc + 1 + insn->imm, "(");
		break;
	case BPF_PSEUDO_KFUNC_CALL:
		text_add(w, "k", insn->imm);
		break;
	case 0:
		text_add(w, "h", insn->imm);
		break;
	default:
		text_add(w, "p", insn->imm);
	}
}

static inline void text_wide(struct text_writer *w, const struct splice_code *code, size_t pc)
{
	const struct bpf_insn *insn = &code->insns[pc];
	__u64 value = (__u64)(__u32)insn[1].imm << 32 | (__u32)insn[0].imm;

	cr_assert_eq(insn[1].code, 0);
	if (insn->src_reg == BPF_PSEUDO_FUNC)
		text_enter(w, code, (long)pc + 1 + insn->imm, "&(");
	else if (insn->src_reg == BPF_PSEUDO_MAP_FD)
		text_add(w, "m", value);
	else
		text_add(w, "s", value - RETIS_SLOT_MAGIC(0));
}

static inline void text_follow(struct text_writer *w, const struct splice_code *code, size_t pc)
{
	for (;; pc++) {
		const struct bpf_insn *insn = &code->insns[pc];

		cr_assert_lt(pc, code->count);
		if (insn->code == (BPF_JMP | BPF_EXIT))
			return;
		if (insn->code == INSN_CALL_CODE)
			text_call(w, code, pc);
		else if (insn->code == INSN_IMM64_CODE)
			text_wide(w, code, pc++);
		else if (insn->code == (BPF_JMP | BPF_JA))
			text_sign(w, "j");
		else if (insn->code == (BPF_JMP32 | BPF_JA))
			text_sign(w, "g");
		else if (BPF_CLASS(insn->code) == BPF_JMP)
			text_sign(w, "q");
		else if (insn->code == INSN_MOV(0, 0).code && insn->dst_reg == BPF_REG_0)
			text_add(w, "", insn->imm);
	}
}

/* What CODE does, as a text to be freed. */
static inline char *splice_text_run(const struct splice_code *code)
{
	struct text_writer *w = calloc(1, sizeof(*w));
	char *text;

	cr_assert(w);
	text_follow(w, code, 0);
	text = strdup(w->text);
	cr_assert(text);
	free(w);
	return text;
}

#endif
