/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The nft collector: what nftables decided about a packet, and which rule it was. */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>

#include <retis/plugin.h>

#include "iptables.h"
#include "section.h"
#include "state.h"

const struct retis_enum_name nft_verdicts[NFT_N_VERDICTS] = {
	{ NFT_VERDICT_CONTINUE, "continue" }, { NFT_VERDICT_BREAK, "break" },
	{ NFT_VERDICT_JUMP, "jump" },	      { NFT_VERDICT_GOTO, "goto" },
	{ NFT_VERDICT_RETURN, "return" },     { NFT_VERDICT_DROP, "drop" },
	{ NFT_VERDICT_ACCEPT, "accept" },     { NFT_VERDICT_STOLEN, "stolen" },
	{ NFT_VERDICT_QUEUE, "queue" },	      { NFT_VERDICT_REPEAT, "repeat" },
	{ NFT_VERDICT_STOP, "stop" },
};

static const struct retis_field fields[] = {
	RETIS_FIELD(struct nft_section, table_name, RETIS_STRING, .about = "Table"),
	RETIS_FIELD(struct nft_section, chain_name, RETIS_STRING, .about = "Chain"),
	RETIS_FIELD(struct nft_section, verdict, RETIS_ENUM, .names = nft_verdicts,
		    .n_names = NFT_N_VERDICTS, .about = "Verdict"),
	RETIS_FIELD_AS("verdict_chain_name", struct nft_section, target_name, RETIS_STRING,
		       .present = NFT_HAS_TARGET, .about = "Chain that is jumped or gone to"),
	RETIS_FIELD_AS("table_handle", struct nft_section, id.table, RETIS_UINT,
		       .about = "Handle of the table"),
	RETIS_FIELD_AS("chain_handle", struct nft_section, chain, RETIS_UINT,
		       .about = "Handle of the chain"),
	RETIS_FIELD_AS("rule_handle", struct nft_section, id.rule, RETIS_UINT,
		       .present = NFT_HAS_RULE,
		       .about = "Handle of the rule; a policy or the end of a chain has none"),
	RETIS_FIELD(struct nft_section, policy, RETIS_BOOL,
		    .about = "The verdict is the base chain's policy"),
	RETIS_FIELD_AS("queue_num", struct nft_section, detail, RETIS_UINT,
		       .present = NFT_HAS_QUEUE, .about = "Number of the queue"),
	RETIS_FIELD_AS("drop_errno", struct nft_section, detail, RETIS_UINT,
		       .present = NFT_HAS_ERRNO, .about = "Error the sender of the packet gets"),
	RETIS_FIELD_AS("netns_cookie", struct nft_section, id.netns, RETIS_UINT,
		       .present = NFT_HAS_NETNS,
		       .about = "Cookie of the network namespace the rules are in"),
	RETIS_FIELD_AS("rule_text", struct nft_section, id, RETIS_NAME, .present = NFT_HAS_RULE,
		       .names_from = NFT_RULES,
		       .about = "The rule, as nft lists it; empty: it changed too quickly"),
};

static void put_label(struct retis_text *out, const char *label, const char *name, uint64_t handle)
{
	retis_text_str(out, label);
	retis_text_escaped(out, name, NFT_NAME_SIZE);
	retis_text_str(out, " (");
	retis_text_dec(out, handle);
	retis_text_char(out, ')');
}

static void print_verdict(struct retis_text *out, const struct retis_view *view,
			  const struct nft_section *s)
{
	size_t i = 0;

	while (i < NFT_N_VERDICTS && nft_verdicts[i].value != s->verdict)
		i++;
	retis_text_char(out, ' ');
	if (i < NFT_N_VERDICTS)
		retis_text_str(out, nft_verdicts[i].name);
	else
		retis_text_int(out, s->verdict);
	if (retis_view_has(view, NFT_HAS_QUEUE) || retis_view_has(view, NFT_HAS_ERRNO)) {
		retis_text_str(out, retis_view_has(view, NFT_HAS_QUEUE) ? " num " : " errno ");
		retis_text_dec(out, s->detail);
	}
	if (s->policy)
		retis_text_str(out, " (policy)");
}

