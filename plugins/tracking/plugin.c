/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The skb-tracking collector: which packet an event is about. */
#include <retis/plugin.h>

#include "section.h"

static const struct retis_field parent_fields[] = {
	RETIS_FIELD_AS("orig_head", struct tracking_section, parent.orig_head, RETIS_UINT,
		       .role = RETIS_ROLE_PARENT_HEAD,
		       .about = "Address of that packet's head when it was first seen"),
	RETIS_FIELD_AS("timestamp", struct tracking_section, parent.timestamp, RETIS_UINT,
		       .role = RETIS_ROLE_PARENT_TIME,
		       .about = "When that packet was first seen, ns since boot"),
};

static const struct retis_field fields[] = {
	RETIS_FIELD_AS("orig_head", struct tracking_section, id.orig_head, RETIS_UINT,
		       .role = RETIS_ROLE_ID_HEAD,
		       .about = "Address of the packet's head when it was first seen"),
	RETIS_FIELD_AS("timestamp", struct tracking_section, id.timestamp, RETIS_UINT,
		       .role = RETIS_ROLE_ID_TIME,
		       .about = "When the packet was first seen, ns since boot"),
	RETIS_FIELD(struct tracking_section, skb, RETIS_UINT, .role = RETIS_ROLE_SKB,
		    .about = "Address of its struct sk_buff; clones of a packet differ in it"),
	{
		.name = "parent",
		.about = "The packet it was copied from",
		.kind = RETIS_OBJECT,
		.present = TRACKING_HAS_PARENT,
		.fields = parent_fields,
		.n_fields = sizeof(parent_fields) / sizeof(parent_fields[0]),
	},
	RETIS_FIELD(struct tracking_section, depth, RETIS_UINT, .present = TRACKING_HAS_DEPTH,
		    .role = RETIS_ROLE_DEPTH,
		    .about = "Calls of probed functions that go on around this one, in a window"),
	RETIS_FIELD(struct tracking_section, duration, RETIS_UINT, .present = TRACKING_HAS_DURATION,
		    .role = RETIS_ROLE_DURATION, .about = "How long the call took, ns"),
};

/* One number of 128 bits, without leading zeros. */
static void put_packet_id(const struct tracking_id *id, struct retis_text *out)
{
	retis_text_char(out, '#');
	if (id->timestamp)
		retis_text_hex(out, id->timestamp, 1);
	retis_text_hex(out, id->orig_head, id->timestamp ? 16 : 1);
}

static void tracking_print(const struct retis_view *view, const struct retis_print *how,
			   struct retis_text *out)
{
	const struct tracking_section *t = view->data;

	(void)how;
	if (view->length < offsetof(struct tracking_section, parent))
		return;
	put_packet_id(&t->id, out);
	retis_text_str(out, " (skb ");
	retis_text_hex(out, t->skb, 1);
	retis_text_char(out, ')');
	if (retis_view_has(view, TRACKING_HAS_PARENT) &&
	    view->length >= offsetof(struct tracking_section, duration)) {
		retis_text_str(out, " copy of ");
		put_packet_id(&t->parent, out);
	}
	if (view->length < sizeof(*t))
		return;
	if (retis_view_has(view, TRACKING_HAS_DEPTH)) {
		retis_text_str(out, " depth ");
		retis_text_dec(out, t->depth);
	}
	if (retis_view_has(view, TRACKING_HAS_DURATION)) {
		retis_text_str(out, " took ");
		retis_text_dec(out, t->duration);
		retis_text_str(out, " ns");
	}
}

static const struct retis_section_type sections[] = {
	[TRACKING_SECTION] = {
		.name = "skb-tracking",
		.about = "The packet the event is about",
		.version = 1,
		.place = RETIS_FIRST_LINE,
		.rank = 50,
		.line = 50,
		.fields = fields,
		.n_fields = sizeof(fields) / sizeof(fields[0]),
		.print = tracking_print,
	},
};

static const struct retis_hook hooks[] = {
	{ .program = "tracking", .any_of = RETIS_INPUT_PACKET, .order = 20 },
};

static const char *const default_probes[] = { "tp:net:netif_receive_skb",
					      "tp:net:net_dev_start_xmit", NULL };

static const char *const aliases[] = { "tracking", NULL };

RETIS_OBJECT_FILE(tracking_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(tracking_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "skb-tracking",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "which packet an event is about",
	.aliases = aliases,
	.direct = RETIS_OBJECT_OF(tracking_direct),
	.probe = RETIS_OBJECT_OF(tracking_probe),
	RETIS_LIST(hook, hooks),
	.default_probes = default_probes,
	RETIS_LIST(section, sections),
	.tracks = 1,
};
