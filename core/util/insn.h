/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BPF instructions written by hand, for the code that is generated while
 * loading. As in the kernel's documentation: INSN_ what it does, destination
 * first.
 */
#ifndef UTIL_INSN_H
#define UTIL_INSN_H

#include <linux/bpf.h>

#define INSN(CODE, DST, SRC, OFF, IMM) \
	((struct bpf_insn){            \
		.code = (CODE), .dst_reg = (DST), .src_reg = (SRC), .off = (OFF), .imm = (IMM) })

/* DST = IMM, DST = SRC, DST += IMM. */
#define INSN_MOV(DST, IMM) INSN(BPF_ALU64 | BPF_MOV | BPF_K, DST, 0, 0, IMM)
#define INSN_MOV_REG(DST, SRC) INSN(BPF_ALU64 | BPF_MOV | BPF_X, DST, SRC, 0, 0)
#define INSN_ADD(DST, IMM) INSN(BPF_ALU64 | BPF_ADD | BPF_K, DST, 0, 0, IMM)

/* DST = *(u64 *)(SRC + OFF), *(u64 *)(DST + OFF) = SRC. */
#define INSN_LOAD(DST, SRC, OFF) INSN(BPF_LDX | BPF_MEM | BPF_DW, DST, SRC, OFF, 0)
#define INSN_STORE(DST, OFF, SRC) INSN(BPF_STX | BPF_MEM | BPF_DW, DST, SRC, OFF, 0)

/* The same with numbers of SIZE bits, BPF_B, BPF_H, BPF_W or BPF_DW, and with a
 * constant to store. */
#define INSN_LOAD_SIZE(SIZE, DST, SRC, OFF) INSN(BPF_LDX | BPF_MEM | (SIZE), DST, SRC, OFF, 0)
#define INSN_STORE_SIZE(SIZE, DST, OFF, SRC) INSN(BPF_STX | BPF_MEM | (SIZE), DST, SRC, OFF, 0)
#define INSN_STORE_IMM(SIZE, DST, OFF, IMM) INSN(BPF_ST | BPF_MEM | (SIZE), DST, 0, OFF, IMM)

/* DST += SRC. */
#define INSN_ADD_REG(DST, SRC) INSN(BPF_ALU64 | BPF_ADD | BPF_X, DST, SRC, 0, 0)
/* DST = DST OP IMM, DST = DST OP SRC, in 32 bits; OP is BPF_MOV, BPF_ADD ... */
#define INSN_ALU32(OP, DST, IMM) INSN(BPF_ALU | (OP) | BPF_K, DST, 0, 0, IMM)
#define INSN_ALU32_REG(OP, DST, SRC) INSN(BPF_ALU | (OP) | BPF_X, DST, SRC, 0, 0)
/* The lower BITS of DST, from big endian. */
#define INSN_FROM_BE(DST, BITS) INSN(BPF_ALU | BPF_END | BPF_TO_BE, DST, 0, 0, BITS)

/* If DST OP IMM, if DST OP SRC: jump. OP is BPF_JEQ, BPF_JGT ... */
#define INSN_IF(OP, DST, IMM, OFF) INSN(BPF_JMP | (OP) | BPF_K, DST, 0, OFF, IMM)
#define INSN_IF_REG(OP, DST, SRC, OFF) INSN(BPF_JMP | (OP) | BPF_X, DST, SRC, OFF, 0)
#define INSN_IF32(OP, DST, IMM, OFF) INSN(BPF_JMP32 | (OP) | BPF_K, DST, 0, OFF, IMM)
#define INSN_IF32_REG(OP, DST, SRC, OFF) INSN(BPF_JMP32 | (OP) | BPF_X, DST, SRC, OFF, 0)

/* A 64-bit immediate: two slots of 8 bytes, one after the other. KIND is 0 or a
 * BPF_PSEUDO_* (a map, a function's address). */
#define INSN_IMM64_CODE (BPF_LD | BPF_IMM | BPF_DW)
#define INSN_IMM64(DST, KIND, VALUE)                                  \
	INSN(INSN_IMM64_CODE, DST, KIND, 0, (__s32)((__u64)(VALUE))), \
		INSN(0, 0, 0, 0, (__s32)((__u64)(VALUE) >> 32))

/* A call: KIND 0 for a helper, or a BPF_PSEUDO_*. */
#define INSN_CALL_CODE (BPF_JMP | BPF_CALL)
#define INSN_CALL(KIND, IMM) INSN(INSN_CALL_CODE, 0, KIND, 0, IMM)

#define INSN_JUMP(OFF) INSN(BPF_JMP | BPF_JA, 0, 0, OFF, 0)
#define INSN_EXIT() INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

#endif
