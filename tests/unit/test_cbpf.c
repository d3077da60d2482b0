/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The translator on programs that libpcap has no text for, or only a long one; what
 * it does with texts is in test_packet_filter.c.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cbpf_run.h"
#include "core/filter/cbpf.h"

#define S(CODE, K) ((struct sock_filter)BPF_STMT(CODE, K))
#define J(CODE, K, JT, JF) ((struct sock_filter)BPF_JUMP(CODE, K, JT, JF))
#define LD_IMM (BPF_LD | BPF_W | BPF_IMM)
#define LDX_IMM (BPF_LDX | BPF_W | BPF_IMM)
#define RET_K (BPF_RET | BPF_K)
#define RET_A (BPF_RET | BPF_A)

static const unsigned char bytes[] = { 0x47, 0x01, 0x82, 0x03, 0x84, 0x05, 0x86, 0x07,
				       0x88, 0x09, 0x8a, 0x0b, 0x8c, 0x0d, 0x8e, 0x0f };
static const struct run_packet packet = { bytes, sizeof(bytes), 1500 };

static int translate(const struct sock_filter *program, size_t n, unsigned int network,
		     struct splice_code *code)
{
	char why[CBPF_WHY_SIZE] = "";
	int err = cbpf_translate(program, n, network, code, why);

	cr_expect_eq(!why[0], !err, "%d: %s", err, why);
	return err;
}

static int run_at(const struct sock_filter *program, size_t n, unsigned int network)
{
	struct splice_code code;
	struct run r;
	int result;

	cr_assert_eq(translate(program, n, network, &code), 0);
	run_check_flow(&code);
	result = run_filter(&r, &code, &packet);
	splice_code_fini(&code);
	return result;
}

#define N(...) (sizeof((struct sock_filter[]){ __VA_ARGS__ }) / sizeof(struct sock_filter))
#define RUN_AT(NETWORK, ...) run_at((struct sock_filter[]){ __VA_ARGS__ }, N(__VA_ARGS__), NETWORK)
#define RUN(...) RUN_AT(14, __VA_ARGS__)
/* What is in A after the instructions. */
#define CHECK_A(VALUE, ...)                                                                   \
	cr_expect_eq(RUN(__VA_ARGS__, J(BPF_JMP | BPF_JEQ | BPF_K, VALUE, 0, 1), S(RET_K, 1), \
			 S(RET_K, 0)),                                                        \
		     1, "A is not %#x", VALUE)

Test(cbpf, everything_is_zero_at_the_beginning)
{
	CHECK_A(0u, S(BPF_ALU | BPF_ADD | BPF_K, 0));
	CHECK_A(0u, S(BPF_MISC | BPF_TXA, 0));
	for (unsigned int i = 0; i < BPF_MEMWORDS; i++)
		CHECK_A(0u, S(BPF_LD | BPF_W | BPF_MEM, i));
	cr_expect_eq(RUN(S(RET_A, 0)), 0);
}

Test(cbpf, results)
{
	cr_expect_eq(RUN(S(RET_K, 0)), 0);
	cr_expect_eq(RUN(S(RET_K, 0x80000000)), 1);
	cr_expect_eq(RUN(S(LD_IMM, 0x80000000), S(RET_A, 0)), 1);
	cr_expect_eq(RUN(S(LD_IMM, 0), S(RET_A, 0)), 0);
}

