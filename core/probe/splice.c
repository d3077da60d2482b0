/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The splicer; splice.h says what it does. Once cut.c has cut all programs,
 *
 *   fill   finds the template's slots and lets their fills stand for them,
 *   reach  follows references from the template's first part,
 *   place  gives what was reached a place in the result,
 *   emit   copies it there and points its references to the new places.
 *
 * Parts are known by their number in the cut throughout.
 */
#include "core/probe/splice.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/slot.h"
#include "core/probe/cut.h"
#include "core/util/insn.h"

/* src_reg of splice_call(); the kernel has nothing of that number. */
#define PSEUDO_PROGRAM 15

/* Low bits of the magic number: which slot it is. */
#define SLOT_MASK 0xffffULL

/* Of parts that are not a slot, and of slots not yet filled. */
#define NO_SLOT UINT32_MAX
#define NO_PART UINT32_MAX

/* What becomes of a part. */
struct fate {
	uint32_t slot;
	/* The part that is taken instead: a slot's fill; itself for others. */
	uint32_t actual;
	bool reached;
	/* Where it starts in the result. */
	uint32_t out;
};

struct splicer {
	const struct splice_input *input;
	struct splice_error *error;
	/* Units are the template, fills, programs, in this order. */
	struct cut cut;
	struct fate *fates;
	/* Parts reached whose references have not been followed yet. */
	uint32_t *todo;
	size_t n_todo;
};

void splice_code_fini(struct splice_code *code)
{
	if (code)
		free(code->insns);
}

void splice_result_fini(struct splice_result *result)
{
	if (!result)
		return;
	splice_code_fini(&result->code);
	free(result->parts);
}

struct bpf_insn splice_call(uint32_t index)
{
	return INSN_CALL(PSEUDO_PROGRAM, (int32_t)index);
}

static bool is_program_call(const struct bpf_insn *insn)
{
	return insn->code == INSN_CALL_CODE && insn->src_reg == PSEUDO_PROGRAM;
}

static int cut_input(struct splicer *s)
{
	const struct splice_input *input = s->input;
	size_t n = 1 + input->n_fills + input->n_programs;
	struct cut_unit *unit = calloc(n, sizeof(*unit));

	if (!unit)
		return -ENOMEM;
	s->cut.units = unit;
	s->cut.n_units = n;
	unit->code = input->template;
	unit->source = (struct splice_source){ SPLICE_TEMPLATE, 0 };
	unit++;
	for (size_t i = 0; i < input->n_fills; i++, unit++) {
		unit->code = input->fills[i].code;
		unit->source = (struct splice_source){ SPLICE_FILL, i };
	}
	for (size_t i = 0; i < input->n_programs; i++, unit++) {
		unit->code = input->programs[i];
		unit->source = (struct splice_source){ SPLICE_PROGRAM, i };
	}
	return cut_units(&s->cut, s->error);
}

/* The slot that PART is, or NO_SLOT. */
static uint32_t read_slot(const struct cut_part *part)
{
	const struct bpf_insn body[] = { INSN_IMM64(BPF_REG_0, 0, RETIS_SLOT_MAGIC(0)),
					 INSN_EXIT() };
	const struct bpf_insn *insns = &part->unit->code.insns[part->start];
	struct bpf_insn first = insns[0];

	first.imm &= ~SLOT_MASK;
	if (part->count != sizeof(body) / sizeof(body[0]) ||
	    memcmp(&first, &body[0], sizeof(first)) ||
	    memcmp(&insns[1], &body[1], 2 * sizeof(body[1])))
		return NO_SLOT;
	return insns[0].imm & SLOT_MASK;
}

static void find_slots(struct splicer *s)
{
	for (uint32_t i = 0; i < s->cut.n_parts; i++) {
		const struct cut_part *part = &s->cut.parts[i];

		s->fates[i] = (struct fate){ .slot = NO_SLOT, .actual = i };
		/* The first part is the program itself. */
		if (part->unit != &s->cut.units[0] || !i)
			continue;
		s->fates[i].slot = read_slot(part);
		if (s->fates[i].slot != NO_SLOT)
			s->fates[i].actual = NO_PART;
	}
}

static int fill_slot(struct splicer *s, size_t index)
{
	const struct cut_unit *unit = &s->cut.units[1 + index];
	bool found = false;

	for (size_t i = 0; i < s->cut.n_parts; i++) {
		if (s->fates[i].slot != s->input->fills[index].slot)
			continue;
		if (s->fates[i].actual != NO_PART)
			return cut_refuse(s->error, unit, 0, "slot has two fills", -EINVAL);
		s->fates[i].actual = unit->marks[0];
		found = true;
	}
	if (!found)
		return cut_refuse(s->error, unit, 0, "template lacks the slot", -ENOENT);
	return 0;
}

