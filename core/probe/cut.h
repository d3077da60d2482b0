/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * First half of the splicer: cuts programs into their subprograms and makes
 * sure that what the second half relies on is true. Programs come from object
 * files of third parties: nothing about them is taken for granted before.
 */
#ifndef CORE_PROBE_CUT_H
#define CORE_PROBE_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/util/insn.h"
#include "core/probe/splice.h"

/* A program. */
struct cut_unit {
	/* Borrowed. */
	struct splice_code code;
	struct splice_source source;
	/* Of each instruction where a part starts: the number of that part.
	 * Other values are internal. */
	uint32_t *marks;
};

/* A subprogram. Jumps stay in it, its end can't be run over. */
struct cut_part {
	const struct cut_unit *unit;
	/* Within the unit. */
	uint32_t start;
	uint32_t count;
};

struct cut {
	struct cut_unit *units;
	size_t n_units;
	/* In the order of the units, then that in the unit. */
	struct cut_part *parts;
	size_t n_parts;
};

/* Cuts the units, of which the caller has set code and source. 0, -EINVAL,
 * -E2BIG or -ENOMEM with ERROR filled in. In any case cut_fini() is due. */
int cut_units(struct cut *cut, struct splice_error *error);

/* Frees marks, units and parts. */
void cut_fini(struct cut *cut);

/* Fills in ERROR. Returns ERR. */
int cut_refuse(struct splice_error *error, const struct cut_unit *unit, size_t insn,
	       const char *reason, int err);

/* Places of 8 bytes an instruction takes. */
static inline uint32_t cut_width(const struct bpf_insn *insn)
{
	return insn->code == INSN_IMM64_CODE ? 2 : 1;
}

/* A call or a function's address, within the unit: the target is `imm` behind
 * the next place. */
static inline bool cut_is_reference(const struct bpf_insn *insn)
{
	return (insn->code == INSN_CALL_CODE && insn->src_reg == BPF_PSEUDO_CALL) ||
	       (insn->code == INSN_IMM64_CODE && insn->src_reg == BPF_PSEUDO_FUNC);
}

/* The number of the part that the reference at instruction AT goes to. */
static inline uint32_t cut_target(const struct cut_unit *unit, size_t at)
{
	return unit->marks[(int64_t)at + 1 + unit->code.insns[at].imm];
}

#endif
