/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The dev collector: the network device of a packet or of a function's argument. */
#include <retis/plugin.h>

#include "section.h"

static const struct retis_field fields[] = {
	RETIS_FIELD(struct dev_section, name, RETIS_STRING, .role = RETIS_ROLE_IFNAME,
		    .about = "Name of the network device"),
	RETIS_FIELD(struct dev_section, ifindex, RETIS_UINT, .role = RETIS_ROLE_IFINDEX,
		    .about = "Index of the network device"),
	RETIS_FIELD(struct dev_section, rx_ifindex, RETIS_UINT, .present = DEV_HAS_RX_IFINDEX,
		    .about = "Index of the device the packet arrived on, if it did"),
};

static void dev_print(const struct retis_view *view, const struct retis_print *how,
		      struct retis_text *out)
{
	const struct dev_section *dev = RETIS_VIEW_AS(struct dev_section, view);

	(void)how;
	if (!dev)
		return;
	retis_text_str(out, "if ");
	retis_text_dec(out, dev->ifindex);
	if (dev->name[0]) {
		retis_text_str(out, " (");
		retis_text_escaped(out, dev->name, sizeof(dev->name));
		retis_text_char(out, ')');
	}
	if (retis_view_has(view, DEV_HAS_RX_IFINDEX)) {
		retis_text_str(out, " rxif ");
		retis_text_dec(out, dev->rx_ifindex);
	}
}

static const struct retis_section_type sections[] = {
	[DEV_SECTION] = {
		.name = "dev",
		.about = "Network device",
		.version = 1,
		.rank = 100,
		.line = 90,
		.joins = "netns",
		.fields = fields,
		.n_fields = sizeof(fields) / sizeof(fields[0]),
		.print = dev_print,
	},
};

static const struct retis_arg args[] = {
	[DEV_ARG_DEVICE] = { .type = "struct net_device *" },
};

static const struct retis_hook hooks[] = {
	{
		.program = "dev",
		RETIS_ARGS(args),
		.any_of = RETIS_INPUT_SKB | RETIS_INPUT_ARG(DEV_ARG_DEVICE),
		.order = 70,
	},
};

static const char *const default_probes[] = { "tp:net:netif_receive_skb",
					      "tp:net:net_dev_start_xmit", NULL };

RETIS_OBJECT_FILE(dev_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(dev_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "dev",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "network device of a packet",
	.direct = RETIS_OBJECT_OF(dev_direct),
	.probe = RETIS_OBJECT_OF(dev_probe),
	RETIS_LIST(hook, hooks),
	.default_probes = default_probes,
	RETIS_LIST(section, sections),
};
