/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cutting programs into parts. Of each program, first the second halves of
 * 64-bit immediates are found, which must never be taken for instructions;
 * then the instructions that calls and function addresses point to, where
 * parts start; then, with all parts known, control is checked to stay in them.
 */
#include "core/probe/cut.h"

#include <errno.h>
#include <stdlib.h>

/* Marks of instructions until their parts have a number. TAIL: the second half
 * of a 64-bit immediate. */
#define MARK_PLAIN UINT32_MAX
#define MARK_TAIL (UINT32_MAX - 1)
#define MARK_START (UINT32_MAX - 2)

int cut_refuse(struct splice_error *error, const struct cut_unit *unit, size_t insn,
	       const char *reason, int err)
{
	*error = (struct splice_error){ reason, unit->source, insn };
	return err;
}

static int mark_tails(struct cut_unit *unit, struct splice_error *error)
{
	const struct bpf_insn *insns = unit->code.insns;

	for (size_t i = 0; i < unit->code.count; i += cut_width(&insns[i])) {
		unit->marks[i] = MARK_PLAIN;
		if (cut_width(&insns[i]) == 1)
			continue;
		if (i + 1 == unit->code.count)
			return cut_refuse(error, unit, i, "64-bit immediate is cut off", -EINVAL);
		if (insns[i + 1].code)
			return cut_refuse(error, unit, i, "64-bit immediate lacks its second half",
					  -EINVAL);
		unit->marks[i + 1] = MARK_TAIL;
	}
	return 0;
}

/* Where a reference or jump of DISTANCE at instruction AT goes, or -EINVAL. */
static int64_t find_jump_target(const struct cut_unit *unit, size_t at, int32_t distance,
				struct splice_error *error)
{
	int64_t target = (int64_t)at + 1 + distance;

	if (target < 0 || target >= (int64_t)unit->code.count)
		return cut_refuse(error, unit, at, "target is outside the program", -EINVAL);
	if (unit->marks[target] == MARK_TAIL)
		return cut_refuse(error, unit, at, "target is inside a 64-bit immediate", -EINVAL);
	return target;
}

static int mark_starts(struct cut_unit *unit, struct splice_error *error)
{
	const struct bpf_insn *insns = unit->code.insns;
	int64_t target;

	unit->marks[0] = MARK_START;
	for (size_t i = 0; i < unit->code.count; i += cut_width(&insns[i])) {
		if (!cut_is_reference(&insns[i]))
			continue;
		target = find_jump_target(unit, i, insns[i].imm, error);
		if (target < 0)
			return target;
		unit->marks[target] = MARK_START;
	}
	return 0;
}

static int mark_unit(struct cut_unit *unit, struct splice_error *error)
{
	int err;

	if (!unit->code.count)
		return cut_refuse(error, unit, 0, "program is empty", -EINVAL);
	if (unit->code.count > SPLICE_MAX_INSNS)
		return cut_refuse(error, unit, 0, "too many instructions", -E2BIG);
	unit->marks = calloc(unit->code.count, sizeof(*unit->marks));
	if (!unit->marks)
		return cut_refuse(error, unit, 0, "out of memory", -ENOMEM);
	err = mark_tails(unit, error);
	return err ? err : mark_starts(unit, error);
}

static size_t count_starts(const struct cut *cut)
{
	size_t n = 0;

	for (const struct cut_unit *unit = cut->units; unit < cut->units + cut->n_units; unit++)
		for (size_t i = 0; i < unit->code.count; i++)
			n += unit->marks[i] == MARK_START;
	return n;
}

/* Adds the parts of UNIT and numbers their marks. */
static void add_parts(struct cut *cut, struct cut_unit *unit)
{
	struct cut_part *part = NULL;

	for (uint32_t i = 0; i < unit->code.count; i++) {
		if (unit->marks[i] == MARK_START) {
			part = &cut->parts[cut->n_parts];
			*part = (struct cut_part){ .unit = unit, .start = i };
			unit->marks[i] = cut->n_parts++;
		}
		part->count++;
	}
}

static bool is_jump(const struct bpf_insn *insn)
{
	int class = BPF_CLASS(insn->code);
	int op = BPF_OP(insn->code);

	return (class == BPF_JMP || class == BPF_JMP32) && op != BPF_CALL && op != BPF_EXIT;
}

static int check_jump(const struct cut_part *part, size_t at, struct splice_error *error)
{
	const struct bpf_insn *insn = &part->unit->code.insns[at];
	bool far = insn->code == (BPF_JMP32 | BPF_JA);
	int64_t target;

	/* It takes its target from a map, which would have to be adjusted. */
	if (insn->code == (BPF_JMP | BPF_JA | BPF_X))
		return cut_refuse(error, part->unit, at, "indirect jump", -EINVAL);
	target = find_jump_target(part->unit, at, far ? insn->imm : insn->off, error);
	if (target < 0)
		return target;
	if (target < part->start || target >= (int64_t)part->start + part->count)
		return cut_refuse(error, part->unit, at, "jump out of its subprogram", -EINVAL);
	return 0;
}

/* What follows in memory will be something else. */
static bool never_continues(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_EXIT) || insn->code == (BPF_JMP | BPF_JA) ||
	       insn->code == (BPF_JMP32 | BPF_JA);
}

static int check_part(const struct cut_part *part, struct splice_error *error)
{
	const struct bpf_insn *insns = part->unit->code.insns;
	size_t end = (size_t)part->start + part->count;
	int err;

	for (size_t i = part->start; i < end; i += cut_width(&insns[i])) {
		err = is_jump(&insns[i]) ? check_jump(part, i, error) : 0;
		if (err)
			return err;
	}
	if (!never_continues(&insns[end - 1]))
		return cut_refuse(error, part->unit, end - 1, "subprogram runs over its end",
				  -EINVAL);
	return 0;
}

int cut_units(struct cut *cut, struct splice_error *error)
{
	int err = 0;
	size_t n;

	for (size_t i = 0; i < cut->n_units && !err; i++)
		err = mark_unit(&cut->units[i], error);
	if (err)
		return err;
	n = count_starts(cut);
	if (n >= MARK_START)
		return cut_refuse(error, &cut->units[0], 0, "too many subprograms", -E2BIG);
	cut->parts = calloc(n, sizeof(*cut->parts));
	if (!cut->parts)
		return cut_refuse(error, &cut->units[0], 0, "out of memory", -ENOMEM);
	for (size_t i = 0; i < cut->n_units; i++)
		add_parts(cut, &cut->units[i]);
	for (size_t i = 0; i < cut->n_parts && !err; i++)
		err = check_part(&cut->parts[i], error);
	return err;
}

void cut_fini(struct cut *cut)
{
	for (size_t i = 0; i < cut->n_units; i++)
		free(cut->units[i].marks);
	free(cut->units);
	free(cut->parts);
}