static int fill_slots(struct splicer *s)
{
	int err = 0;

	find_slots(s);
	for (size_t i = 0; i < s->input->n_fills && !err; i++)
		err = fill_slot(s, i);
	return err;
}

/* The part that the instruction at AT of PART refers to, NO_PART if it is an
 * instruction without reference, or a negative errno. */
static int64_t refers_to(const struct splicer *s, const struct cut_part *part, size_t at)
{
	const struct cut_unit *unit = part->unit;
	const struct bpf_insn *insn = &unit->code.insns[at];
	uint32_t target;

	if (unit->source.kind == SPLICE_FILL && is_program_call(insn)) {
		if ((uint32_t)insn->imm >= s->input->n_programs)
			return cut_refuse(s->error, unit, at, "no such program", -EINVAL);
		return s->cut.units[1 + s->input->n_fills + (uint32_t)insn->imm].marks[0];
	}
	if (!cut_is_reference(insn))
		return NO_PART;
	target = s->fates[cut_target(unit, at)].actual;
	if (target == NO_PART)
		return cut_refuse(s->error, unit, at, "slot has no fill", -ENOENT);
	return target;
}

static void reach_part(struct splicer *s, uint32_t part)
{
	if (s->fates[part].reached)
		return;
	s->fates[part].reached = true;
	s->todo[s->n_todo++] = part;
}

static int follow_references(struct splicer *s, const struct cut_part *part)
{
	const struct bpf_insn *insns = part->unit->code.insns;
	size_t end = (size_t)part->start + part->count;

	for (size_t i = part->start; i < end; i += cut_width(&insns[i])) {
		int64_t target = refers_to(s, part, i);

		if (target < 0)
			return target;
		if (target != NO_PART)
			reach_part(s, target);
	}
	return 0;
}

static int reach_all_parts(struct splicer *s)
{
	int err = 0;

	reach_part(s, 0);
	while (s->n_todo && !err)
		err = follow_references(s, &s->cut.parts[s->todo[--s->n_todo]]);
	return err;
}

/* Sets the counts of RESULT. */
static int place_parts(struct splicer *s, struct splice_result *result)
{
	for (size_t i = 0; i < s->cut.n_parts; i++) {
		const struct cut_part *part = &s->cut.parts[i];

		if (!s->fates[i].reached)
			continue;
		s->fates[i].out = result->code.count;
		result->code.count += part->count;
		result->n_parts++;
		if (result->code.count > SPLICE_MAX_INSNS)
			return cut_refuse(s->error, part->unit, part->start,
					  "too many instructions", -E2BIG);
	}
	return 0;
}

static void emit_part(const struct splicer *s, uint32_t number, struct bpf_insn *insns)
{
	const struct cut_part *part = &s->cut.parts[number];
	uint32_t out = s->fates[number].out;

	memcpy(&insns[out], &part->unit->code.insns[part->start], part->count * sizeof(*insns));
	for (uint32_t i = 0; i < part->count; i += cut_width(&insns[out + i])) {
		int64_t target = refers_to(s, part, part->start + i);

		if (target == NO_PART)
			continue;
		insns[out + i].imm = (int32_t)s->fates[target].out - (int32_t)(out + i + 1);
		if (is_program_call(&insns[out + i]))
			insns[out + i].src_reg = BPF_PSEUDO_CALL;
	}
}

static int emit_code(const struct splicer *s, struct splice_result *result)
{
	struct splice_part *part;

	result->code.insns = calloc(result->code.count, sizeof(*result->code.insns));
	result->parts = calloc(result->n_parts, sizeof(*result->parts));
	if (!result->code.insns || !result->parts)
		return -ENOMEM;
	part = result->parts;
	for (uint32_t i = 0; i < s->cut.n_parts; i++) {
		if (!s->fates[i].reached)
			continue;
		emit_part(s, i, result->code.insns);
		*part++ = (struct splice_part){ s->fates[i].out, s->cut.parts[i].unit->source };
	}
	return 0;
}

static int run_splicer(struct splicer *s, struct splice_result *result)
{
	int err = cut_input(s);

	if (err)
		return err;
	s->fates = calloc(s->cut.n_parts, sizeof(*s->fates));
	s->todo = calloc(s->cut.n_parts, sizeof(*s->todo));
	if (!s->fates || !s->todo)
		return -ENOMEM;
	err = fill_slots(s);
	if (!err)
		err = reach_all_parts(s);
	if (!err)
		err = place_parts(s, result);
	return err ? err : emit_code(s, result);
}

int splice_link(const struct splice_input *input, struct splice_result *result,
		struct splice_error *error)
{
	struct splicer s = { .input = input, .error = error };
	struct splice_result made = { 0 };
	int err;

	*error = (struct splice_error){ .reason = "out of memory" };
	err = run_splicer(&s, &made);
	if (err)
		splice_result_fini(&made);
	else
		*result = made;
	free(s.fates);
	free(s.todo);
	cut_fini(&s.cut);
	return err;
}
