/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ns collector: the network namespace something happens in. */
#include <retis/plugin.h>

#include "names.h"
#include "section.h"

static const struct retis_field fields[] = {
	RETIS_FIELD(struct ns_section, cookie, RETIS_UINT, .present = NS_HAS_COOKIE,
		    .role = RETIS_ROLE_NETNS_COOKIE,
		    .about = "Cookie of the namespace, unique until reboot"),
	RETIS_FIELD(struct ns_section, inum, RETIS_UINT, .role = RETIS_ROLE_NETNS,
		    .about = "Inode number of the namespace in nsfs"),
	RETIS_FIELD_AS("name", struct ns_section, inum, RETIS_NAME, .names_from = NS_NAMES,
		       .about = "Its name in /run/netns, a container or a process in it"),
};

static void ns_print(const struct retis_view *view, const struct retis_print *how,
		     struct retis_text *out)
{
	const struct ns_section *ns = RETIS_VIEW_AS(struct ns_section, view);

	const char *name;

	(void)how;
	if (!ns)
		return;
	name = retis_view_name(view, NS_NAMES, &ns->inum, sizeof(ns->inum));
	retis_text_str(out, "ns ");
	if (name) {
		retis_text_escaped(out, name, strlen(name));
		retis_text_char(out, '/');
	} else if (retis_view_has(view, NS_HAS_COOKIE)) {
		retis_text_str(out, "0x");
		retis_text_hex(out, ns->cookie, 1);
		retis_text_char(out, '/');
	}
	retis_text_dec(out, ns->inum);
}

static const struct retis_section_type sections[] = {
	[NS_SECTION] = {
		.name = "netns",
		.about = "Network namespace",
		.version = 1,
		.rank = 90,
		.line = 80,
		.fields = fields,
		.n_fields = sizeof(fields) / sizeof(fields[0]),
		.print = ns_print,
	},
};

static const struct retis_arg args[] = {
	[NS_ARG_NET] = { .type = "struct net *" },
	[NS_ARG_DEVICE] = { .type = "struct net_device *" },
};

static const struct retis_hook hooks[] = {
	{
		.program = "ns",
		RETIS_ARGS(args),
		.any_of = RETIS_INPUT_SKB | RETIS_INPUT_ARG(NS_ARG_NET) |
			  RETIS_INPUT_ARG(NS_ARG_DEVICE),
		.order = 80,
	},
};

static int ns_setup(const struct retis_host *host, void *state)
{
	int err = ns_names_read(host, state);

	return err ? err : ns_names_read_processes(host, state);
}

static void ns_tick(const struct retis_host *host, void *state)
{
	ns_names_read(host, state);
}

static const char *const default_probes[] = { "tp:net:netif_receive_skb",
					      "tp:net:net_dev_start_xmit", NULL };

RETIS_OBJECT_FILE(ns_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(ns_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "ns",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "network namespace of a packet",
	.direct = RETIS_OBJECT_OF(ns_direct),
	.probe = RETIS_OBJECT_OF(ns_probe),
	RETIS_LIST(hook, hooks),
	.default_probes = default_probes,
	RETIS_LIST(section, sections),
	.state_size = sizeof(struct ns_names),
	.setup = ns_setup,
	.tick = ns_tick,
};
