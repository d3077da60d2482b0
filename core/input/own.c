/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/input/own.h"

#include <retis/reader.h>

#include "core/reader/loss_text.h"

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
	RETIS_FIELD(struct own_tracking, orig_head, RETIS_UINT, .role = RETIS_ROLE_ID_HEAD,
		    .about = "Address of the packet's head when it was first seen"),
	RETIS_FIELD(struct own_tracking, timestamp, RETIS_UINT, .role = RETIS_ROLE_ID_TIME,
		    .about = "When it was first seen"),
	RETIS_FIELD(struct own_tracking, skb, RETIS_UINT, .role = RETIS_ROLE_SKB,
		    .about = "Address of its struct sk_buff"),
};

static const struct retis_enum_name causes[] = {
	{ RETIS_LOSS_RING_FULL, LOSS_TEXT_RING_FULL }, { RETIS_LOSS_NESTING, LOSS_TEXT_NESTING },
	{ RETIS_LOSS_SECTION, LOSS_TEXT_SECTION },     { RETIS_LOSS_SKIPPED, LOSS_TEXT_SKIPPED },
	{ RETIS_LOSS_MAP_FULL, LOSS_TEXT_MAP_FULL },   { RETIS_LOSS_UNPAIRED, LOSS_TEXT_UNPAIRED },
	{ RETIS_LOSS_UNTRACKED, LOSS_TEXT_UNTRACKED }, { RETIS_LOSS_UNREAD, LOSS_TEXT_UNREAD },
};

static const struct retis_field lost_fields[] = {
	RETIS_FIELD_AS("count", struct own_tracking, lost_count, RETIS_UINT,
		       .about = "How many events, of any packet"),
	RETIS_FIELD_AS("cause", struct own_tracking, lost_cause, RETIS_ENUM, .names = causes,
		       .n_names = sizeof(causes) / sizeof(causes[0]),
		       .about = "What most of them were lost by"),
};

static const struct retis_enum_name trust[] = { { 1, "guess" }, { 2, "likely" }, { 3, "sure" } };

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
	RETIS_FIELD(struct own_tracking, idx, RETIS_UINT,
		    .about = "Place in the series of its events, from 0"),
	RETIS_FIELD(struct own_tracking, latency, RETIS_UINT, .present = OWN_TRACKING_LATENCY,
		    .about = "Since the event before of the same struct sk_buff, in nanoseconds"),
	RETIS_FIELD(struct own_tracking, orphan, RETIS_BOOL, .present = OWN_TRACKING_ORPHAN,
		    .about = "It goes on from an event that is not there"),
	RETIS_FIELD(struct own_tracking, joined, RETIS_ENUM, .present = OWN_TRACKING_JOINED,
		    .names = trust, .n_names = sizeof(trust) / sizeof(trust[0]),
		    .about = "Its packet came from, or went to, another host: how sure that is"),
	{
		.name = "lost",
		.about = "In the first event of a series: lost while it lasted, maybe out of it",
		.kind = RETIS_OBJECT,
		.present = OWN_TRACKING_LOST,
		.fields = lost_fields,
		.n_fields = sizeof(lost_fields) / sizeof(lost_fields[0]),
	},
};

/* A number of 128 bits, without leading zeros. */
static void put_tracking_id(uint64_t high, uint64_t low, struct retis_text *out)
{
	retis_text_char(out, '#');
	if (high)
		retis_text_hex(out, high, 1);
	retis_text_hex(out, low, high ? 16 : 1);
}

/* Microseconds, to the nanosecond. */
static void put_latency(uint64_t ns, struct retis_text *out)
{
	uint32_t rest = (uint32_t)(ns % 1000);

	retis_text_str(out, " +");
	retis_text_dec(out, ns / 1000);
	retis_text_char(out, '.');
	retis_text_char(out, (char)('0' + rest / 100));
	retis_text_char(out, (char)('0' + rest / 10 % 10));
	retis_text_char(out, (char)('0' + rest % 10));
	retis_text_str(out, "us");
}

static void put_lost(const struct own_tracking *t, struct retis_text *out)
{
	retis_text_str(out, " (may lack ");
	retis_text_dec(out, t->lost_count);
	retis_text_str(out, t->lost_count == 1 ? " event: " : " events: ");
	retis_text_str(out, retis_loss_text(t->lost_cause));
	retis_text_char(out, ')');
}

static void put_joined(uint8_t joined, struct retis_text *out)
{
	for (size_t i = 0; i < sizeof(trust) / sizeof(trust[0]); i++) {
		if (trust[i].value != joined)
			continue;
		retis_text_str(out, " (from another host: ");
		retis_text_str(out, trust[i].name);
		retis_text_char(out, ')');
	}
}

static void print_tracking(const struct retis_view *view, const struct retis_print *how,
			   struct retis_text *out)
{
	const struct own_tracking *t = view->data;
	bool own = view->length >= sizeof(*t);

	(void)how;
	if (view->length < offsetof(struct own_tracking, lost_cause))
		return;
	put_tracking_id(t->timestamp, t->orig_head, out);
	retis_text_str(out, " (skb ");
	retis_text_hex(out, t->skb, 1);
	retis_text_str(out, ") n ");
	retis_text_dec(out, t->idx);
	if (own && (t->own_head != t->orig_head || t->own_time != t->timestamp)) {
		retis_text_str(out, " copy ");
		put_tracking_id(t->own_time, t->own_head, out);
	}
	if (retis_view_has(view, OWN_TRACKING_LATENCY) &&
	    view->length >= offsetof(struct own_tracking, own_head))
		put_latency(t->latency, out);
	if (retis_view_has(view, OWN_TRACKING_LOST) &&
	    view->length >= offsetof(struct own_tracking, latency))
		put_lost(t, out);
	if (retis_view_has(view, OWN_TRACKING_JOINED) &&
	    view->length >= offsetof(struct own_tracking, lost_count))
		put_joined(t->joined, out);
	if (retis_view_has(view, OWN_TRACKING_ORPHAN))
		retis_text_str(out, " (what it goes on from is not here)");
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
