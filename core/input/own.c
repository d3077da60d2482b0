/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/input/own.h"

static const struct retis_field stack_fields[] = {
	{
		.name = "addresses",
		.about = "Of 8 bytes each, in the byte order of the file",
		.kind = RETIS_BYTES,
	},
};

const struct retis_section_type stack_section = {
	.name = "stack",
	.about = "Addresses of a stack trace, innermost first",
	.version = 1,
	.rank = 20,
	.line = 20,
	.fields = stack_fields,
	.n_fields = 1,
};

static const struct retis_field packet_fields[] = {
	RETIS_FIELD(struct tracking, orig_head, RETIS_UINT, .role = RETIS_ROLE_ID_HEAD,
		    .about = "Address of the packet's head when it was first seen"),
	RETIS_FIELD(struct tracking, timestamp, RETIS_UINT, .role = RETIS_ROLE_ID_TIME,
		    .about = "When it was first seen"),
	RETIS_FIELD(struct tracking, skb, RETIS_UINT, .role = RETIS_ROLE_SKB,
		    .about = "Address of its struct sk_buff"),
};

/* Keys of upstream that plugins happen to be called, too. */
#define NAME_OF(KEY) #KEY

static const struct retis_field tracking_fields[] = {
	{
		.name = NAME_OF(skb),
		.about = "What the packet is known by",
		.kind = RETIS_OBJECT,
		.fields = packet_fields,
		.n_fields = sizeof(packet_fields) / sizeof(packet_fields[0]),
	},
	RETIS_FIELD(struct tracking, idx, RETIS_UINT,
		    .about = "Place in the series of its events, from 0"),
};

/* A number of 128 bits, without leading zeros. */
static void put_id(uint64_t high, uint64_t low, struct retis_text *out)
{
	if (high)
		retis_text_hex(out, high, 1);
	retis_text_hex(out, low, high ? 16 : 1);
}

static void print_tracking(const struct retis_view *view, const struct retis_print *how,
			   struct retis_text *out)
{
	const struct tracking *t = RETIS_VIEW_AS(struct tracking, view);

	(void)how;
	if (!t)
		return;
	retis_text_char(out, '#');
	put_id(t->timestamp, t->orig_head, out);
	retis_text_str(out, " (skb ");
	retis_text_hex(out, t->skb, 1);
	retis_text_str(out, ") n ");
	retis_text_dec(out, t->idx);
}

const struct retis_section_type tracking_section = {
	.name = NAME_OF(tracking),
	.about = "The packet the event belongs to, in sorted files",
	.version = 1,
	.place = RETIS_FIRST_LINE,
	.rank = 40,
	.line = 40,
	.fields = tracking_fields,
	.n_fields = sizeof(tracking_fields) / sizeof(tracking_fields[0]),
	.print = print_tracking,
};

const struct retis_section_type *own_section(const char *name)
{
	if (!strcmp(name, stack_section.name))
		return &stack_section;
	return strcmp(name, tracking_section.name) ? NULL : &tracking_section;
}