Test(cbpf, numbers_have_32_bits)
{
	CHECK_A(0u, S(LD_IMM, 0xffffffff), S(BPF_ALU | BPF_ADD | BPF_K, 1),
		S(BPF_ALU | BPF_RSH | BPF_K, 1));
	CHECK_A(0xffffffffu, S(BPF_ALU | BPF_SUB | BPF_K, 1));
	CHECK_A(0x7fffffffu, S(BPF_ALU | BPF_SUB | BPF_K, 1), S(BPF_ALU | BPF_DIV | BPF_K, 2));
	CHECK_A(0xffffffb9u, S(LD_IMM, 0x47), S(BPF_ALU | BPF_NEG, 0));
	CHECK_A(1u, S(LD_IMM, 0xffffffff), S(BPF_ALU | BPF_DIV | BPF_K, 0xffffffff));
	CHECK_A(0x80000000u, S(LD_IMM, 0x80000000), S(BPF_ALU | BPF_MOD | BPF_K, 0x80000001));
	cr_expect_eq(RUN(S(LD_IMM, 0x80000000), J(BPF_JMP | BPF_JGT | BPF_K, 0x7fffffff, 0, 1),
			 S(RET_K, 1), S(RET_K, 0)),
		     1);
	/* M[15] as both registers see it. */
	CHECK_A(0xfffffffeu, S(LDX_IMM, 0xfffffffe), S(BPF_STX, 15),
		S(BPF_LD | BPF_W | BPF_MEM, 15));
}

Test(cbpf, shifts_beyond_32_bits_leave_nothing)
{
	CHECK_A(0u, S(LD_IMM, 0xffffffff), S(BPF_ALU | BPF_LSH | BPF_K, 32));
	CHECK_A(0u, S(LD_IMM, 0xffffffff), S(LDX_IMM, 32), S(BPF_ALU | BPF_LSH | BPF_X, 0));
	CHECK_A(0u, S(LD_IMM, 0xffffffff), S(LDX_IMM, 0x101), S(BPF_ALU | BPF_RSH | BPF_X, 0));
	CHECK_A(1u, S(LD_IMM, 0xffffffff), S(LDX_IMM, 31), S(BPF_ALU | BPF_RSH | BPF_X, 0));
}

Test(cbpf, division_by_zero_is_no_match)
{
	cr_expect_eq(RUN(S(BPF_ALU | BPF_DIV | BPF_K, 0), S(RET_K, 1)), 0);
	cr_expect_eq(RUN(S(BPF_ALU | BPF_MOD | BPF_K, 0), S(RET_K, 1)), 0);
	cr_expect_eq(RUN(S(BPF_ALU | BPF_DIV | BPF_X, 0), S(RET_K, 1)), 0);
	cr_expect_eq(RUN(S(BPF_ALU | BPF_MOD | BPF_X, 0), S(RET_K, 1)), 0);
	cr_expect_eq(RUN(S(LDX_IMM, 1), S(BPF_ALU | BPF_MOD | BPF_X, 0), S(RET_K, 1)), 1);
}

Test(cbpf, header_length_leaves_a_alone)
{
	for (unsigned int at = 0; at < sizeof(bytes); at++)
		CHECK_A(0x1234 + 4 * (bytes[at] & 0xfu), S(LD_IMM, 0x1234),
			S(BPF_LDX | BPF_B | BPF_MSH, at), S(BPF_ALU | BPF_ADD | BPF_X, 0));
}

/* At every offset and for headers at every place: from the copy and from the packet. */
Test(cbpf, loads_at_every_alignment)
{
	static const uint16_t sizes[] = { [1] = BPF_B, [2] = BPF_H, [4] = BPF_W };

	for (unsigned int network = 0; network < 16; network++)
		for (unsigned int at = 0; at < sizeof(bytes); at++)
			for (unsigned int size = 1; size <= 4; size *= 2) {
				uint32_t want = 0;

				for (unsigned int i = 0; i < size; i++)
					want = want << 8 |
					       (at + i < sizeof(bytes) ? bytes[at + i] : 0);
				cr_expect_eq(RUN_AT(network, S(BPF_LD | sizes[size] | BPF_ABS, at),
						    J(BPF_JMP | BPF_JEQ | BPF_K, want, 0, 1),
						    S(RET_K, 1), S(RET_K, 0)),
					     at + size <= sizeof(bytes));
			}
}

