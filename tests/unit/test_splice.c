/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The splicer on programs written as text (splice_text.h): what the result
 * does is compared with what the template would do, had it been compiled with
 * the hooks in it.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <retis/bpf/ctx.h>

#include "core/probe/chain.h"
#include "core/probe/funcinfo.h"
#include "core/util/insn.h"
#include "core/probe/splice.h"
#include "splice_text.h"

#define MAX_FILLS 4
#define MAX_PROGRAMS 8

struct text_fill {
	uint16_t slot;
	const char *text;
};

struct texts {
	const char *template;
	struct text_fill fills[MAX_FILLS];
	const char *programs[MAX_PROGRAMS];
};

struct linked {
	int err;
	struct splice_result result;
	struct splice_error error;
};

static struct linked link_texts(const struct texts *texts)
{
	struct splice_fill fills[MAX_FILLS];
	struct splice_code programs[MAX_PROGRAMS];
	struct splice_input input = { .template = splice_text(texts->template),
				      .fills = fills,
				      .programs = programs };
	struct linked linked = { 0 };

	for (const struct text_fill *fill = texts->fills;
	     input.n_fills < MAX_FILLS && fill[input.n_fills].text; input.n_fills++) {
		fills[input.n_fills].slot = fill[input.n_fills].slot;
		fills[input.n_fills].code = splice_text(fill[input.n_fills].text);
	}
	for (; input.n_programs < MAX_PROGRAMS && texts->programs[input.n_programs];
	     input.n_programs++)
		programs[input.n_programs] = splice_text(texts->programs[input.n_programs]);
	linked.err = splice_link(&input, &linked.result, &linked.error);
	splice_code_fini(&input.template);
	for (size_t i = 0; i < input.n_fills; i++)
		splice_code_fini(&fills[i].code);
	for (size_t i = 0; i < input.n_programs; i++)
		splice_code_fini(&programs[i]);
	return linked;
}

/* Every reference leads to the start of a part, every part but the first is
 * referred to, and nothing is left that only the splicer knows. */
static void check_references(const struct splice_result *result)
{
	const struct splice_code *code = &result->code;
	char *used = calloc(code->count, 1);
	size_t n_used = 0;

	cr_assert(used);
	for (size_t i = 0; i < code->count; i++) {
		const struct bpf_insn *insn = &code->insns[i];
		bool wide = insn->code == INSN_IMM64_CODE;

		if (insn->code == INSN_CALL_CODE)
			cr_assert_leq(insn->src_reg, BPF_PSEUDO_KFUNC_CALL);
		if ((insn->code == INSN_CALL_CODE && insn->src_reg == BPF_PSEUDO_CALL) ||
		    (wide && insn->src_reg == BPF_PSEUDO_FUNC)) {
			long target = (long)i + 1 + insn->imm;

			cr_assert(target >= 0 && target < (long)code->count);
			used[target] = 1;
		}
		i += wide;
	}
	used[0] = 1;
	for (size_t i = 0; i < code->count; i++)
		n_used += used[i];
	cr_assert_eq(n_used, result->n_parts);
	for (size_t i = 0; i < result->n_parts; i++)
		cr_assert(used[result->parts[i].start]);
	free(used);
}

/* The result of TEXTS does WANTED, in PARTS parts. */
static void check(const char *wanted, size_t parts, const struct texts *texts)
{
	struct linked linked = link_texts(texts);
	char *got;

	cr_assert_eq(linked.err, 0, "%s: %s", texts->template, linked.error.reason);
	got = splice_text_run(&linked.result.code);
	cr_expect_str_eq(got, wanted, "template \"%s\"\n   got \"%s\"\nwanted \"%s\"",
			 texts->template, got, wanted);
	cr_expect_eq(linked.result.n_parts, parts, "template \"%s\" gave %zu parts, not %zu",
		     texts->template, linked.result.n_parts, parts);
	check_references(&linked.result);
	free(got);
	splice_result_fini(&linked.result);
}

