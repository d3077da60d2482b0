/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The splicer on programs nobody would write: malformed ones must be refused
 * without reading beyond them, and random call graphs must keep their meaning.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/util/insn.h"
#include "core/probe/splice.h"
#include "splice_text.h"

#define CALL(DISTANCE) INSN_CALL(BPF_PSEUDO_CALL, DISTANCE)
#define FUNC(DISTANCE) INSN_IMM64(BPF_REG_2, BPF_PSEUDO_FUNC, (__u32)(DISTANCE))
#define WIDE() INSN_IMM64(BPF_REG_1, 0, 0)

#define MAX_BAD 6

struct malformed {
	const char *reason;
	/* The instruction the error is about. */
	size_t insn;
	size_t count;
	struct bpf_insn insns[MAX_BAD];
};

static const struct malformed malformed[] = {
	{ "program is empty", 0, 0, { { 0 } } },
	{ "target is outside the program", 0, 2, { CALL(1), INSN_EXIT() } },
	{ "target is outside the program", 1, 3, { INSN_MOV(0, 0), CALL(-3), INSN_EXIT() } },
	{ "target is outside the program", 0, 2, { CALL(INT32_MAX), INSN_EXIT() } },
	{ "target is outside the program", 0, 2, { CALL(INT32_MIN), INSN_EXIT() } },
	{ "target is outside the program", 0, 3, { FUNC(2), INSN_EXIT() } },
	{ "target is outside the program", 0, 3, { FUNC(-2), INSN_EXIT() } },
	{ "target is inside a 64-bit immediate",
	  0,
	  5,
	  { CALL(2), INSN_EXIT(), WIDE(), INSN_EXIT() } },
	{ "target is inside a 64-bit immediate", 0, 3, { FUNC(0), INSN_EXIT() } },
	{ "target is inside a 64-bit immediate", 0, 4, { BRANCH(1), WIDE(), INSN_EXIT() } },
	{ "64-bit immediate is cut off", 1, 2, { INSN_MOV(0, 0), WIDE() } },
	{ "64-bit immediate is cut off", 0, 1, { FUNC(0) } },
	{ "64-bit immediate lacks its second half",
	  0,
	  2,
	  {
		  WIDE(),
	  } },
	{ "jump out of its subprogram",
	  1,
	  5,
	  { CALL(2), BRANCH(1), INSN_EXIT(), INSN_MOV(0, 0), INSN_EXIT() } },
	{ "jump out of its subprogram", 2, 4, { CALL(1), INSN_EXIT(), BRANCH(-2), INSN_EXIT() } },
	{ "jump out of its subprogram", 1, 4, { CALL(1), INSN_JUMP(1), INSN_EXIT(), INSN_EXIT() } },
	{ "jump out of its subprogram", 1, 4, { CALL(1), FAR_JUMP(1), INSN_EXIT(), INSN_EXIT() } },
	{ "target is outside the program", 0, 2, { BRANCH(1), INSN_EXIT() } },
	{ "target is outside the program", 0, 2, { BRANCH(INT16_MIN), INSN_EXIT() } },
	{ "target is outside the program", 0, 2, { FAR_JUMP(INT32_MAX), INSN_EXIT() } },
	{ "target is outside the program", 0, 2, { FAR_JUMP(INT32_MIN), INSN_EXIT() } },
	{ "subprogram runs over its end", 0, 1, { INSN_MOV(0, 0) } },
	{ "subprogram runs over its end", 1, 2, { INSN_MOV(0, 0), BRANCH(-2) } },
	{ "subprogram runs over its end", 1, 2, { WIDE() } },
	{ "subprogram runs over its end",
	  1,
	  4,
	  { CALL(1), INSN_MOV(0, 0), INSN_MOV(0, 0), INSN_EXIT() } },
	{ "indirect jump", 0, 2, { INSN(BPF_JMP | BPF_JA | BPF_X, 1, 0, 0, 0), INSN_EXIT() } },
};

/* The instructions of BAD in memory of exactly their size. */
static struct splice_code exact_copy(const struct malformed *bad)
{
	struct splice_code code = { malloc(bad->count * sizeof(struct bpf_insn)), bad->count };

	cr_assert(code.insns || !code.count);
	memcpy(code.insns, bad->insns, bad->count * sizeof(struct bpf_insn));
	if (!strcmp(bad->reason, "64-bit immediate lacks its second half"))
		code.insns[1].code = BPF_JMP | BPF_EXIT;
	return code;
}

