/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be known of a classic BPF program without running it. All its jumps go
 * forward, so that one pass sees every way to an instruction before the
 * instruction itself.
 */
#include "core/filter/cbpf_private.h"

#include <errno.h>

/* Loads from here on are not from the packet: the Linux kernel's extensions. */
#define EXTENSIONS 0xfffff000u

uint32_t cbpf_load_size(const struct sock_filter *insn)
{
	uint16_t mode = BPF_MODE(insn->code);

	if (insn->code == (BPF_LDX | BPF_MSH | BPF_B))
		return 1;
	if (BPF_CLASS(insn->code) != BPF_LD || (mode != BPF_ABS && mode != BPF_IND))
		return 0;
	switch (BPF_SIZE(insn->code)) {
	case BPF_W:
		return 4;
	case BPF_H:
		return 2;
	case BPF_B:
		return 1;
	default:
		return 0;
	}
}

bool cbpf_load_indexed(const struct sock_filter *insn)
{
	return BPF_CLASS(insn->code) == BPF_LD && BPF_MODE(insn->code) == BPF_IND;
}

uint64_t cbpf_load_end(const struct sock_filter *insn)
{
	return (uint64_t)insn->k + cbpf_load_size(insn);
}

bool cbpf_never(const struct sock_filter *insn)
{
	if (cbpf_load_size(insn))
		return cbpf_load_end(insn) > END_MAX;
	return (insn->code == (BPF_ALU | BPF_DIV | BPF_K) ||
		insn->code == (BPF_ALU | BPF_MOD | BPF_K)) &&
	       !insn->k;
}

static int refuse_extension(struct cbpf *c, uint32_t k)
{
	const char *what;

	switch (k - (uint32_t)SKF_AD_OFF) {
	case SKF_AD_PKTTYPE:
		what = "the direction of a packet (inbound, outbound)";
		break;
	case SKF_AD_IFINDEX:
		what = "the number of an interface (ifindex)";
		break;
	case SKF_AD_VLAN_TAG:
	case SKF_AD_VLAN_TAG_PRESENT:
	case SKF_AD_VLAN_TPID:
		what = "a VLAN tag kept beside the packet";
		break;
	default:
		return cbpf_fail(c, -EOPNOTSUPP,
				 "A packet filter can't look at what is before the packet "
				 "(offset %d).",
				 (int32_t)k);
	}
	return cbpf_fail(c, -EOPNOTSUPP,
			 "A packet filter can't look at %s: it sees the packet's bytes and "
			 "length alone.",
			 what);
}

/* The instruction at AT may be followed by the one at NEXT. */
static int flow_to(struct cbpf *c, uint64_t next, const struct cbpf_fact *fact)
{
	struct cbpf_fact *to;

	if (next >= c->n)
		return cbpf_fail(c, -EINVAL, "The filter's program goes on beyond its end.");
	to = &c->facts[next];
	if (!to->reached) {
		*to = *fact;
		to->reached = true;
		return 0;
	}
	to->x_header = to->x_header && fact->x_header;
	if (to->readable > fact->readable)
		to->readable = fact->readable;
	return 0;
}

static int flow_jump(struct cbpf *c, size_t at, const struct cbpf_fact *fact)
{
	const struct sock_filter *insn = &c->program[at];
	int err;

	if (insn->code != (BPF_JMP | BPF_JA)) {
		err = flow_to(c, at + 1 + insn->jt, fact);
		return err ? err : flow_to(c, at + 1 + insn->jf, fact);
	}
	if (insn->k > INT32_MAX)
		return cbpf_fail(c, -EOPNOTSUPP,
				 "A packet filter can't use protochain: it needs a loop.");
	return flow_to(c, at + 1 + (uint64_t)insn->k, fact);
}