#define CHECK(WANTED, PARTS, ...) check(WANTED, PARTS, &(struct texts){ .template = __VA_ARGS__ })

static void check_refused(int err, const char *reason, enum splice_kind kind, size_t index,
			  const struct texts *texts)
{
	struct linked linked = link_texts(texts);

	cr_expect_eq(linked.err, err, "template \"%s\" gave %d", texts->template, linked.err);
	cr_expect_str_eq(linked.error.reason, reason);
	cr_expect_eq(linked.error.source.kind, kind);
	cr_expect_eq(linked.error.source.index, index);
	cr_expect_null(linked.result.code.insns);
}

#define CHECK_REFUSED(ERR, REASON, KIND, INDEX, ...) \
	check_refused(ERR, REASON, KIND, INDEX, &(struct texts){ .template = __VA_ARGS__ })

Test(splice, program_without_slots_stays)
{
	CHECK("1 h5 k6 m7 s2", 1, "1 h5 k6 m7 s2");
	CHECK("1 ( 2 ( 3 ) j ) ( 3 ) q", 3, "1 c1 c2 q ; 2 c2 j ; 3");
}

Test(splice, slot_in_any_position)
{
	CHECK("1 ( 9 ) ( 2 ) ( 3 ) 4", 4, "1 c1 c2 c3 4 ; s2 ; 2 ; 3", { { 2, "9" } });
	CHECK("1 ( 2 ) ( 9 ) ( 3 ) 4", 4, "1 c1 c2 c3 4 ; 2 ; s2 ; 3", { { 2, "9" } });
	CHECK("1 ( 2 ) ( 3 ) ( 9 ) 4", 4, "1 c1 c2 c3 4 ; 2 ; 3 ; s2", { { 2, "9" } });
	CHECK("( 9 )", 2, "c1 ; s0", { { 0, "9" } });
	CHECK("( 9 )", 2, "c1 ; s65535", { { 65535, "9" } });
}

Test(splice, several_slots)
{
	CHECK("1 ( 10 ) 2 ( 20 21 h6 ) 3 ( 30 )", 4, "1 c2 2 c1 3 c3 ; s2 ; s1 ; s3",
	      { { 1, "10" }, { 2, "20 21 h6" }, { 3, "30" } });
	/* The same slot in two places, and two slots that share nothing. */
	CHECK("( 9 ) ( 9 ) ( 8 )", 3, "c1 c2 c3 ; s2 ; s2 ; s1", { { 2, "9" }, { 1, "8" } });
}

Test(splice, slot_called_from_anywhere)
{
	CHECK("( 9 ) 1 ( 9 )", 2, "c1 1 c1 ; s2", { { 2, "9" } });
	CHECK("1 ( 2 ( 9 ) 3 ) 4", 3, "1 c2 4 ; s2 ; 2 c1 3", { { 2, "9" } });
	CHECK("1 ( 2 ( 9 ) 3 ) ( 9 )", 3, "1 c1 c2 ; 2 c2 3 ; s2", { { 2, "9" } });
	CHECK("1 &( 9 )", 2, "1 f1 ; s2", { { 2, "9" } });
}

Test(splice, hooks_run_in_order)
{
	CHECK("1 ( 5 ( 10 h1 ) ( 20 ) ( 30 ) 6 ) 2", 5, "1 c1 2 ; s2", { { 2, "5 p0 p1 p2 6" } },
	      { "10 h1", "20", "30" });
	CHECK("1 ( ( 30 ) ( 10 ) )", 4, "1 c1 ; s2", { { 2, "p2 p0" } }, { "10", "20", "30" });
}

Test(splice, hook_called_twice_is_there_once)
{
	CHECK("( ( 10 ) ( 10 ) )", 3, "c1 ; s2", { { 2, "p0 p0" } }, { "10" });
	CHECK("( ( 10 ) ) ( ( 10 ) )", 4, "c1 c2 ; s2 ; s3", { { 2, "p0" }, { 3, "p0" } },
	      { "10" });
}

