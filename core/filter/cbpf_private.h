/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the translator share; see cbpf.h. */
#ifndef CORE_FILTER_CBPF_PRIVATE_H
#define CORE_FILTER_CBPF_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/filter/cbpf.h"

/* What holds what, for as long as the subprogram runs: registers that survive
 * the calls of helpers. */
#define REG_DATA BPF_REG_6 /* address of the packet */
#define REG_SIZE BPF_REG_7 /* bytes that can be read there */
#define REG_X BPF_REG_8
#define REG_A BPF_REG_9

/* Where one load is read to, from the frame's end. */
#define FRAME_BUFFER (-8)

/* An IP header without options, and 3 bytes more for indexed_limit(). */
#define HEADER_LIKELY 23
/* The last byte that any load may have: what eBPF can compare with. */
#define END_MAX INT32_MAX

/* What is known each time before an instruction runs. */
struct cbpf_fact {
	/* It ever does. */
	bool reached;
	/* X is a multiple of 4, from 0 to 60. */
	bool x_header;
	/* So many bytes were found to be readable. */
	uint32_t readable;
};

/* Places in the frame, from its end: negative. Not there: 0. */
struct cbpf_frame {
	int16_t length;
	int16_t mem[BPF_MEMWORDS];
	/* The packet's first bytes, and how many; and room for some more before them,
	 * so that loads are aligned. */
	int16_t copy;
	uint16_t copied;
	uint16_t pad;
};

struct cbpf_jump {
	/* In the result. */
	uint32_t from;
	/* In the program; its end stands for "no match". */
	uint32_t to;
};

struct cbpf {
	const struct sock_filter *program;
	size_t n;
	/* One for each instruction. */
	struct cbpf_fact *facts;
	struct cbpf_frame frame;
	/* The program looks into the packet. */
	bool reads;
	/* Where in the result each instruction begins, and behind them "no match". */
	uint32_t *starts;
	struct splice_code code;
	size_t code_room;
	struct cbpf_jump *jumps;
	size_t n_jumps;
	size_t jumps_room;
	/* The first error while adding instructions: adding goes on, in vain. */
	int err;
	char *why;
};

int cbpf_fail(struct cbpf *c, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Bytes a load from the packet has, 0: INSN is none. One for "4*([k]&0xf)". */
uint32_t cbpf_load_size(const struct sock_filter *insn);
/* The load's offset is counted from X. */
bool cbpf_load_indexed(const struct sock_filter *insn);
/* The end of the bytes it loads, or with an index, of those if that is 0. */
uint64_t cbpf_load_end(const struct sock_filter *insn);
/* INSN ends the program with "no match" whenever it runs. */
bool cbpf_never(const struct sock_filter *insn);

/* Checks the program as far as its flow goes, fills in the facts. */
int cbpf_analyse(struct cbpf *c);
/* Lays out the frame. */
void cbpf_layout(struct cbpf *c, unsigned int network);

/* Makes the jumps of the result lead where they should. */
int cbpf_resolve_jumps(struct cbpf *c);

/* Add to the result. */
void cbpf_put(struct cbpf *c, struct bpf_insn insn);
void cbpf_put_jump(struct cbpf *c, struct bpf_insn insn, uint32_t to);
/* If INSN's condition holds. */
void cbpf_put_no_match(struct cbpf *c, struct bpf_insn insn);
/* Copies to the frame. */
void cbpf_put_copy(struct cbpf *c);
/* The load at AT, from the packet. */
void cbpf_put_load(struct cbpf *c, size_t at);

#endif