static void check_malformed(const struct malformed *bad, enum splice_kind kind)
{
	struct splice_code good = splice_text("1 c1 ; s2");
	struct splice_code fill = splice_text("9 p0");
	struct splice_code code = exact_copy(bad);
	struct splice_fill fills[] = { { 2, kind == SPLICE_FILL ? code : fill } };
	struct splice_input input = { kind == SPLICE_TEMPLATE ? code : good, fills, 1,
				      kind == SPLICE_PROGRAM ? &code : &good, 1 };
	struct splice_result result = { 0 };
	struct splice_error error = { 0 };

	cr_expect_eq(splice_link(&input, &result, &error), -EINVAL);
	cr_expect_str_eq(error.reason, bad->reason);
	cr_expect_eq(error.insn, bad->insn, "case %td: %s: %zu", bad - malformed, error.reason,
		     error.insn);
	cr_expect_eq(error.source.kind, kind);
	cr_expect_null(result.code.insns);
	cr_expect_null(result.parts);
	splice_code_fini(&good);
	splice_code_fini(&fill);
	splice_code_fini(&code);
}

Test(splice_hostile, malformed_programs_are_refused)
{
	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
		for (enum splice_kind kind = SPLICE_TEMPLATE; kind <= SPLICE_PROGRAM; kind++)
			check_malformed(&malformed[i], kind);
}

static unsigned int next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return *state >> 33;
}

/* An instruction that is likely to matter to the splicer. */
static struct bpf_insn random_insn(uint64_t *state)
{
	static const __u8 codes[] = { INSN_CALL_CODE,	  INSN_CALL_CODE,
				      INSN_IMM64_CODE,	  BPF_JMP | BPF_JA,
				      BPF_JMP32 | BPF_JA, BPF_JMP | BPF_JEQ,
				      BPF_JMP | BPF_EXIT, 0 };
	static const __u8 kinds[] = { 0, 1, 2, 4, 15 };

	return INSN(codes[next_random(state) % sizeof(codes)], 0,
		    kinds[next_random(state) % sizeof(kinds)], (int)(next_random(state) % 9) - 4,
		    (int)(next_random(state) % 9) - 4);
}

static struct splice_code random_code(uint64_t *state)
{
	size_t count = next_random(state) % 10;
	struct splice_code code = { malloc(count * sizeof(struct bpf_insn)), count };

	cr_assert(code.insns || !count);
	for (size_t i = 0; i < count; i++)
		code.insns[i] = random_insn(state);
	/* Often enough well-formed to get beyond the first checks. */
	if (count)
		code.insns[count - 1] = INSN_EXIT();
	return code;
}

/* All references of a result lead to parts. */
static void check_result(const struct splice_result *result)
{
	for (size_t i = 0; i < result->code.count; i++) {
		const struct bpf_insn *insn = &result->code.insns[i];
		bool wide = insn->code == INSN_IMM64_CODE;
		size_t part = 0;

		if ((insn->code == INSN_CALL_CODE && insn->src_reg == BPF_PSEUDO_CALL) ||
		    (wide && insn->src_reg == BPF_PSEUDO_FUNC)) {
			while (part < result->n_parts &&
			       result->parts[part].start != (uint32_t)(i + 1 + insn->imm))
				part++;
			cr_assert_lt(part, result->n_parts);
		}
		i += wide;
	}
}

Test(splice_hostile, garbage)
{
	uint64_t state = 1;
	size_t accepted = 0;

	for (int round = 0; round < 200000; round++) {
		struct splice_code program = random_code(&state);
		struct splice_fill fill = { 2, random_code(&state) };
		struct splice_code template = random_code(&state);
		struct splice_input input = { template, &fill, round % 2, &program, 1 };
		struct splice_result result = { 0 };
		struct splice_error error;

		if (round % 4 >= 2) {
			splice_code_fini(&template);
			input.template = template = splice_text("1 c1 ; s2");
		}
		if (!splice_link(&input, &result, &error)) {
			check_result(&result);
			accepted++;
		}
		splice_result_fini(&result);
		splice_code_fini(&program);
		splice_code_fini(&fill.code);
		splice_code_fini(&template);
	}
	/* Otherwise only the first checks were tested. */
	cr_expect_gt(accepted, 1000);
}

/* Random programs of a known meaning. */
#define GRAPH_PARTS 6
#define GRAPH_TEXT 4096