Test(splice, hooks_have_subprograms)
{
	/* Shared between two calls. */
	CHECK("( ( 10 ( 11 ) ( 11 ) 12 ) )", 4, "c1 ; s2", { { 2, "p0" } }, { "10 c1 c1 12 ; 11" });
	/* Nested, forward and backward. */
	CHECK("( ( 10 ( 12 ( 11 ( 13 ) ) ) ( 13 ) ) ( 20 ( 21 ) ) )", 8, "c1 ; s2",
	      { { 2, "p0 p1" } }, { "10 c2 c3 ; 11 c3 ; 12 c1 ; 13", "20 c1 ; 21" });
}

Test(splice, fills_have_subprograms)
{
	CHECK("1 ( 5 ( 6 ( 10 ) ) ( 7 ) )", 5, "1 c1 ; s2", { { 2, "5 c2 c1 ; 7 ; 6 p0" } },
	      { "10" });
}

Test(splice, function_addresses)
{
	CHECK("1 &( 2 ( 9 ( 10 &( 12 ) h181 11 &( 12 ) ) ) ) h181 3", 5, "1 f2 h181 3 ; s2 ; 2 c1",
	      { { 2, "9 p0" } }, { "10 f1 h181 11 f1 ; 12" });
	/* Backward, and of the hook itself. */
	CHECK("( ( 10 ( 12 &( 11 ) ) ) )", 5, "c1 ; s2", { { 2, "p0" } }, { "10 c2 ; 11 ; 12 f1" });
}

Test(splice, magic_number_in_ordinary_code_stays)
{
	/* First in main; the only thing in main. */
	CHECK("s2 ( 9 )", 2, "s2 c1 ; s2", { { 2, "9" } });
	CHECK("s2", 1, "s2");
	/* Subprograms that do more than to return it. */
	CHECK("( s2 1 ) ( 9 )", 3, "c1 c2 ; s2 1 ; s2", { { 2, "9" } });
	CHECK("( 1 s2 ) ( 9 )", 3, "c1 c2 ; 1 s2 ; s2", { { 2, "9" } });
	/* Slots are the template's. */
	CHECK("( ( ( s2 ) ) ( s2 ) )", 5, "c1 ; s2", { { 2, "p0 p1" } }, { "c1 ; s2", "s2" });
	/* A fill may return any number. */
	CHECK("( s1 )", 2, "c1 ; s1", { { 1, "s1" } });
}

Test(splice, only_the_exact_magic_number_is_a_slot)
{
	struct bpf_insn insns[] = { INSN_CALL(BPF_PSEUDO_CALL, 1), INSN_EXIT(),
				    INSN_IMM64(BPF_REG_0, 0, RETIS_SLOT_MAGIC(2)), INSN_EXIT() };
	struct splice_input input = { .template = { insns, 5 } };
	struct splice_result result = { 0 };
	struct splice_error error;
	struct bpf_insn *first = &insns[2];
	struct bpf_insn slot[2] = { first[0], first[1] };

	cr_expect_eq(splice_link(&input, &result, &error), -ENOENT);
	for (int i = 0; i < 4; i++) {
		memcpy(first, slot, sizeof(slot));
		if (i == 0)
			first[0].dst_reg = BPF_REG_1;
		else if (i == 1)
			first[0].src_reg = BPF_PSEUDO_MAP_FD;
		else if (i == 2)
			first[0].imm ^= 1 << 16;
		else
			first[1].imm ^= 1;
		cr_assert_eq(splice_link(&input, &result, &error), 0, "variant %d", i);
		cr_expect_arr_eq(result.code.insns, insns, sizeof(insns));
		splice_result_fini(&result);
	}
}

