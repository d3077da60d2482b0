/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs a translated packet filter without a kernel: an interpreter of just those
 * eBPF instructions that the translator uses, stricter than the kernel. Anything
 * the verifier would refuse ends the program: reading registers or stack never
 * written, leaving the frame, unaligned stack, going backwards, code that cannot
 * be reached (seen over all runs); and so does reading beyond the packet.
 */
#ifndef TESTS_CBPF_RUN_H
#define TESTS_CBPF_RUN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/cbpf.h"
#include "core/util/insn.h"

/* The packet's address in the interpreter, and the frame's end: far from zero and
 * from each other. */
#define RUN_PACKET 0xffff888012345678ull
#define RUN_FRAME 0xffffc90000001000ull

/* libpcap's, declared here because its header and the kernel's both have a struct
 * bpf_insn. */
extern unsigned int bpf_filter(const void *program, const unsigned char *packet,
			       unsigned int length, unsigned int captured);
extern int bpf_validate(const void *program, int n);

struct run_packet {
	const unsigned char *data;
	uint32_t size;
	uint32_t length;
};

struct run {
	const struct splice_code *code;
	const struct run_packet *packet;
	uint64_t r[11];
	/* Registers that hold something. */
	uint16_t known;
	unsigned char frame[CBPF_FRAME_SIZE];
	bool written[CBPF_FRAME_SIZE];
	size_t pc;
	/* Executed, and calls of the helper among them. */
	unsigned int insns;
	unsigned int calls;
	/* Deepest use of the frame. */
	int depth;
};

