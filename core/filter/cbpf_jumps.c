/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jumps of the finished subprogram: where they go, and whether there are more of
 * them than the verifier follows.
 */
#include "core/filter/cbpf_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The verifier first goes straight on at a branch, and remembers the other way; it
 * remembers 8192 of them, and the rest of the program needs some, too. */
#define BRANCHES_MAX 8000

static bool ends_path(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_EXIT) || insn->code == (BPF_JMP | BPF_JA);
}

static bool is_branch(const struct bpf_insn *insn)
{
	uint8_t class = BPF_CLASS(insn->code);

	return (class == BPF_JMP || class == BPF_JMP32) && !ends_path(insn) &&
	       insn->code != (BPF_JMP | BPF_CALL);
}

static void at_least(uint32_t *number, uint32_t value)
{
	if (*number < value)
		*number = value;
}

/* The most branches that are remembered anywhere. All jumps go forward. */
static int count_branches(const struct splice_code *code, uint32_t *most)
{
	/* For each instruction, the most when it is reached. */
	uint32_t *pending = calloc(code->count + 1, sizeof(*pending));

	if (!pending)
		return -ENOMEM;
	*most = 0;
	for (size_t i = 0; i < code->count; i++) {
		const struct bpf_insn *insn = &code->insns[i];

		at_least(most, pending[i]);
		if (is_branch(insn) || insn->code == (BPF_JMP | BPF_JA))
			at_least(&pending[i + 1 + insn->off], pending[i]);
		if (!ends_path(insn))
			at_least(&pending[i + 1], pending[i] + is_branch(insn));
	}
	free(pending);
	return 0;
}

int cbpf_resolve_jumps(struct cbpf *c)
{
	uint32_t branches;

	for (size_t i = 0; i < c->n_jumps; i++) {
		const struct cbpf_jump *jump = &c->jumps[i];

		c->code.insns[jump->from].off = c->starts[jump->to] - jump->from - 1;
	}
	if (count_branches(&c->code, &branches))
		return cbpf_fail(c, -ENOMEM, "%s", strerror(ENOMEM));
	if (branches > BRANCHES_MAX)
		return cbpf_fail(c, -E2BIG,
				 "Filter exceeds the maximum allowed size of %d branches.",
				 BRANCHES_MAX);
	return 0;
}