Test(splice, second_half_of_an_immediate_is_no_instruction)
{
	/* Its 32 bits of value are in `imm`; no kernel accepts more, but what
	 * else is in there must not matter. */
	struct bpf_insn insns[] = { INSN_IMM64(BPF_REG_1, 0, 0), INSN_EXIT() };
	struct splice_input input = { .template = { insns, 3 } };
	struct splice_result result = { 0 };
	struct splice_error error;

	insns[1].src_reg = BPF_PSEUDO_CALL;
	insns[1].imm = 0x7fffffff;
	cr_assert_eq(splice_link(&input, &result, &error), 0);
	cr_expect_arr_eq(result.code.insns, insns, sizeof(insns));
	splice_result_fini(&result);
	insns[1].code = INSN_CALL_CODE;
	cr_expect_eq(splice_link(&input, &result, &error), -EINVAL);
}

Test(splice, hooks_that_are_not_called_are_left_out)
{
	CHECK("1 ( 5 )", 2, "1 c1 ; s2", { { 2, "5" } }, { "10 c1 ; 11", "20" });
	CHECK("1 ( 5 ( 20 ) )", 3, "1 c1 ; s2", { { 2, "5 p1" } }, { "10 c1 ; 11", "20" });
}

Test(splice, subprograms_that_are_not_called_are_left_out)
{
	/* Parts 1 and 2 call each other, but nobody calls them. */
	CHECK("1 ( 9 )", 2, "1 c3 ; 2 c2 ; 3 c1 c4 ; s2 ; 4", { { 2, "9" } });
	/* What only they call is a slot: it needs no fill, but may have one. */
	CHECK("1", 1, "1 ; 2 c1 c2 ; s2");
	CHECK("1", 1, "1 ; 2 c1 c2 ; s2", { { 2, "9 p0" } }, { "10" });
}

Test(splice, poisoned_and_other_calls_stay)
{
	/* libbpf's mark for a CO-RE relocation that failed. */
	CHECK("1 h195896080 ( h195896080 k-5 )", 2, "1 h195896080 c1 ; s2",
	      { { 2, "h195896080 k-5" } });
}

Test(splice, only_fills_call_programs)
{
	/* In code of others it is just a call the kernel will not know. */
	struct linked linked = link_texts(&(struct texts){
		.template = "p0 c1 ; s2", .fills = { { 2, "p0" } }, .programs = { "p0 10" } });
	char *got;

	cr_assert_eq(linked.err, 0);
	got = splice_text_run(&linked.result.code);
	cr_expect_str_eq(got, "p0 ( ( p0 10 ) )");
	free(got);
	splice_result_fini(&linked.result);
}

Test(splice, result_says_where_parts_came_from)
{
	struct linked linked = link_texts(&(struct texts){
		"1 c2 c1 ; s2 ; 2", { { 2, "9 p1 c1 ; 8" } }, { "10", "20 c1 ; 21" } });
	const struct splice_part wanted[] = {
		{ 0, { SPLICE_TEMPLATE, 0 } }, { 4, { SPLICE_TEMPLATE, 0 } },
		{ 6, { SPLICE_FILL, 0 } },     { 10, { SPLICE_FILL, 0 } },
		{ 12, { SPLICE_PROGRAM, 1 } }, { 15, { SPLICE_PROGRAM, 1 } },
	};
	struct bpf_func_info *records;

	cr_assert_eq(linked.err, 0);
	cr_assert_eq(linked.result.n_parts, 6);
	cr_assert_eq(funcinfo_records(&linked.result, &records), 0);
	for (size_t i = 0; i < 6; i++) {
		const struct splice_part *part = &linked.result.parts[i];

		cr_expect_eq(part->start, wanted[i].start, "part %zu is at %u", i, part->start);
		cr_expect_eq(part->source.kind, wanted[i].source.kind);
		cr_expect_eq(part->source.index, wanted[i].source.index);
		cr_expect_eq(records[i].insn_off, part->start);
	}
	free(records);
	splice_result_fini(&linked.result);
}