Test(cbpf, beyond_the_packet_is_no_match)
{
	static const uint32_t far[] = { 16, 200, 0x7ffffffc, 0x7fffffff, 0x80000000, 0xffe00000 };

	for (size_t i = 0; i < sizeof(far) / sizeof(*far); i++) {
		cr_expect_eq(RUN(S(BPF_LD | BPF_B | BPF_ABS, far[i]), S(RET_K, 1)), 0);
		cr_expect_eq(RUN(S(BPF_LD | BPF_W | BPF_IND, far[i]), S(RET_K, 1)), 0);
		cr_expect_eq(RUN(S(BPF_LDX | BPF_B | BPF_MSH, far[i]), S(RET_K, 1)), 0);
		cr_expect_eq(RUN(S(LDX_IMM, far[i]), S(BPF_LD | BPF_B | BPF_IND, 0), S(RET_K, 1)),
			     0);
	}
	/* An index does not wrap around. */
	cr_expect_eq(RUN(S(LDX_IMM, 0xffffffff), S(BPF_LD | BPF_B | BPF_IND, 2), S(RET_K, 1)), 0);
	cr_expect_eq(RUN(S(LDX_IMM, 1), S(BPF_LD | BPF_B | BPF_IND, 0xffffffff), S(RET_K, 1)), 0);
	cr_expect_eq(RUN(S(LDX_IMM, 15), S(BPF_LD | BPF_B | BPF_IND, 0), S(RET_K, 1)), 1);
}

/* What is known on one way to an instruction need not be so on the other. */
Test(cbpf, ways_that_meet)
{
	const struct sock_filter load = S(BPF_LD | BPF_B | BPF_ABS, 20);

	for (unsigned int a = 0; a < 2; a++) {
		/* With A being 1, over the first load; with A being 0, on to it. */
		cr_expect_eq(RUN(S(LD_IMM, a), J(BPF_JMP | BPF_JEQ | BPF_K, 1, 1, 0), load,
				 S(BPF_LD | BPF_B | BPF_ABS, 18), S(RET_K, 1)),
			     0);
		/* With A being 1, over it on a longer way. */
		cr_expect_eq(RUN(S(LD_IMM, a), J(BPF_JMP | BPF_JEQ | BPF_K, 1, 2, 0), load,
				 S(BPF_JMP | BPF_JA, 1), S(LD_IMM, 0),
				 S(BPF_LD | BPF_B | BPF_ABS, 18), S(RET_K, 1)),
			     0);
		/* The index is the length of a header, or 3. */
		CHECK_A(a ? 0x0384u : 0x8c0du, S(LD_IMM, a), J(BPF_JMP | BPF_JEQ | BPF_K, 1, 2, 0),
			S(BPF_LDX | BPF_B | BPF_MSH, 3), S(BPF_JMP | BPF_JA, 1), S(LDX_IMM, 3),
			S(BPF_LD | BPF_H | BPF_IND, 0));
		CHECK_A(a ? 0x0384u : 0x8c0du, S(LD_IMM, a), J(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 2),
			S(LDX_IMM, 3), S(BPF_JMP | BPF_JA, 1), S(BPF_LDX | BPF_B | BPF_MSH, 3),
			S(BPF_LD | BPF_H | BPF_IND, 0));
	}
}

Test(cbpf, length_is_that_of_the_packet)
{
	CHECK_A(1500u, S(BPF_LD | BPF_W | BPF_LEN, 0));
	CHECK_A(1500u, S(BPF_LDX | BPF_W | BPF_LEN, 0), S(BPF_LD | BPF_B | BPF_ABS, 0),
		S(BPF_MISC | BPF_TXA, 0));
}

Test(cbpf, code_that_is_never_reached_is_left_out)
{
	cr_expect_eq(RUN(S(BPF_JMP | BPF_JA, 2), S(BPF_LD | BPF_W | BPF_ABS, 0xfffff004),
			 S(0xffff, 0), S(RET_K, 1)),
		     1);
	cr_expect_eq(RUN(J(BPF_JMP | BPF_JSET | BPF_K, 1, 1, 1), S(RET_K, 0), S(RET_K, 1)), 1);
	cr_expect_eq(RUN(J(BPF_JMP | BPF_JSET | BPF_K, 1, 0, 1), S(RET_K, 0), S(RET_K, 1)), 1);
}