#define RUN_CHECK(R, CONDITION)                                                                \
	do {                                                                                   \
		if (!(CONDITION)) {                                                            \
			fprintf(stderr, "instruction %zu: not so: %s\n", (R)->pc, #CONDITION); \
			abort();                                                               \
		}                                                                              \
	} while (0)

static inline unsigned int run_bytes(uint8_t code)
{
	static const unsigned int bytes[] = { 4, 2, 1, 8 };

	return bytes[BPF_SIZE(code) >> 3];
}

/* Index in the frame of N bytes at ADDRESS. */
static inline size_t run_frame(struct run *r, uint64_t address, uint64_t n)
{
	RUN_CHECK(r, address >= RUN_FRAME - CBPF_FRAME_SIZE && address <= RUN_FRAME);
	RUN_CHECK(r, n <= RUN_FRAME - address);
	if (n && (int)(RUN_FRAME - address) > r->depth)
		r->depth = RUN_FRAME - address;
	return address - (RUN_FRAME - CBPF_FRAME_SIZE);
}

static inline uint64_t run_get(struct run *r, uint8_t reg)
{
	RUN_CHECK(r, reg <= 10 && r->known & 1 << reg);
	return r->r[reg];
}

static inline void run_set(struct run *r, uint8_t reg, uint64_t value)
{
	RUN_CHECK(r, reg < 10);
	r->r[reg] = value;
	r->known |= 1 << reg;
}

static inline void run_load(struct run *r, const struct bpf_insn *insn)
{
	unsigned int n = run_bytes(insn->code);
	uint64_t address = run_get(r, insn->src_reg) + insn->off;
	size_t at = run_frame(r, address, n);
	uint64_t value = 0;

	RUN_CHECK(r, address % n == 0);
	for (unsigned int i = 0; i < n; i++)
		RUN_CHECK(r, r->written[at + i]);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	memcpy(&value, r->frame + at, n);
#else
	memcpy((unsigned char *)&value + 8 - n, r->frame + at, n);
#endif
	run_set(r, insn->dst_reg, value);
}

static inline void run_store(struct run *r, const struct bpf_insn *insn)
{
	unsigned int n = run_bytes(insn->code);
	uint64_t address = run_get(r, insn->dst_reg) + insn->off;
	size_t at = run_frame(r, address, n);
	uint64_t value = BPF_CLASS(insn->code) == BPF_ST ? (uint64_t)(int64_t)insn->imm
							 : run_get(r, insn->src_reg);

	RUN_CHECK(r, address % n == 0);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	memcpy(r->frame + at, &value, n);
#else
	memcpy(r->frame + at, (unsigned char *)&value + 8 - n, n);
#endif
	memset(r->written + at, true, n);
}

/* bpf_probe_read_kernel(): the one helper there is. */
static inline void run_call(struct run *r, const struct bpf_insn *insn)
{
	uint64_t size = run_get(r, BPF_REG_2);
	uint64_t from = run_get(r, BPF_REG_3) - RUN_PACKET;
	size_t to = run_frame(r, run_get(r, BPF_REG_1), size);

	RUN_CHECK(r, insn->imm == BPF_FUNC_probe_read_kernel && !insn->src_reg);
	RUN_CHECK(r, from <= r->packet->size && size <= r->packet->size - from);
	if (size)
		memcpy(r->frame + to, r->packet->data + from, size);
	memset(r->written + to, true, size);
	r->known &= ~0x3f;
	run_set(r, BPF_REG_0, 0);
	r->calls++;
}

static inline uint64_t run_swap(struct run *r, const struct bpf_insn *insn)
{
	uint64_t value = run_get(r, insn->dst_reg);

	RUN_CHECK(r, BPF_SRC(insn->code) == BPF_TO_BE);
	RUN_CHECK(r, insn->imm == 16 || insn->imm == 32);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return insn->imm == 16 ? __builtin_bswap16(value) : __builtin_bswap32(value);
#else
	return insn->imm == 16 ? (uint16_t)value : (uint32_t)value;
#endif
}

static inline uint32_t run_compute32(struct run *r, uint8_t op, uint32_t a, uint32_t b)
{
	switch (op) {
	case BPF_MOV:
		return b;
	case BPF_ADD:
		return a + b;
	case BPF_SUB:
		return a - b;
	case BPF_MUL:
		return a * b;
	case BPF_DIV:
		RUN_CHECK(r, b);
		return a / b;
	case BPF_MOD:
		RUN_CHECK(r, b);
		return a % b;
	case BPF_AND:
		return a & b;
	case BPF_OR:
		return a | b;
	case BPF_XOR:
		return a ^ b;
	case BPF_LSH:
		RUN_CHECK(r, b < 32);
		return a << b;
	case BPF_RSH:
		RUN_CHECK(r, b < 32);
		return a >> b;
	default:
		RUN_CHECK(r, op == BPF_NEG);
		return -a;
	}
}

static inline void run_alu(struct run *r, const struct bpf_insn *insn)
{
	uint8_t op = BPF_OP(insn->code);
	uint64_t b, a;

	if (op == BPF_END) {
		run_set(r, insn->dst_reg, run_swap(r, insn));
		return;
	}
	b = BPF_SRC(insn->code) == BPF_X ? run_get(r, insn->src_reg) : (uint64_t)(int64_t)insn->imm;
	a = op == BPF_MOV ? 0 : run_get(r, insn->dst_reg);
	if (BPF_CLASS(insn->code) == BPF_ALU) {
		RUN_CHECK(r, op != BPF_NEG || BPF_SRC(insn->code) == BPF_K);
		run_set(r, insn->dst_reg, run_compute32(r, op, a, b));
		return;
	}
	RUN_CHECK(r, op == BPF_MOV || op == BPF_ADD);
	run_set(r, insn->dst_reg, a + b);
}

static inline bool run_holds(struct run *r, const struct bpf_insn *insn)
{
	uint64_t a = run_get(r, insn->dst_reg);
	uint64_t b = BPF_SRC(insn->code) == BPF_X ? run_get(r, insn->src_reg)
						  : (uint64_t)(int64_t)insn->imm;

	if (BPF_CLASS(insn->code) == BPF_JMP32) {
		a = (uint32_t)a;
		b = (uint32_t)b;
	}
	switch (BPF_OP(insn->code)) {
	case BPF_JEQ:
		return a == b;
	case BPF_JNE:
		return a != b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	case BPF_JLT:
		return a < b;
	case BPF_JLE:
		return a <= b;
	default:
		RUN_CHECK(r, BPF_OP(insn->code) == BPF_JSET);
		return a & b;
	}
}

static inline void run_jump(struct run *r, const struct bpf_insn *insn)
{
	if (BPF_OP(insn->code) == BPF_CALL) {
		run_call(r, insn);
		return;
	}
	RUN_CHECK(r, insn->off >= 0 && r->pc + 1 + insn->off < r->code->count);
	if (BPF_OP(insn->code) == BPF_JA || run_holds(r, insn))
		r->pc += insn->off;
}

/* Runs CODE on PACKET. What it returns; the rest of what is interesting is in R. */
static inline int run_filter(struct run *r, const struct splice_code *code,
			     const struct run_packet *packet)
{
	memset(r, 0, sizeof(*r));
	r->code = code;
	r->packet = packet;
	r->known = 0x40e;
	r->r[1] = RUN_PACKET;
	/* What is in the upper halves must not matter. */
	r->r[2] = 0xabcdef0100000000ull | packet->size;
	r->r[3] = 0x1234567800000000ull | packet->length;
	r->r[10] = RUN_FRAME;
	for (;; r->pc++) {
		const struct bpf_insn *insn = &code->insns[r->pc];

		RUN_CHECK(r, r->pc < code->count);
		r->insns++;
		if (insn->code == (BPF_JMP | BPF_EXIT))
			break;
		if (BPF_CLASS(insn->code) == BPF_JMP || BPF_CLASS(insn->code) == BPF_JMP32)
			run_jump(r, insn);
		else if (BPF_CLASS(insn->code) == BPF_LDX)
			run_load(r, insn);
		else if (BPF_CLASS(insn->code) == BPF_ST || BPF_CLASS(insn->code) == BPF_STX)
			run_store(r, insn);
		else
			run_alu(r, insn);
	}
	RUN_CHECK(r, run_get(r, BPF_REG_0) <= 1);
	return r->r[0];
}

/* No instruction that cannot be reached, no jump backwards or out of CODE. */
static inline void run_check_flow(const struct splice_code *code)
{
	bool *reached = calloc(code->count + 1, 1);

	if (!reached)
		abort();
	reached[0] = true;
	for (size_t i = 0; i < code->count; i++) {
		const struct bpf_insn *insn = &code->insns[i];
		uint8_t class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);
		bool jump = class == BPF_JMP32 || (class == BPF_JMP && op != BPF_CALL);

		if (!reached[i] || (jump && (insn->off < 0 || i + insn->off + 1 > code->count))) {
			fprintf(stderr, "instruction %zu: bad flow\n", i);
			abort();
		}
		if (jump && op != BPF_EXIT)
			reached[i + 1 + insn->off] = true;
		if (!jump || (op != BPF_EXIT && op != BPF_JA))
			reached[i + 1] = true;
	}
	if (reached[code->count])
		abort();
	free(reached);
}

#endif