Test(splice, fills_and_slots_must_match)
{
	CHECK_REFUSED(-ENOENT, "template lacks the slot", SPLICE_FILL, 1, "c1 ; s2",
		      { { 2, "9" }, { 3, "9" } });
	CHECK_REFUSED(-ENOENT, "slot has no fill", SPLICE_TEMPLATE, 0, "c1 c2 ; s2 ; s1",
		      { { 2, "9" } });
	CHECK_REFUSED(-EINVAL, "slot has two fills", SPLICE_FILL, 1, "c1 ; s2",
		      { { 2, "9" }, { 2, "8" } });
	CHECK_REFUSED(-EINVAL, "no such program", SPLICE_FILL, 0, "c1 ; s2", { { 2, "p2" } },
		      { "10", "20" });
	CHECK_REFUSED(-EINVAL, "no such program", SPLICE_FILL, 0, "c1 ; s2", { { 2, "p-1" } },
		      { "10", "20" });
	/* Main is not a slot. */
	CHECK_REFUSED(-ENOENT, "template lacks the slot", SPLICE_FILL, 0, "s2", { { 2, "9" } });
}

Test(chain, hooks_of_a_stage_get_context_and_event)
{
	const struct chain_hook hooks[] = { { .program = 1, .stage = RETIS_STAGE_BEFORE },
					    { .program = 0, .stage = RETIS_STAGE_AFTER },
					    { .program = 2, .stage = RETIS_STAGE_BEFORE } };
	const struct bpf_insn wanted[] = {
		INSN_MOV_REG(6, 1), INSN_MOV(7, 0), INSN_MOV(0, 0),	INSN_MOV_REG(1, 6),
		INSN_MOV_REG(2, 7), splice_call(1), INSN_MOV_REG(1, 6), INSN_MOV_REG(2, 7),
		splice_call(2),	    INSN_EXIT(),
	};
	struct splice_code code = { 0 };

	cr_assert_eq(chain_build(hooks, 3, RETIS_STAGE_BEFORE, &code), 0);
	cr_assert_eq(code.count, sizeof(wanted) / sizeof(wanted[0]));
	cr_expect_arr_eq(code.insns, wanted, sizeof(wanted));
	splice_code_fini(&code);
}

Test(chain, arguments_are_where_the_context_has_them)
{
	const struct chain_hook hook = { .n_args = 3, .args = { 16, CHAIN_NO_ARG, 104 } };
	struct bpf_insn insns[] = {
		INSN_LOAD(3, 6, RETIS_ARG_OFFSET + 16),
		INSN_LOAD(4, 6, RETIS_ARG_OFFSET + 8),
		INSN_LOAD(5, 1, RETIS_ARG_OFFSET),
		INSN_LOAD(5, 1, 24),
		INSN_LOAD_SIZE(BPF_W, 5, 1, RETIS_ARG_OFFSET),
	};
	const struct bpf_insn wanted[] = {
		INSN_LOAD(3, 6, 104),
		INSN_MOV(4, 0),
		INSN_LOAD(5, 1, 16),
		INSN_LOAD(5, 1, 24),
		INSN_LOAD_SIZE(BPF_W, 5, 1, RETIS_ARG_OFFSET),
	};
	struct splice_code code = { insns, 5 };

	cr_assert_eq(chain_place_args(&hook, &code), 0);
	cr_expect_arr_eq(insns, wanted, sizeof(wanted));
	insns[0] = INSN_LOAD(3, 6, RETIS_ARG_OFFSET + 24);
	cr_assert_eq(chain_place_args(&hook, &code), -EINVAL, "the hook has three");
}

Test(chain, says_which_arguments_there_are)
{
	const struct chain_hook hook = { .n_args = 2, .args = { 16, CHAIN_NO_ARG } };
	struct bpf_insn insns[] = {
		INSN_LOAD(3, 6, RETIS_HAS_ARG_OFFSET),
		INSN_LOAD(4, 6, RETIS_HAS_ARG_OFFSET + 8),
	};
	const struct bpf_insn wanted[] = { INSN_MOV(3, 1), INSN_MOV(4, 0) };
	struct splice_code code = { insns, 2 };

	cr_assert_eq(chain_place_args(&hook, &code), 0);
	cr_expect_arr_eq(insns, wanted, sizeof(wanted));
	insns[0] = INSN_LOAD(3, 6, RETIS_HAS_ARG_OFFSET + 16);
	cr_assert_eq(chain_place_args(&hook, &code), -EINVAL, "the hook has two");
}

