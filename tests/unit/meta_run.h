/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the instructions of a metadata filter: as much of BPF as they use, on a
 * machine of either byte order. Memory is the world of meta_btf.h, and nothing
 * around it can be read.
 */
#ifndef TESTS_META_RUN_H
#define TESTS_META_RUN_H

#include <criterion/criterion.h>

#include "core/util/insn.h"
#include "meta_btf.h"

#define META_BASE 0xffff888000100000ULL
#define META_FRAME 0xffffc90000001000ULL
#define META_STACK 64

struct meta_machine {
	bool big;
	uint64_t regs[11];
	unsigned char memory[META_MEMORY];
	unsigned char stack[META_STACK];
	/* What was written on the stack. */
	bool known[META_STACK];
	unsigned int reads;
};

static inline void meta_machine_init(struct meta_machine *m, bool big)
{
	*m = (struct meta_machine){ .big = big };
	meta_fill(m->memory, big);
	for (size_t i = 0; i < sizeof(meta_pointers) / sizeof(meta_pointers[0]); i++)
		meta_put_u64(m->memory, big, meta_pointers[i].at,
			     META_BASE + meta_pointers[i].to + meta_pointers[i].tag);
}

/* The index in the stack of SIZE bytes at ADDRESS. */
static inline size_t meta_on_stack(uint64_t address, size_t size)
{
	cr_assert(address >= META_FRAME - META_STACK && address + size <= META_FRAME,
		  "not on the stack");
	return address - (META_FRAME - META_STACK);
}

static inline uint64_t meta_load(struct meta_machine *m, uint64_t address, size_t size)
{
	size_t at = meta_on_stack(address, size);
	uint64_t value = 0;

	cr_assert_eq(address % size, 0, "not aligned");
	for (size_t i = 0; i < size; i++) {
		cr_assert(m->known[at + i], "read from the stack before it was written");
		value |= (uint64_t)m->stack[at + i] << 8 * (m->big ? size - 1 - i : i);
	}
	return value;
}

/* What a helper returns: bytes up to the end of the memory, or a fault. */
static inline int64_t meta_helper(struct meta_machine *m, int helper)
{
	size_t size = m->regs[2], at = meta_on_stack(m->regs[1], size), i;
	uint64_t from = m->regs[3] - META_BASE;
	bool string = helper == BPF_FUNC_probe_read_kernel_str;

	cr_assert(size && (string || helper == BPF_FUNC_probe_read_kernel));
	m->reads++;
	memset(m->known + at, true, size);
	for (i = 0; i < size; i++) {
		if (from >= META_MEMORY || from + i >= META_MEMORY) {
			memset(m->stack + at, 0, size);
			return -14;
		}
		m->stack[at + i] = m->memory[from + i];
		if (string && i == size - 1)
			m->stack[at + i] = 0;
		if (string && !m->stack[at + i])
			return (int64_t)i + 1;
	}
	return 0;
}

static inline uint64_t meta_operand(const struct meta_machine *m, const struct bpf_insn *insn)
{
	return insn->code & BPF_X ? m->regs[insn->src_reg] : (uint64_t)(int64_t)insn->imm;
}

static inline void meta_alu(struct meta_machine *m, const struct bpf_insn *insn)
{
	uint64_t *to = &m->regs[insn->dst_reg], by = meta_operand(m, insn);

	switch (BPF_OP(insn->code)) {
	case BPF_MOV:
		*to = by;
		break;
	case BPF_ADD:
		*to += by;
		break;
	case BPF_AND:
		*to &= by;
		break;
	case BPF_LSH:
		*to <<= by;
		break;
	case BPF_RSH:
		*to >>= by;
		break;
	case BPF_ARSH:
		*to = (uint64_t)((int64_t)*to >> by);
		break;
	default:
		cr_assert_fail("code %#x", insn->code);
	}
}

static inline bool meta_jumps(const struct meta_machine *m, const struct bpf_insn *insn)
{
	uint64_t a = m->regs[insn->dst_reg], b = meta_operand(m, insn);

	switch (BPF_OP(insn->code)) {
	case BPF_JA:
		return true;
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
	case BPF_JSGT:
		return (int64_t)a > (int64_t)b;
	case BPF_JSGE:
		return (int64_t)a >= (int64_t)b;
	case BPF_JSLT:
		return (int64_t)a < (int64_t)b;
	case BPF_JSLE:
		return (int64_t)a <= (int64_t)b;
	default:
		cr_assert_fail("code %#x", insn->code);
		return false;
	}
}

static inline void meta_memory(struct meta_machine *m, const struct bpf_insn *insn)
{
	/* By BPF_W, BPF_H, BPF_B, BPF_DW. */
	static const size_t sizes[] = { 4, 2, 1, 8 };
	size_t size = sizes[BPF_SIZE(insn->code) >> 3], at;

	if (BPF_CLASS(insn->code) == BPF_LDX) {
		m->regs[insn->dst_reg] = meta_load(m, m->regs[insn->src_reg] + insn->off, size);
		return;
	}
	cr_assert_eq(BPF_CLASS(insn->code), BPF_ST);
	cr_assert_eq(insn->imm, 0);
	at = meta_on_stack(m->regs[insn->dst_reg] + insn->off, size);
	memset(m->stack + at, 0, size);
	memset(m->known + at, true, size);
}

/* What the filter says of the sk_buff at ADDRESS. */
static inline int meta_run(struct meta_machine *m, const struct splice_code *code, uint64_t address)
{
	memset(m->known, 0, sizeof(m->known));
	m->reads = 0;
	m->regs[1] = address;
	m->regs[10] = META_FRAME;
	/* There are no loops: no instruction runs twice. */
	for (size_t pc = 0; pc < code->count; pc++) {
		const struct bpf_insn *insn = &code->insns[pc];
		int class = BPF_CLASS(insn->code);

		if (insn->code == (BPF_JMP | BPF_EXIT))
			return (int)m->regs[0];
		if (insn->code == INSN_CALL_CODE) {
			m->regs[0] = (uint64_t)meta_helper(m, insn->imm);
			/* As a kernel might leave them. */
			memset(m->regs + 1, 0x55, 5 * sizeof(m->regs[0]));
		} else if (insn->code == INSN_IMM64_CODE) {
			m->regs[insn->dst_reg] = (uint32_t)insn->imm | (uint64_t)insn[1].imm << 32;
			pc++;
		} else if (class == BPF_ALU64) {
			meta_alu(m, insn);
		} else if (class == BPF_JMP) {
			cr_assert_geq(insn->off, 0);
			pc += meta_jumps(m, insn) ? (size_t)insn->off : 0;
		} else {
			meta_memory(m, insn);
		}
	}
	cr_assert_fail("ran out of the program");
	return -1;
}

#endif