/* N times FILLER between a jump and its end. */
static int run_long(size_t n, struct sock_filter jump, struct sock_filter filler)
{
	struct sock_filter *program = calloc(n + 3, sizeof(*program));
	struct splice_code code = { 0 };
	struct run r;
	int result;

	cr_assert(program);
	program[0] = jump;
	for (size_t i = 0; i < n; i++)
		program[i + 1] = filler;
	program[n + 1] = S(RET_K, 0);
	program[n + 2] = S(RET_K, 1);
	result = translate(program, n + 3, 14, &code);
	if (!result) {
		run_check_flow(&code);
		result = run_filter(&r, &code, &packet);
	}
	splice_code_fini(&code);
	free(program);
	return result;
}

Test(cbpf, long_jumps)
{
	const struct sock_filter branch = J(BPF_JMP | BPF_JEQ | BPF_K, 77, 0, 255);
	const struct sock_filter add = S(BPF_ALU | BPF_ADD | BPF_K, 1);

	cr_expect_eq(run_long(254, J(BPF_JMP | BPF_JEQ | BPF_K, 0, 255, 0), add), 1);
	cr_expect_eq(run_long(255, J(BPF_JMP | BPF_JEQ | BPF_K, 0, 255, 0), add), 0);
	cr_expect_eq(run_long(254, branch, add), 1);
	cr_expect_eq(run_long(20000, J(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 0), add), 0);
	cr_expect_eq(run_long(30000, J(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 0), add), -E2BIG);
	cr_expect_eq(run_long(20000, S(BPF_JMP | BPF_JA, 20001), add), 1);
}

Test(cbpf, more_branches_than_verifiers_follow)
{
	const struct sock_filter branch = J(BPF_JMP | BPF_JSET | BPF_K, 1, 1, 0);

	cr_expect_eq(run_long(7999, branch, branch), 0);
	cr_expect_eq(run_long(8000, branch, branch), -E2BIG);
}

static void check_refused(const struct sock_filter *program, size_t n)
{
	struct splice_code code = { 0 };

	cr_expect_eq(translate(program, n, 0, &code), -EINVAL);
	cr_expect_null(code.insns);
}

#define CHECK_REFUSED(...) check_refused((struct sock_filter[]){ __VA_ARGS__ }, N(__VA_ARGS__))

Test(cbpf, malformed_programs)
{
	check_refused(NULL, 0);
	CHECK_REFUSED(S(LD_IMM, 0));
	CHECK_REFUSED(J(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1), S(RET_K, 0));
	CHECK_REFUSED(J(BPF_JMP | BPF_JEQ | BPF_K, 0, 255, 0), S(RET_K, 0));
	CHECK_REFUSED(S(BPF_JMP | BPF_JA, 0x7fffffff), S(RET_K, 0));
	CHECK_REFUSED(S(BPF_JMP | BPF_JA | BPF_X, 100), S(RET_K, 0));
	CHECK_REFUSED(S(BPF_ST, 16), S(RET_K, 0));
	CHECK_REFUSED(S(BPF_LD | BPF_W | BPF_MEM, 0xffffffff), S(RET_K, 0));
}

/* Every code there can be: refused, or translated to something sound. */
Test(cbpf, all_codes)
{
	unsigned int known = 0;

	for (unsigned int code = 0; code < 65536; code++) {
		struct sock_filter program[] = { S(code, 1), S(RET_K, 1), S(RET_K, 1) };
		struct splice_code out = { 0 };
		char why[CBPF_WHY_SIZE];
		int err = cbpf_translate(program, 3, 14, &out, why);
		struct run r;

		cr_assert(!err || err == -EINVAL);
		if (err)
			continue;
		known++;
		run_check_flow(&out);
		run_filter(&r, &out, &packet);
		splice_code_fini(&out);
	}
	/* As many as libpcap's interpreter has. */
	cr_expect_eq(known, 49);
}