/* Splices the chain of N hooks, all program 0, into the smallest template. */
static int link_chain(size_t n, struct splice_code program, struct splice_result *result)
{
	struct chain_hook *hooks = calloc(n + 1, sizeof(*hooks));
	struct splice_code template = splice_text("1 c1 c2 2 ; s1 ; s2");
	struct splice_fill fills[] = { { RETIS_SLOT_CONFIG, { 0 } }, { RETIS_SLOT_CHAIN, { 0 } } };
	struct splice_input input = { template, fills, 2, &program, 1 };
	struct splice_error error;
	int err;

	cr_assert(hooks);
	cr_assert_eq(chain_constant(RETIS_SLOT_MAGIC(7), &fills[0].code), 0);
	for (size_t i = 0; i < n; i++)
		hooks[i].stage = RETIS_STAGE_BEFORE;
	err = chain_build(hooks, n, RETIS_STAGE_BEFORE, &fills[1].code);
	if (!err)
		err = splice_link(&input, result, &error);
	for (int i = 0; i < 2; i++)
		splice_code_fini(&fills[i].code);
	splice_code_fini(&template);
	free(hooks);
	return err;
}

static void check_chain(size_t n, size_t parts, const char *wanted)
{
	struct splice_code program = splice_text("10 c1 ; 11");
	struct splice_result result = { 0 };
	char *got;

	cr_assert_eq(link_chain(n, program, &result), 0);
	check_references(&result);
	cr_expect_eq(result.n_parts, parts);
	got = splice_text_run(&result.code);
	cr_expect_str_eq(got, wanted);
	free(got);
	splice_result_fini(&result);
	splice_code_fini(&program);
}

Test(chain, spliced)
{
	check_chain(0, 3, "1 ( s7 ) ( 0 ) 2");
	check_chain(1, 5, "1 ( s7 ) ( 0 ( 10 ( 11 ) ) ) 2");
	check_chain(2, 5, "1 ( s7 ) ( 0 ( 10 ( 11 ) ) ( 10 ( 11 ) ) ) 2");
}

Test(splice, too_many_instructions)
{
	struct splice_code big = { calloc(SPLICE_MAX_INSNS + 1, sizeof(struct bpf_insn)), 0 };
	struct splice_result result = { 0 };
	/* Template 5, configuration 3, chain of one 7. */
	size_t room = SPLICE_MAX_INSNS - 5 - 3 - 7;

	cr_assert(big.insns);
	for (size_t i = 0; i <= SPLICE_MAX_INSNS; i++)
		big.insns[i] = INSN_EXIT();
	big.count = room;
	cr_expect_eq(link_chain(1, big, &result), 0);
	cr_expect_eq(result.code.count, SPLICE_MAX_INSNS);
	splice_result_fini(&result);
	big.count = room + 1;
	cr_expect_eq(link_chain(1, big, &result), -E2BIG);
	/* Not called, so it does not count, unless it is too big by itself. */
	big.count = SPLICE_MAX_INSNS;
	cr_expect_eq(link_chain(0, big, &result), 0);
	splice_result_fini(&result);
	big.count = SPLICE_MAX_INSNS + 1;
	cr_expect_eq(link_chain(0, big, &result), -E2BIG);
	big.count = SIZE_MAX;
	cr_expect_eq(link_chain(0, big, &result), -E2BIG);
	cr_expect_eq(chain_build(NULL, SIZE_MAX, RETIS_STAGE_COLLECT, &(struct splice_code){ 0 }),
		     -E2BIG);
	splice_code_fini(&big);
}
