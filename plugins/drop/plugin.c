/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The skb-drop collector. Reasons are numbers that differ between kernels, some of
 * them given out by modules, so their names are read from the kernel's own types when
 * a collection starts, and travel in the file.
 */
#include <errno.h>

#include <retis/plugin.h>

#include "section.h"

#define REASONS "skb-drop.reason"
#define SUBSYSTEMS "skb-drop.subsystem"
#define SUBSYS_PREFIX "SKB_DROP_REASON_SUBSYS_"

static const struct retis_field fields[] = {
	RETIS_FIELD(struct drop_section, subsys, RETIS_ENUM, .present = DROP_HAS_SUBSYS,
		    .names_from = SUBSYSTEMS, .about = "Who dropped it, if not the core"),
	RETIS_FIELD_AS("drop_reason", struct drop_section, reason, RETIS_ENUM,
		       .names_from = REASONS, .role = RETIS_ROLE_DROP_REASON,
		       .about = "Why it was dropped"),
};

/* A value's name, or the value: kernels are newer than what is known of them. */
static void put_named(const struct retis_view *view, const char *table, int64_t value,
		      struct retis_text *out)
{
	const char *name = retis_view_name(view, table, &value, sizeof(value));

	if (name)
		retis_text_escaped(out, name, strlen(name));
	else
		retis_text_int(out, value);
}

static void print(const struct retis_view *view, const struct retis_print *how,
		  struct retis_text *out)
{
	const struct drop_section *drop = RETIS_VIEW_AS(struct drop_section, view);

	(void)how;
	if (!drop)
		return;
	retis_text_str(out, "drop (reason ");
	if (retis_view_has(view, DROP_HAS_SUBSYS)) {
		put_named(view, SUBSYSTEMS, drop->subsys, out);
		retis_text_char(out, '/');
	}
	put_named(view, REASONS, (int32_t)drop->reason, out);
	retis_text_char(out, ')');
}

static const struct retis_section_type sections[] = {
	[DROP_SECTION] = {
		.name = "skb-drop",
		.about = "Why a packet was dropped",
		.version = 1,
		.place = RETIS_FIRST_LINE,
		.rank = 60,
		.line = 60,
		.fields = fields,
		.n_fields = sizeof(fields) / sizeof(fields[0]),
		.print = print,
	},
};

static const char *skip_prefix(const char *name, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(name, prefix, n) ? name : name + n;
}

static int add_reason(void *arg, const char *name, int64_t value)
{
	const struct retis_host *host = arg;

	return host->add_name(host, REASONS, &value, sizeof(value), name);
}

/* SKB_DROP_REASON_NO_SOCKET, and SKB_CONSUMED. */
static int add_core_reason(void *arg, const char *name, int64_t value)
{
	name = skip_prefix(name, "SKB_");
	return add_reason(arg, skip_prefix(name, "DROP_REASON_"), value);
}

/* OPENVSWITCH: "openvswitch". */
static int add_subsystem(void *arg, const char *name, int64_t value)
{
	const struct retis_host *host = arg;
	char text[64];
	size_t n = 0;

	for (name = skip_prefix(name, SUBSYS_PREFIX); *name && n < sizeof(text) - 1; name++)
		text[n++] = (char)(*name >= 'A' && *name <= 'Z' ? *name + 'a' - 'A' : *name);
	text[n] = '\0';
	if (!strcmp(text, "num"))
		return 0;
	return host->add_name(host, SUBSYSTEMS, &value, sizeof(value), text);
}

static int setup(const struct retis_host *host, void *state)
{
	static const struct {
		const char *name;
		int (*add)(void *arg, const char *name, int64_t value);
	} enums[] = {
		{ "skb_drop_reason", add_core_reason }, { "skb_drop_reason_subsys", add_subsystem },
		{ "mac80211_drop_reason", add_reason }, { "ovs_drop_reason", add_reason },
		{ "qdisc_drop_reason", add_reason },
	};
	int err = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(enums) / sizeof(enums[0]) && (!err || err == -ENOENT); i++)
		err = host->enum_values(host, enums[i].name, enums[i].add, (void *)(uintptr_t)host);
	if (err && err != -ENOENT)
		return err;
	return host->add_probe(host, "tp:skb:kfree_skb");
}

static const struct retis_arg args[] = {
	[DROP_ARG_REASON] = { .type = "enum skb_drop_reason|enum mac80211_drop_reason|"
				      "enum ovs_drop_reason|enum qdisc_drop_reason" },
};

static const struct retis_hook hooks[] = {
	{
		.program = "drop",
		RETIS_ARGS(args),
		.any_of = RETIS_INPUT_ARG(DROP_ARG_REASON),
		.order = 30,
	},
};

static const struct retis_need needs[] = {
	{
		.kind = RETIS_NEED_TYPE,
		.name = "skb_drop_reason",
		.purpose = "reasons of drops, which kernels have since 5.17",
	},
};

static const char *const aliases[] = { "drop", NULL };

RETIS_OBJECT_FILE(drop_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(drop_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "skb-drop",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "why packets are dropped",
	.aliases = aliases,
	.direct = RETIS_OBJECT_OF(drop_direct),
	.probe = RETIS_OBJECT_OF(drop_probe),
	RETIS_LIST(hook, hooks),
	RETIS_LIST(need, needs),
	RETIS_LIST(section, sections),
	.setup = setup,
	.on_request = 1,
};
