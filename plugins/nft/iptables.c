/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "iptables.h"

#include "section.h"
#include "state.h"

/* NFPROTO_IPV6 of include/uapi/linux/netfilter.h. */
#define FAMILY_IPV6 10

/* By enum nf_inet_hooks of include/uapi/linux/netfilter.h. */
static const struct retis_enum_name chains[] = {
	{ 0, "PREROUTING" }, { 1, "INPUT" },	   { 2, "FORWARD" },
	{ 3, "OUTPUT" },     { 4, "POSTROUTING" },
};

static const struct retis_enum_name families[] = { { 2, "ip" }, { FAMILY_IPV6, "ip6" } };

const struct retis_field iptables_fields[IPTABLES_N_FIELDS] = {
	RETIS_FIELD(struct iptables_section, table_name, RETIS_STRING, .about = "Table"),
	RETIS_FIELD_AS("chain_name", struct iptables_section, hook, RETIS_ENUM, .names = chains,
		       .n_names = sizeof(chains) / sizeof(chains[0]),
		       .about = "The chain it began with"),
	RETIS_FIELD(struct iptables_section, family, RETIS_ENUM, .names = families,
		    .n_names = sizeof(families) / sizeof(families[0]), .about = "ip or ip6"),
	RETIS_FIELD(struct iptables_section, verdict, RETIS_ENUM, .names = nft_verdicts,
		    .n_names = NFT_N_VERDICTS, .about = "What the whole table decided"),
};

static void put_enum_name(struct retis_text *out, const struct retis_enum_name *names, size_t n,
			  int64_t value)
{
	for (size_t i = 0; i < n; i++)
		if (names[i].value == value) {
			retis_text_str(out, names[i].name);
			return;
		}
	retis_text_int(out, value);
}

void iptables_print(const struct retis_view *view, const struct retis_print *how,
		    struct retis_text *out)
{
	const struct iptables_section *s = RETIS_VIEW_AS(struct iptables_section, view);

	(void)how;
	if (!s)
		return;
	retis_text_str(out, s->family == FAMILY_IPV6 ? "ip6tables table " : "iptables table ");
	retis_text_escaped(out, s->table_name, sizeof(s->table_name));
	retis_text_str(out, " chain ");
	put_enum_name(out, chains, sizeof(chains) / sizeof(chains[0]), s->hook);
	retis_text_char(out, ' ');
	put_enum_name(out, nft_verdicts, NFT_N_VERDICTS, s->verdict);
}

static const struct retis_arg args[] = {
	[IPTABLES_ARG_STATE] = { .type = "struct nf_hook_state *" },
	[IPTABLES_ARG_TABLE] = { .type = "struct xt_table *", .optional = 1 },
	[IPTABLES_ARG_PRIV] = { .type = "void *", .name = "priv", .optional = 1 },
};

#define HOOK(PROBES)                                                         \
	{                                                                    \
		.program = "iptables", .probes = (PROBES), RETIS_ARGS(args), \
		.all_of = RETIS_INPUT_ARG(IPTABLES_ARG_STATE), .order = 50,  \
		.flags = RETIS_HOOK_DECIDES,                                 \
	}

bool iptables_is_there(const struct retis_host *host)
{
	return host->kernel_has(host, RETIS_NEED_FUNCTION, "ipt_do_table") > 0 ||
	       host->kernel_has(host, RETIS_NEED_FUNCTION, "ip6t_do_table") > 0;
}

int iptables_setup(const struct retis_host *host)
{
	static const char *const ip[] = { "kretprobe:ipt_do_table", NULL };
	static const char *const ip6[] = { "kretprobe:ip6t_do_table", NULL };
	static const struct {
		const char *function;
		struct retis_hook hook;
	} tables[] = {
		{ "ipt_do_table", HOOK(ip) },
		{ "ip6t_do_table", HOOK(ip6) },
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]) && !err; i++)
		if (host->kernel_has(host, RETIS_NEED_FUNCTION, tables[i].function) > 0)
			err = host->add_hook(host, &tables[i].hook, sizeof(struct retis_hook));
	return err;
}
