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
/* What else a program writes to. */
#define META_ROOM_AT 0xffffc90000002000ULL
#define META_ROOM 16384

struct meta_machine {
	bool big;
	uint64_t regs[11];
	unsigned char memory[META_MEMORY];
	unsigned char stack[META_STACK];
	/* What was written on the stack. */
	bool known[META_STACK];
	unsigned char room[META_ROOM];
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

/* SIZE bytes that can be written to; KNOWN: of the stack, else NULL. */
static inline unsigned char *meta_own(struct meta_machine *m, uint64_t address, size_t size,
				      bool **known)
{
	size_t at = address - (META_FRAME - META_STACK);

	*known = NULL;
	if (address >= META_ROOM_AT && address + size <= META_ROOM_AT + META_ROOM)
		return m->room + (address - META_ROOM_AT);
	cr_assert(address >= META_FRAME - META_STACK && address + size <= META_FRAME,
		  "not on the stack");
	*known = m->known + at;
	return m->stack + at;
}

static inline uint64_t meta_load(struct meta_machine *m, uint64_t address, size_t size)
{
	uint64_t value = 0;
	bool *known;
	unsigned char *from = meta_own(m, address, size, &known);

	cr_assert_eq(address % size, 0, "not aligned");
	for (size_t i = 0; i < size; i++) {
		cr_assert(!known || known[i], "read from the stack before it was written");
		value |= (uint64_t)from[i] << 8 * (m->big ? size - 1 - i : i);
	}
	return value;
}

static inline void meta_store(struct meta_machine *m, uint64_t address, size_t size, uint64_t value)
{
	bool *known;
	unsigned char *to = meta_own(m, address, size, &known);

	cr_assert_eq(address % size, 0, "not aligned");
	for (size_t i = 0; i < size; i++)
		to[i] = (unsigned char)(value >> 8 * (m->big ? size - 1 - i : i));
	if (known)
		memset(known, true, size);
}

/* What a helper returns: bytes up to the end of the memory, or a fault. */
static inline int64_t meta_helper(struct meta_machine *m, int helper)
{
	size_t size = m->regs[2], i;
	uint64_t from = m->regs[3] - META_BASE;
	bool string = helper == BPF_FUNC_probe_read_kernel_str, *known;
	unsigned char *to = meta_own(m, m->regs[1], size, &known);

	cr_assert(size && (string || helper == BPF_FUNC_probe_read_kernel));
	m->reads++;
	if (known)
		memset(known, true, size);
	for (i = 0; i < size; i++) {
		if (from >= META_MEMORY || from + i >= META_MEMORY) {
			memset(to, 0, size);
			return -14;
		}
		to[i] = m->memory[from + i];
		if (string && i == size - 1)
			to[i] = 0;
		if (string && !to[i])
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
	case BPF_OR:
		*to |= by;
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
	if (BPF_CLASS(insn->code) == BPF_ALU)
		*to = (uint32_t)*to;
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
	size_t size = sizes[BPF_SIZE(insn->code) >> 3];
	int class = BPF_CLASS(insn->code);

	if (class == BPF_LDX)
		m->regs[insn->dst_reg] = meta_load(m, m->regs[insn->src_reg] + insn->off, size);
	else
		meta_store(m, m->regs[insn->dst_reg] + insn->off, size,
			   class == BPF_STX ? m->regs[insn->src_reg]
					    : (uint64_t)(int64_t)insn->imm);
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
		} else if (class == BPF_ALU64 || class == BPF_ALU) {
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