/* All rules of the namespace are known, but this one came or went in between. */
static bool is_unknown(const struct retis_view *view, const struct nft_section *s)
{
	return retis_view_has(view, NFT_HAS_NETNS) &&
	       retis_view_name(view, NFT_READ, &s->id.netns, sizeof(s->id.netns));
}

static void put_rule(struct retis_text *out, const struct retis_view *view,
		     const struct nft_section *s)
{
	const char *text = retis_view_name(view, NFT_RULES, &s->id, sizeof(s->id));

	if (text && *text) {
		retis_text_str(out, " rule ");
		retis_text_escaped(out, text, strlen(text));
	} else if (text || is_unknown(view, s)) {
		retis_text_str(out, " rule unknown");
	}
}

/* A section that was cut short gets what it lacks as zeros. */
static bool copy_section(const struct retis_view *view, struct nft_section *s)
{
	if (view->length < offsetof(struct nft_section, table_name))
		return false;
	memset(s, 0, sizeof(*s));
	memcpy(s, view->data, view->length < sizeof(*s) ? view->length : sizeof(*s));
	return true;
}

static void nft_print(const struct retis_view *view, const struct retis_print *how,
		      struct retis_text *out)
{
	struct nft_section s;

	(void)how;
	if (!copy_section(view, &s))
		return;
	put_label(out, "table ", s.table_name, s.id.table);
	put_label(out, " chain ", s.chain_name, s.chain);
	if (retis_view_has(view, NFT_HAS_RULE)) {
		retis_text_str(out, " handle ");
		retis_text_dec(out, s.id.rule);
	}
	print_verdict(out, view, &s);
	if (retis_view_has(view, NFT_HAS_TARGET) && s.target_name[0]) {
		retis_text_str(out, " chain ");
		retis_text_escaped(out, s.target_name, NFT_NAME_SIZE);
	}
	if (retis_view_has(view, NFT_HAS_RULE))
		put_rule(out, view, &s);
}

static const struct retis_section_type sections[] = {
	[NFT_SECTION] = {
		.name = "nft",
		.about = "What nftables decided",
		.version = 1,
		.rank = 130,
		.line = 120,
		.fields = fields,
		.n_fields = sizeof(fields) / sizeof(fields[0]),
		.print = nft_print,
	},
	[IPTABLES_SECTION] = {
		.name = "iptables",
		.about = "What a table of iptables-legacy decided",
		.version = 1,
		.rank = 131,
		.line = 121,
		.fields = iptables_fields,
		.n_fields = IPTABLES_N_FIELDS,
		.print = iptables_print,
	},
};

static const struct retis_arg args[] = {
	[NFT_ARG_PKTINFO] = { .type = "struct nft_pktinfo *", .optional = 1 },
	[NFT_ARG_TRACEINFO] = { .type = "struct nft_traceinfo *", .optional = 1 },
	[NFT_ARG_VERDICT] = { .type = "struct nft_verdict *", .optional = 1 },
	[NFT_ARG_RULE] = { .type = "struct nft_rule_dp *", .optional = 1 },
	[NFT_ARG_CHAIN] = { .type = "struct nft_chain *", .optional = 1 },
	[NFT_ARG_TYPE] = { .type = "enum nft_trace_types", .optional = 1 },
};

static const char *const probes[] = { "kprobe:" NFT_FUNCTION, NULL };

static const struct retis_hook hooks[] = {
	{
		.program = "nft",
		.probes = probes,
		RETIS_ARGS(args),
		.all_of = RETIS_INPUT_ARG(NFT_ARG_TRACEINFO) | RETIS_INPUT_ARG(NFT_ARG_TYPE),
		.order = 50,
		.flags = RETIS_HOOK_DECIDES,
	},
	{
		.program = "nft_packet",
		RETIS_ARGS(args),
		.any_of = RETIS_INPUT_ARG(NFT_ARG_PKTINFO) | RETIS_INPUT_ARG(NFT_ARG_TRACEINFO),
		.order = 50,
		.stage = RETIS_STAGE_PACKET,
	},
};

