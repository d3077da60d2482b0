/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Instructions that fill in the section of fields: a hook. It takes room in the event, goes
 * from path to path, and only in the end, if anything was there, makes the event that much
 * longer. Which fields are there is kept in the section itself: in a register, the verifier
 * would follow each combination.
 */
#include <errno.h>
#include <stddef.h>

#include <retis/bpf/ctx.h>
#include <retis/event.h>

#include "core/filter/fields.h"
#include "core/filter/meta_code.h"

/* Kept by calls. */
enum {
	SECTION = BPF_REG_8,
};

/* Of the frame: the event. */
#define KEPT (BUFFER - 8)

#define EVENT_SIZE ((int16_t)offsetof(struct retis_event, size))
#define EVENT_MISSING ((int16_t)offsetof(struct retis_event, missing))
#define SECTION_TYPE ((int16_t)offsetof(struct retis_section, type))
#define SECTION_SIZE ((int16_t)offsetof(struct retis_section, size))
#define SECTION_PRESENT ((int16_t)offsetof(struct retis_section, present))
#define CTX_SKB ((int16_t)offsetof(struct retis_ctx, skb))

static size_t no_room(const struct emitter *e)
{
	return meta_reject(e->filter);
}

static const struct retis_field *field_of(const struct emitter *e, const struct fields *f)
{
	return &f->table[e->term];
}

static int place_of(const struct retis_field *field)
{
	return (int)(sizeof(struct retis_section) + field->offset);
}

static int section_room(const struct fields *f)
{
	return (int)(sizeof(struct retis_section) + RETIS_ALIGNED(f->size));
}

/* SECTION = what is behind the event, all zero. */
static void open_section(struct emitter *e, const struct fields *f, uint16_t number)
{
	const int room = section_room(f);

	code_put(e, INSN_MOV_REG(CONTEXT, BPF_REG_1));
	code_put(e, INSN_LOAD(SKB, BPF_REG_1, CTX_SKB));
	code_put(e, INSN_STORE(BPF_REG_10, KEPT, BPF_REG_2));
	code_put(e, INSN_MOV_REG(SECTION, BPF_REG_2));
	code_put(e, INSN_LOAD_SIZE(BPF_W, BPF_REG_1, BPF_REG_2, EVENT_SIZE));
	code_put_jump(e, INSN_IF(BPF_JGT, BPF_REG_1, RETIS_EVENT_MAX - room, 0), no_room(e));
	code_put(e, INSN_ADD_REG(SECTION, BPF_REG_1));
	for (int at = 0; at < room; at += 8)
		code_put(e, INSN_STORE_IMM(BPF_DW, SECTION, (int16_t)at, 0));
	code_put(e, INSN_STORE_IMM(BPF_H, SECTION, SECTION_TYPE, number));
	code_put(e, INSN_STORE_IMM(BPF_H, SECTION, SECTION_SIZE, (int)f->size));
}

static void store_value(struct emitter *e, const struct retis_field *field)
{
	int width = field->size == 1   ? BPF_B
		    : field->size == 2 ? BPF_H
		    : field->size == 4 ? BPF_W
				       : BPF_DW;

	code_put(e, INSN_STORE_SIZE(width, SECTION, (int16_t)place_of(field), VALUE));
}

/* Bytes as they are: straight to their place. */
static void copy_bytes(struct emitter *e, const struct retis_field *field)
{
	const struct meta_leaf *leaf = &code_term(e)->leaf;
	bool text = leaf->kind == META_LEAF_CHARS && !leaf->size;

	code_call_to(e, text ? BPF_FUNC_probe_read_kernel_str : BPF_FUNC_probe_read_kernel, SECTION,
		     place_of(field), leaf->offset, field->size);
	code_put_jump(e, INSN_IF(text ? BPF_JSLE : BPF_JNE, BPF_REG_0, 0, 0), code_if_false(e));
}

static void read_member(struct emitter *e, const struct retis_field *field)
{
	const struct meta_leaf *leaf = &code_term(e)->leaf;

	if (code_term(e)->base == META_PACKET)
		code_put_jump(e, INSN_IF(BPF_JEQ, SKB, 0, 0), code_if_false(e));
	code_base(e);
	code_hops(e);
	if (leaf->kind == META_LEAF_NUMBER && (leaf->bits || code_last_mask(e) != META_NO_MASK)) {
		code_number(e, leaf);
		code_mask(e, code_last_mask(e));
		store_value(e, field);
	} else {
		copy_bytes(e, field);
	}
}

static void put_field(struct emitter *e, const struct retis_field *field)
{
	code_start(e, e->term);
	if (code_is_value(e)) {
		code_value(e);
		code_mask(e, code_last_mask(e));
		store_value(e, field);
	} else {
		read_member(e, field);
	}
	code_put(e, INSN_LOAD_SIZE(BPF_W, VALUE, SECTION, SECTION_PRESENT));
	code_put(e, INSN_ALU32(BPF_OR, VALUE, 1 << (field->present - 1)));
	code_put(e, INSN_STORE_SIZE(BPF_W, SECTION, SECTION_PRESENT, VALUE));
}

static void put_code_ends(struct emitter *e, const struct fields *f)
{
	code_start(e, meta_match(e->filter));
	code_put(e, INSN_MOV(BPF_REG_0, 0));
	code_put(e, INSN_LOAD_SIZE(BPF_W, VALUE, SECTION, SECTION_PRESENT));
	code_put(e, INSN_IF(BPF_JEQ, VALUE, 0, 4));
	code_put(e, INSN_LOAD(CONSTANT, BPF_REG_10, KEPT));
	code_put(e, INSN_LOAD_SIZE(BPF_W, VALUE, CONSTANT, EVENT_SIZE));
	code_put(e, INSN_ADD(VALUE, section_room(f)));
	code_put(e, INSN_STORE_SIZE(BPF_W, CONSTANT, EVENT_SIZE, VALUE));
	code_put(e, INSN_EXIT());
	code_start(e, no_room(e));
	code_put(e, INSN_MOV(BPF_REG_0, 0));
	code_put(e, INSN_LOAD_SIZE(BPF_B, VALUE, BPF_REG_2, EVENT_MISSING));
	code_put(e, INSN_IF(BPF_JEQ, VALUE, 0xff, 2));
	code_put(e, INSN_ADD(VALUE, 1));
	code_put(e, INSN_STORE_SIZE(BPF_B, BPF_REG_2, EVENT_MISSING, VALUE));
	code_put(e, INSN_EXIT());
}

int fields_emit(const struct fields *f, uint16_t section, bool big, struct splice_code *code,
		struct meta_why *why)
{
	struct emitter e;

	if (code_init(&e, &f->paths, big))
		return meta_no_memory(why);
	open_section(&e, f, section);
	for (; e.term < f->paths.n_terms; e.term++)
		put_field(&e, field_of(&e, f));
	put_code_ends(&e, f);
	return code_finish(&e, code, why);
}
