/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads from the packet: from the copy of its first bytes in the frame where
 * possible, else with a call of a helper for each.
 */
#include "core/filter/cbpf_private.h"

#include "core/util/insn.h"

/* One load as eBPF needs it. */
struct load {
	/* The instruction as in cBPF. */
	const struct sock_filter *insn;
	uint8_t to;
	uint32_t size;
	/* BPF_B, BPF_H or BPF_W. */
	uint8_t width;
};

static uint8_t load_width(uint32_t size)
{
	return size == 4 ? BPF_W : size == 2 ? BPF_H : BPF_B;
}

static void put_swap(struct cbpf *c, uint8_t reg, uint32_t size)
{
	if (size > 1)
		cbpf_put(c, INSN_FROM_BE(reg, 8 * size));
}

/* Calls the helper: SIZE and address are in r2 and r3, the rest is done here. */
static void put_read_call(struct cbpf *c, int16_t place)
{
	cbpf_put(c, INSN_MOV_REG(BPF_REG_1, BPF_REG_10));
	cbpf_put(c, INSN_ADD(BPF_REG_1, place));
	cbpf_put(c, INSN_CALL(0, BPF_FUNC_probe_read_kernel));
	cbpf_put_no_match(c, INSN_IF(BPF_JNE, BPF_REG_0, 0, 0));
}

/* The verifier wants to see all of it written, however short the packet is, and
 * the bounds of r2 just before the call. */
void cbpf_put_copy(struct cbpf *c)
{
	const struct cbpf_frame *f = &c->frame;

	for (int i = 0; i < f->copied + f->pad; i += 8)
		cbpf_put(c, INSN_STORE_IMM(BPF_DW, BPF_REG_10, f->copy + i, 0));
	cbpf_put(c, INSN_MOV_REG(BPF_REG_3, REG_DATA));
	cbpf_put(c, INSN_MOV_REG(BPF_REG_2, REG_SIZE));
	cbpf_put(c, INSN_IF(BPF_JLE, BPF_REG_2, f->copied, 1));
	cbpf_put(c, INSN_MOV(BPF_REG_2, f->copied));
	put_read_call(c, f->copy + f->pad);
}

/* From offset K of the copy, which is there: in pieces if it is not aligned, as
 * the verifier wants the stack read. */
static void put_from_copy(struct cbpf *c, const struct load *load)
{
	uint32_t k = load->insn->k;
	uint32_t piece = load->size;
	uint32_t at = c->frame.pad + k;

	while (at % piece)
		piece /= 2;
	for (uint32_t done = 0; done < load->size; done += piece) {
		uint8_t reg = done ? BPF_REG_1 : load->to;

		cbpf_put(c, INSN_LOAD_SIZE(load_width(piece), reg, BPF_REG_10,
					   (int)(c->frame.copy + at + done)));
		put_swap(c, reg, piece);
		if (!done)
			continue;
		cbpf_put(c, INSN_ALU32(BPF_LSH, load->to, (int)(8 * piece)));
		cbpf_put(c, INSN_ALU32_REG(BPF_OR, load->to, reg));
	}
}

/* From the address in r3. */
static void put_from_packet(struct cbpf *c, const struct load *load)
{
	cbpf_put(c, INSN_MOV(BPF_REG_2, (int)load->size));
	put_read_call(c, FRAME_BUFFER);
	cbpf_put(c, INSN_LOAD_SIZE(load->width, load->to, BPF_REG_10, FRAME_BUFFER));
}

static void put_absolute(struct cbpf *c, const struct load *load, uint32_t readable)
{
	uint32_t end = cbpf_load_end(load->insn);

	if (end > readable)
		cbpf_put_no_match(c, INSN_IF(BPF_JLT, REG_SIZE, (int)end, 0));
	if (end <= c->frame.copied) {
		put_from_copy(c, load);
		return;
	}
	cbpf_put(c, INSN_MOV_REG(BPF_REG_3, REG_DATA));
	cbpf_put(c, INSN_ADD(BPF_REG_3, (int)load->insn->k));
	put_from_packet(c, load);
	put_swap(c, load->to, load->size);
}

/* The largest X with which the load is surely from the copy; 0: none that is usual.
 * Not the length of a header itself, but one less: on the other side, where X is
 * at least one more, its bounds then contain such a length. Else verifiers get
 * lost when X is compared again, with a little more. */
static uint32_t indexed_limit(const struct cbpf *c, const struct load *load)
{
	uint64_t end = cbpf_load_end(load->insn);

	if (end + HEADER_LIKELY > c->frame.copied || (c->frame.pad + load->insn->k) % load->size)
		return 0;
	return (c->frame.copied - (uint32_t)end - 3) / 4 * 4 + 3;
}

/* With an IP header's length in X. Jumps over the slow way, which is 8 instructions
 * long, if X is at most LIMIT. */
static void put_indexed_fast(struct cbpf *c, const struct load *load, uint32_t limit)
{
	int start = c->frame.copy + c->frame.pad + (int)load->insn->k;

	cbpf_put(c, INSN_IF(BPF_JGT, REG_X, (int)limit, 4));
	cbpf_put(c, INSN_MOV_REG(BPF_REG_1, BPF_REG_10));
	cbpf_put(c, INSN_ADD_REG(BPF_REG_1, REG_X));
	cbpf_put(c, INSN_LOAD_SIZE(load->width, load->to, BPF_REG_1, start));
	cbpf_put(c, INSN_JUMP(8));
}

static void put_indexed(struct cbpf *c, const struct load *load, bool x_header)
{
	uint32_t end = cbpf_load_end(load->insn);
	uint32_t limit = x_header ? indexed_limit(c, load) : 0;

	/* In this order: to verifiers that follow what was copied from where, the
	 * bounds of r3 are then not those of X. */
	cbpf_put(c, INSN_MOV(BPF_REG_3, (int)end));
	cbpf_put(c, INSN_ADD_REG(BPF_REG_3, REG_X));
	cbpf_put_no_match(c, INSN_IF_REG(BPF_JGT, BPF_REG_3, REG_SIZE, 0));
	if (limit)
		put_indexed_fast(c, load, limit);
	cbpf_put(c, INSN_ADD_REG(BPF_REG_3, REG_DATA));
	cbpf_put(c, INSN_ADD(BPF_REG_3, -(int)load->size));
	put_from_packet(c, load);
	put_swap(c, load->to, load->size);
}

void cbpf_put_load(struct cbpf *c, size_t at)
{
	const struct sock_filter *insn = &c->program[at];
	uint32_t size = cbpf_load_size(insn);
	struct load load = { insn, REG_A, size, load_width(size) };

	if (cbpf_load_indexed(insn)) {
		put_indexed(c, &load, c->facts[at].x_header);
		return;
	}
	if (BPF_CLASS(insn->code) == BPF_LD) {
		put_absolute(c, &load, c->facts[at].readable);
		return;
	}
	load.to = REG_X;
	put_absolute(c, &load, c->facts[at].readable);
	cbpf_put(c, INSN_ALU32(BPF_AND, REG_X, 0xf));
	cbpf_put(c, INSN_ALU32(BPF_LSH, REG_X, 2));
}
