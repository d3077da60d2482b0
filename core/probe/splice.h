/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The splicer: makes one BPF program out of a probe template, the hooks of
 * plugins and code generated for this probe. It works on finished instructions
 * (relocated, maps as file descriptors) and needs neither libbpf nor a kernel.
 *
 * A program is cut into its subprograms, called parts: the first is where it
 * starts, the others are what its calls and function addresses point to. A
 * part of the template that is a slot (bpf/slot.h) is replaced by its fill.
 * What the template's first part can reach is copied to the result, in the
 * order template, fills, programs, each part once however often it is called;
 * the rest is left out, as the kernel refuses code that is never reached. Calls
 * and function addresses within a program are adjusted, everything else stays
 * as it is: helper and kfunc calls, maps, jumps (they never leave their part).
 */
#ifndef CORE_PROBE_SPLICE_H
#define CORE_PROBE_SPLICE_H

#include <stddef.h>
#include <stdint.h>

#include <linux/bpf.h>

/* What the kernel takes at most in one program. */
#define SPLICE_MAX_INSNS 1000000

struct splice_code {
	struct bpf_insn *insns;
	size_t count;
};

/* Frees the instructions of CODE, which may be NULL or empty. */
void splice_code_fini(struct splice_code *code);

/* What replaces a slot. It may have subprograms of its own, and calls appended
 * programs by splice_call(). */
struct splice_fill {
	uint16_t slot;
	struct splice_code code;
};

/* The call of program INDEX in a fill: a placeholder the kernel never sees. */
struct bpf_insn splice_call(uint32_t index);

/* All borrowed. */
struct splice_input {
	struct splice_code template;
	const struct splice_fill *fills;
	size_t n_fills;
	/* Called by fills, by their index here. */
	const struct splice_code *programs;
	size_t n_programs;
};

enum splice_kind {
	SPLICE_TEMPLATE,
	SPLICE_FILL,
	SPLICE_PROGRAM,
};

/* Where instructions came from. */
struct splice_source {
	enum splice_kind kind;
	/* In splice_input's fills or programs. */
	size_t index;
};

/* One subprogram of the result. */
struct splice_part {
	/* Its first instruction. */
	uint32_t start;
	struct splice_source source;
};

struct splice_result {
	struct splice_code code;
	/* In ascending order; the first starts at 0. */
	struct splice_part *parts;
	size_t n_parts;
};

/* Accepts NULL and a result that is all zeros. */
void splice_result_fini(struct splice_result *result);

struct splice_error {
	/* Static text, in lower case, without a full stop. */
	const char *reason;
	struct splice_source source;
	/* The instruction it is about. */
	size_t insn;
};

/*
 * 0, or with ERROR filled in and RESULT untouched:
 * -EINVAL  something is not a well-formed program
 * -ENOENT  a fill for a slot the template does not have, or a slot that is
 *          called and has no fill
 * -E2BIG   more instructions than the kernel takes
 * -ENOMEM
 */
int splice_link(const struct splice_input *input, struct splice_result *result,
		struct splice_error *error);

#endif
