/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The hello collector: what it brings, as data, and the few functions it needs. */
#include <retis/plugin.h>

#include "section.h"

/* Allocated by the host; options are stored here before setup(). */
struct state {
	uint64_t min_mark;
};

static const struct retis_option options[] = {
	{
		.name = "hello-min-mark",
		.type = RETIS_OPT_UINT,
		.value = "N",
		.help = "Leave out packets with a lower mark.",
		.offset = offsetof(struct state, min_mark),
		.max = UINT32_MAX,
	},
};

static int hello_setup(const struct retis_host *host, void *private)
{
	const struct state *state = private;
	uint32_t min_mark = (uint32_t)state->min_mark;

	return host->set_constant(host, "min_mark", &min_mark, sizeof(min_mark));
}

/* JSON, and generic text, are made of this. */
static const struct retis_field fields[] = {
	RETIS_FIELD(struct hello_section, mark, RETIS_HEX,
		    .about = "Mark, set by packet filters, sockets and routing"),
	RETIS_FIELD(struct hello_section, priority, RETIS_UINT, .about = "Queueing priority"),
	RETIS_FIELD(struct hello_section, queue_mapping, RETIS_UINT, .present = HELLO_HAS_QUEUE,
		    .about = "Transmit queue, or receive queue + 1; absent if none is recorded"),
};

/* The text people read. Without it, and without .print below, it is generic. */
static void hello_print(const struct retis_view *view, const struct retis_print *how,
			struct retis_text *out)
{
	const struct hello_section *section = RETIS_VIEW_AS(struct hello_section, view);

	(void)how;
	if (!section)
		return;
	retis_text_str(out, "mark 0x");
	retis_text_hex(out, section->mark, 1);
	retis_text_str(out, " priority ");
	retis_text_dec(out, section->priority);
	if (retis_view_has(view, HELLO_HAS_QUEUE)) {
		retis_text_str(out, " queue ");
		retis_text_dec(out, section->queue_mapping);
	}
}

static const struct retis_section_type sections[] = {
	[HELLO_SECTION] = {
		.name = "hello",
		.about = "Mark, priority and queue of the packet",
		.version = 1,
		.rank = 1010,
		.line = 1010,
		.fields = fields,
		.n_fields = sizeof(fields) / sizeof(fields[0]),
		.print = hello_print,
	},
};

static const struct retis_hook hooks[] = {
	{ .program = "hello_hook", .any_of = RETIS_INPUT_SKB, .order = 1000 },
};

static const struct retis_need needs[] = {
	{ .kind = RETIS_NEED_FIELD, .name = "sk_buff.mark", .purpose = "the mark of packets" },
};

static const char *const default_probes[] = { "tp:net:netif_receive_skb",
					      "tp:net:net_dev_start_xmit", NULL };

RETIS_OBJECT_FILE(hello_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(hello_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "hello",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "marks of packets",
	.direct = RETIS_OBJECT_OF(hello_direct),
	.probe = RETIS_OBJECT_OF(hello_probe),
	RETIS_LIST(hook, hooks),
	.default_probes = default_probes,
	RETIS_LIST(need, needs),
	RETIS_LIST(section, sections),
	RETIS_LIST(option, options),
	.state_size = sizeof(struct state),
	.setup = hello_setup,
};