struct graph {
	size_t parts;
	char body[GRAPH_PARTS][GRAPH_TEXT];
	/* What a part does once all references are followed. */
	char meaning[GRAPH_PARTS][TEXT_MAX];
};

__attribute__((format(printf, 3, 4))) static void append(char *text, size_t size,
							 const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;
	int n;

	if (used)
		text[used++] = ' ';
	va_start(args, format);
	n = vsnprintf(text + used, size - used, format, args);
	va_end(args);
	cr_assert(n >= 0 && used + n < size);
}

static void graph_word(struct graph *g, size_t part, const char *word, unsigned int n)
{
	append(g->body[part], GRAPH_TEXT, "%s%u", word, n);
	append(g->meaning[part], TEXT_MAX, "%s%u", word, n);
}

/* WORD refers to number N of something, which does MEANING. */
static void graph_refer(struct graph *g, size_t part, char word, size_t n, const char *meaning)
{
	append(g->body[part], GRAPH_TEXT, "%c%zu", word, n);
	append(g->meaning[part], TEXT_MAX, "%s %s )", word == 'f' ? "&(" : "(", meaning);
}

/* A random order of the parts after the first. */
static void shuffle(size_t *order, size_t n, uint64_t *state)
{
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	for (size_t i = n; i-- > 2;) {
		size_t other = 1 + next_random(state) % i;
		size_t kept = order[i];

		order[i] = order[other];
		order[other] = kept;
	}
}

/* Fills in G. Parts refer to those behind them in a random order, so that
 * references go both ways but end; some also to program 0, which does PROGRAM. */
static void graph_build(struct graph *g, uint64_t *state, const char *program)
{
	static const char *const fillers[] = { "", "h", "m", "s", "k" };
	size_t order[GRAPH_PARTS];

	memset(g, 0, sizeof(*g));
	g->parts = 1 + next_random(state) % GRAPH_PARTS;
	shuffle(order, g->parts, state);
	for (size_t rank = g->parts; rank-- > 0;) {
		size_t part = order[rank];

		graph_word(g, part, "", next_random(state) % 1000);
		for (int i = next_random(state) % 3; i >= 0; i--)
			graph_word(g, part, fillers[next_random(state) % 5],
				   next_random(state) % 100);
		for (size_t to = rank + 1; to < g->parts; to++)
			if (next_random(state) % 2)
				graph_refer(g, part, "cf"[next_random(state) % 2], order[to],
					    g -> meaning[order[to]]);
		if (program && next_random(state) % 2)
			graph_refer(g, part, 'p', 0, program);
		graph_word(g, part, "", next_random(state) % 1000);
	}
}

/* G as instructions, followed by the part EXTRA, if any. */
static struct splice_code graph_code(const struct graph *g, const char *extra)
{
	char text[GRAPH_TEXT * (GRAPH_PARTS + 1)] = "";

	for (size_t i = 0; i < g->parts; i++)
		append(text, sizeof(text), "%s%s", i ? "; " : "", g->body[i]);
	if (extra)
		append(text, sizeof(text), "; %s", extra);
	return splice_text(text);
}

static void check_graph(const struct graph *hook, const struct graph *chain,
			const struct graph *probe)
{
	struct splice_code program = graph_code(hook, NULL);
	struct splice_code template = graph_code(probe, "s2");
	struct splice_fill fill = { 2, graph_code(chain, NULL) };
	struct splice_input input = { template, &fill, 1, &program, 1 };
	struct splice_result result = { 0 };
	struct splice_error error = { 0 };
	char *got;

	cr_assert_eq(splice_link(&input, &result, &error), 0, "%s", error.reason);
	check_result(&result);
	got = splice_text_run(&result.code);
	cr_assert_str_eq(got, probe->meaning[0]);
	free(got);
	splice_result_fini(&result);
	splice_code_fini(&program);
	splice_code_fini(&template);
	splice_code_fini(&fill.code);
}

Test(splice_hostile, random_call_graphs_keep_their_meaning)
{
	struct graph *g = calloc(3, sizeof(*g));
	uint64_t state = 2;

	cr_assert(g);
	for (int round = 0; round < 3000; round++) {
		graph_build(&g[0], &state, NULL);
		graph_build(&g[1], &state, g[0].meaning[0]);
		graph_build(&g[2], &state, NULL);
		/* The slot is the part after the last. */
		graph_refer(&g[2], 0, 'c', g[2].parts, g[1].meaning[0]);
		check_graph(&g[0], &g[1], &g[2]);
	}
	free(g);
}