/* FACT was before INSN ran, and is then behind it. */
static void learn_fact(struct cbpf_fact *fact, const struct sock_filter *insn)
{
	/* With an index, too: that is not negative. */
	if (cbpf_load_size(insn) && cbpf_load_end(insn) > fact->readable)
		fact->readable = cbpf_load_end(insn);
	if (insn->code == (BPF_LDX | BPF_MSH | BPF_B))
		fact->x_header = true;
	else if (insn->code == (BPF_LDX | BPF_W | BPF_IMM))
		fact->x_header = insn->k <= 60 && insn->k % 4 == 0;
	else if (BPF_CLASS(insn->code) == BPF_LDX || insn->code == (BPF_MISC | BPF_TAX))
		fact->x_header = false;
}

static int flow_on(struct cbpf *c, size_t at)
{
	const struct sock_filter *insn = &c->program[at];
	struct cbpf_fact fact = c->facts[at];

	/* Other unknown ones are refused when they are translated. */
	if (insn->code > UINT8_MAX)
		return cbpf_fail(c, -EINVAL, "Unknown bpf instruction: %u", insn->code);
	if (BPF_CLASS(insn->code) == BPF_RET)
		return 0;
	if (cbpf_load_size(insn) && !cbpf_load_indexed(insn) && insn->k >= EXTENSIONS)
		return refuse_extension(c, insn->k);
	if (cbpf_never(insn))
		return 0;
	if (BPF_CLASS(insn->code) == BPF_JMP)
		return flow_jump(c, at, &fact);
	learn_fact(&fact, insn);
	return flow_to(c, at + 1, &fact);
}

int cbpf_analyse(struct cbpf *c)
{
	/* X is 0. */
	struct cbpf_fact first = { .x_header = true };
	int err = flow_to(c, 0, &first);

	for (size_t i = 0; i < c->n && !err; i++)
		if (c->facts[i].reached)
			err = flow_on(c, i);
	return err;
}

static uint16_t round_to_8(uint16_t size)
{
	return (size + 7) / 8 * 8;
}

/* Of the first MAX bytes, how many the program is likely to look at. */
static uint16_t bytes_wanted(const struct cbpf *c, uint16_t max)
{
	uint16_t wanted = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct sock_filter *insn = &c->program[i];
		uint64_t end = cbpf_load_end(insn);

		if (!c->facts[i].reached || !cbpf_load_size(insn))
			continue;
		if (cbpf_load_indexed(insn)) {
			if (!c->facts[i].x_header)
				continue;
			end += HEADER_LIKELY;
		}
		if (end <= max && end > wanted)
			wanted = end;
	}
	return wanted;
}

/* Words the program loads; those it only stores don't matter. */
static uint16_t layout_words(struct cbpf *c)
{
	uint16_t used = -FRAME_BUFFER;

	for (size_t i = 0; i < c->n; i++) {
		const struct sock_filter *insn = &c->program[i];
		int16_t *place;

		if (!c->facts[i].reached || BPF_CLASS(insn->code) > BPF_LDX)
			continue;
		if (cbpf_load_size(insn))
			c->reads = true;
		if (BPF_MODE(insn->code) == BPF_LEN)
			place = &c->frame.length;
		else if (BPF_MODE(insn->code) == BPF_MEM && insn->k < BPF_MEMWORDS)
			place = &c->frame.mem[insn->k];
		else
			continue;
		if (!*place) {
			used += 4;
			*place = -(int16_t)used;
		}
	}
	return round_to_8(used);
}

void cbpf_layout(struct cbpf *c, unsigned int network)
{
	struct cbpf_frame *f = &c->frame;
	uint16_t used = layout_words(c);
	uint16_t room;

	/* To align what is at NETWORK. */
	f->pad = -network & 7;
	f->copied = bytes_wanted(c, CBPF_FRAME_SIZE - used - f->pad);
	if (!f->copied)
		return;
	room = round_to_8(f->copied + f->pad);
	f->copied = room - f->pad;
	f->copy = -(int16_t)(used + room);
}
