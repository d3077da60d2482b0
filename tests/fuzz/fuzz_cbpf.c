/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs of classic BPF, translated, on a packet: the same result as from libpcap's
 * interpreter, and nothing that the kernel's verifier would refuse.
 *
 * Input: where the network header is, 0 or 14; how many instructions; 8 bytes for each,
 * which are made valid; how many bytes more than captured the packet has; the
 * packet. With the first bit of the first byte, the instructions are taken as they are.
 */
#include <errno.h>

#include "tests/unit/cbpf_run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PROGRAM_MAX 128

static const uint8_t codes[] = {
	BPF_LD | BPF_W | BPF_ABS,
	BPF_LD | BPF_H | BPF_ABS,
	BPF_LD | BPF_B | BPF_ABS,
	BPF_LD | BPF_W | BPF_IND,
	BPF_LD | BPF_H | BPF_IND,
	BPF_LD | BPF_B | BPF_IND,
	BPF_LD | BPF_W | BPF_IMM,
	BPF_LD | BPF_W | BPF_LEN,
	BPF_LD | BPF_W | BPF_MEM,
	BPF_LDX | BPF_W | BPF_IMM,
	BPF_LDX | BPF_W | BPF_LEN,
	BPF_LDX | BPF_W | BPF_MEM,
	BPF_LDX | BPF_B | BPF_MSH,
	BPF_LDX | BPF_B | BPF_MSH,
	BPF_ST,
	BPF_STX,
	BPF_MISC | BPF_TAX,
	BPF_MISC | BPF_TXA,
	BPF_ALU | BPF_ADD,
	BPF_ALU | BPF_SUB,
	BPF_ALU | BPF_MUL,
	BPF_ALU | BPF_DIV,
	BPF_ALU | BPF_MOD,
	BPF_ALU | BPF_AND,
	BPF_ALU | BPF_OR,
	BPF_ALU | BPF_XOR,
	BPF_ALU | BPF_LSH,
	BPF_ALU | BPF_RSH,
	BPF_ALU | BPF_ADD | BPF_X,
	BPF_ALU | BPF_SUB | BPF_X,
	BPF_ALU | BPF_MUL | BPF_X,
	BPF_ALU | BPF_DIV | BPF_X,
	BPF_ALU | BPF_MOD | BPF_X,
	BPF_ALU | BPF_AND | BPF_X,
	BPF_ALU | BPF_OR | BPF_X,
	BPF_ALU | BPF_XOR | BPF_X,
	BPF_ALU | BPF_LSH | BPF_X,
	BPF_ALU | BPF_RSH | BPF_X,
	BPF_ALU | BPF_NEG,
	BPF_JMP | BPF_JA,
	BPF_JMP | BPF_JEQ,
	BPF_JMP | BPF_JGT,
	BPF_JMP | BPF_JGE,
	BPF_JMP | BPF_JSET,
	BPF_JMP | BPF_JEQ | BPF_X,
	BPF_JMP | BPF_JGT | BPF_X,
	BPF_JMP | BPF_JGE | BPF_X,
	BPF_JMP | BPF_JSET | BPF_X,
	BPF_RET | BPF_K,
	BPF_RET | BPF_A,
};

struct input {
	const uint8_t *data;
	size_t size;
};

static uint8_t take(struct input *in)
{
	if (!in->size)
		return 0;
	in->size--;
	return *in->data++;
}

/* Most offsets are near; all are possible, but for extensions. */
static uint32_t offset(uint32_t k)
{
	if (k >> 24 < 0xf0)
		return k % 160;
	return k << 8 >> (k % 25) & 0xffffefff;
}

/* What libpcap's interpreter takes, and has a defined result. LEFT instructions
 * follow. */
static void make_valid(struct sock_filter *insn, uint32_t left)
{
	insn->code = codes[insn->code % sizeof(codes)];
	if (!left)
		insn->code = BPF_RET | (insn->jt & 1 ? BPF_A : BPF_K);
	insn->jt = left ? insn->jt % left : 0;
	insn->jf = left ? insn->jf % left : 0;
	if (BPF_CLASS(insn->code) == BPF_ST || BPF_CLASS(insn->code) == BPF_STX ||
	    (BPF_CLASS(insn->code) <= BPF_LDX && BPF_MODE(insn->code) == BPF_MEM))
		insn->k %= BPF_MEMWORDS;
	else if (BPF_CLASS(insn->code) <= BPF_LDX && BPF_MODE(insn->code) != BPF_IMM)
		insn->k = offset(insn->k);
	else if (insn->code == (BPF_JMP | BPF_JA))
		insn->k %= left;
	else if (insn->code == (BPF_ALU | BPF_LSH) || insn->code == (BPF_ALU | BPF_RSH))
		insn->k %= 32;
	else if (insn->code == (BPF_ALU | BPF_DIV) || insn->code == (BPF_ALU | BPF_MOD))
		insn->k += !insn->k;
}

/* The scratch memory is zeroed at the beginning, which libpcap's interpreter does
 * not do itself. */
static size_t read_program(struct input *in, struct sock_filter *program, bool valid)
{
	size_t n = 0, own = take(in) % (PROGRAM_MAX - BPF_MEMWORDS) + 1;

	for (; valid && n < BPF_MEMWORDS; n++)
		program[n] = (struct sock_filter){ BPF_ST, 0, 0, n };
	for (size_t i = 0; i < own; i++, n++) {
		struct sock_filter insn = { .code = take(in), .jt = take(in), .jf = take(in) };

		insn.code |= valid ? 0 : (take(in) & 1) << 8;
		for (int byte = 0; byte < 4; byte++)
			insn.k = insn.k << 8 | take(in);
		if (valid)
			make_valid(&insn, own - i - 1);
		program[n] = insn;
	}
	return n;
}

static void compare(struct input *in, const struct sock_filter *program,
		    const struct splice_code *code)
{
	uint32_t more = take(in);
	/* Exactly as long, for overruns to be noticed. */
	unsigned char *copy = malloc(in->size + 1);
	struct run_packet packet = { copy + 1, in->size, in->size + more };
	struct run r;

	if (!copy)
		abort();
	memcpy(copy + 1, in->data, in->size);
	if (run_filter(&r, code, &packet) !=
	    (bpf_filter(program, packet.data, packet.length, packet.size) != 0))
		abort();
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	struct sock_filter program[PROGRAM_MAX];
	struct splice_code code = { 0 };
	char why[CBPF_WHY_SIZE];
	uint8_t flags = take(&in);
	bool valid = !(flags & 1);
	size_t n = read_program(&in, program, valid);
	int err = cbpf_translate(program, n, flags & 2 ? 14 : 0, &code, why);

	if (valid && (err || !bpf_validate(program, n)))
		abort();
	if (err)
		return 0;
	run_check_flow(&code);
	if (valid)
		compare(&in, program, &code);
	splice_code_fini(&code);
	return 0;
}