static const struct retis_counter counters[] = {
	[NFT_COUNT_CHAIN] = { "verdict(s) of nftables in chains of too many rules" },
};

#define CHOICE(NAME, VERDICT)                                \
	{                                                    \
		NAME, NFT_VERDICT_BIT(NFT_VERDICT_##VERDICT) \
	}

static const struct retis_choice choices[] = {
	{ "all", ~0u },		CHOICE("continue", CONTINUE), CHOICE("break", BREAK),
	CHOICE("jump", JUMP),	CHOICE("goto", GOTO),	      CHOICE("return", RETURN),
	CHOICE("drop", DROP),	CHOICE("accept", ACCEPT),     CHOICE("stolen", STOLEN),
	CHOICE("queue", QUEUE), CHOICE("repeat", REPEAT),     { NULL, 0 },
};

static const struct retis_option options[] = {
	{
		.name = "nft-verdicts",
		.type = RETIS_OPT_CHOICES,
		.value = "VERDICTS",
		.help = "Verdicts of nftables to report; 'all' includes the "
			"steps on the way.",
		.offset = offsetof(struct nft_state, verdicts),
		.choices = choices,
	},
	{
		.name = "allow-system-changes",
		.type = RETIS_OPT_FLAG,
		.help = "Switch the kernel's reports of verdicts on while retis runs, with a rule "
			"in a "
			"table of its own, 'inet Retis_Table'; nftables gets slower everywhere.",
		.offset = offsetof(struct nft_state, may_change),
	},
};

static const struct nft_state defaults = {
	.verdicts = NFT_VERDICT_BIT(NFT_VERDICT_DROP) | NFT_VERDICT_BIT(NFT_VERDICT_ACCEPT),
};

static int nft_check(const struct retis_host *host, void *state, char *reason, size_t size)
{
	(void)state;
	if (host->kernel_has(host, RETIS_NEED_FUNCTION, NFT_FUNCTION) || iptables_is_there(host))
		return 0;
	snprintf(reason, size,
		 "this kernel has no function " NFT_FUNCTION ": 'modprobe nf_tables' loads it");
	return -ENOENT;
}

static int nft_setup(const struct retis_host *host, void *private)
{
	struct nft_state *state = private;
	uint32_t wanted = (uint32_t)state->verdicts;
	int err = host->set_constant(host, "wanted", &wanted, sizeof(wanted));

	err = err ? err : iptables_setup(host);
	if (err)
		return err;
	nft_rules_start(&state->rules, host);
	if (!state->rules.traces && !state->may_change)
		nft_trace_advise(host);
	return 0;
}

static int nft_start(const struct retis_host *host, void *private)
{
	struct nft_state *state = private;

	return state->may_change ? nft_trace_start(&state->trace, host) : 0;
}

static int nft_work(const struct retis_host *host, void *private)
{
	struct nft_state *state = private;

	return nft_rules_follow(&state->rules, host->stop_fd(host));
}

static void nft_stop(const struct retis_host *host, void *private)
{
	struct nft_state *state = private;

	(void)host;
	nft_trace_end(&state->trace);
}

static void nft_release(const struct retis_host *host, void *private)
{
	struct nft_state *state = private;

	(void)host;
	nft_rules_end(&state->rules);
}

RETIS_OBJECT_FILE(nft_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(nft_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "nft",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "what nftables decided, and which rule",
	.direct = RETIS_OBJECT_OF(nft_direct),
	.probe = RETIS_OBJECT_OF(nft_probe),
	RETIS_LIST(hook, hooks),
	RETIS_LIST(counter, counters),
	RETIS_LIST(section, sections),
	RETIS_LIST(option, options),
	.state_size = sizeof(struct nft_state),
	.state = &defaults,
	.check = nft_check,
	.setup = nft_setup,
	.start = nft_start,
	.stop = nft_stop,
	.release = nft_release,
	.work = nft_work,
	/* To enter namespaces, also those of others' processes, and to read rules there. */
	.capabilities = 1ULL << CAP_SYS_ADMIN | 1ULL << CAP_NET_ADMIN | 1ULL << CAP_SYS_PTRACE,
	.on_request = 1,
};
