/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The skb-drop collector. Reasons are numbers that differ between kernels, some of
 * them given out by modules, so their names are read from the kernel's own types when
 * a collection starts or such a module comes, and travel in the file.
 */
#include <errno.h>

#include <retis/plugin.h>

#include "section.h"

#define REASONS "skb-drop.reason"
#define SUBSYSTEMS "skb-drop.subsystem"
#define UNSPECIFIED "NOT_SPECIFIED"
#define SUBSYS_PREFIX "SKB_DROP_REASON_SUBSYS_"

static const struct retis_field fields[] = {
	RETIS_FIELD(struct drop_section, subsys, RETIS_ENUM, .present = DROP_HAS_SUBSYS,
		    .names_from = SUBSYSTEMS, .about = "Who dropped it, if not the core"),
	RETIS_FIELD_AS("drop_reason", struct drop_section, reason, RETIS_ENUM,
		       .names_from = REASONS, .role = RETIS_ROLE_DROP_REASON,
		       .about = "Why it was dropped"),
	RETIS_FIELD(struct drop_section, location, RETIS_HEX, .present = DROP_HAS_LOCATION,
		    .about = "Address of the code that dropped it"),
	RETIS_FIELD_AS("symbol", struct drop_section, location, RETIS_NAME,
		       .present = DROP_HAS_LOCATION, .names_from = RETIS_SYMBOLS,
		       .about = "The function that is there"),
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

/* Then where it happened says more than why. */
static bool is_unspecified(const struct retis_view *view, const struct drop_section *drop)
{
	int64_t reason = (int32_t)drop->reason;
	const char *name = retis_view_name(view, REASONS, &reason, sizeof(reason));

	return name && !strcmp(name, UNSPECIFIED);
}

static void put_location(const struct retis_view *view, const struct drop_section *drop,
			 struct retis_text *out)
{
	const char *symbol =
		retis_view_name(view, RETIS_SYMBOLS, &drop->location, sizeof(drop->location));

	if (!symbol)
		return;
	retis_text_str(out, " at ");
	retis_text_escaped(out, symbol, strlen(symbol));
}

static void drop_print(const struct retis_view *view, const struct retis_print *how,
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
	if (retis_view_has(view, DROP_HAS_LOCATION) && is_unspecified(view, drop))
		put_location(view, drop, out);
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
		.print = drop_print,
	},
};

static const char *skip_prefix(const char *name, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(name, prefix, n) ? name : name + n;
}

static int add_drop_reason(void *arg, const char *name, int64_t value)
{
	const struct retis_host *host = arg;

	return host->add_name(host, REASONS, &value, sizeof(value), name);
}

/* SKB_DROP_REASON_NO_SOCKET, and SKB_CONSUMED. */
static int add_core_reason(void *arg, const char *name, int64_t value)
{
	name = skip_prefix(name, "SKB_");
	return add_drop_reason(arg, skip_prefix(name, "DROP_REASON_"), value);
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

/* Where reasons are from: the kernel, or a module that may come later. */
static const struct {
	const char *name;
	const char *module;
	int (*add)(void *arg, const char *name, int64_t value);
} enums[] = {
	{ "skb_drop_reason", NULL, add_core_reason },
	{ "skb_drop_reason_subsys", NULL, add_subsystem },
	{ "qdisc_drop_reason", NULL, add_drop_reason },
	{ "mac80211_drop_reason", "mac80211", add_drop_reason },
	{ "ovs_drop_reason", "openvswitch", add_drop_reason },
};
#define N_ENUMS (sizeof(enums) / sizeof(enums[0]))

struct state {
	/* There is no more to be learned. */
	bool known[N_ENUMS];
};

static int learn_enum(const struct retis_host *host, struct state *state, size_t i)
{
	int err = host->enum_values(host, enums[i].name, enums[i].add, (void *)(uintptr_t)host);

	state->known[i] = err != -ENOENT || !enums[i].module;
	return err == -ENOENT ? 0 : err;
}

static const struct retis_arg args[] = {
	[DROP_ARG_REASON] = { .type = "enum skb_drop_reason|enum mac80211_drop_reason|"
				      "enum ovs_drop_reason|enum qdisc_drop_reason",
			      .optional = 1 },
	/* Arguments of tracepoints have no names. */
	[DROP_ARG_LOCATION] = { .type = "void *" },
};

static const struct retis_hook hooks[] = {
	{
		.program = "drop",
		RETIS_ARGS(args),
		.any_of = RETIS_INPUT_ARG(DROP_ARG_REASON),
		.order = 30,
	},
};

/* Of kernels without reasons: what is freed there is dropped. */
static const char *const drops[] = { "tp:skb:kfree_skb", NULL };

static const struct retis_hook without_reason = {
	.program = "drop",
	.probes = drops,
	RETIS_ARGS(args),
	.any_of = RETIS_INPUT_SKB,
	.order = 30,
};

static int drop_setup(const struct retis_host *host, void *state)
{
	const int64_t unknown = (int32_t)DROP_UNKNOWN;
	int err = 0;

	for (size_t i = 0; i < N_ENUMS && !err; i++)
		err = learn_enum(host, state, i);
	if (err)
		return err;
	if (host->kernel_has(host, RETIS_NEED_TYPE, "skb_drop_reason") > 0)
		return host->add_probe(host, drops[0]);
	err = host->add_name(host, REASONS, &unknown, sizeof(unknown), UNSPECIFIED);
	return err ? err : host->add_hook(host, &without_reason, sizeof(struct retis_hook));
}

/* Modules that have come. If one brings no reasons, it is not looked at again. */
static void drop_tick(const struct retis_host *host, void *private)
{
	struct state *state = private;

	for (size_t i = 0; i < N_ENUMS; i++)
		if (!state->known[i] &&
		    host->kernel_has(host, RETIS_NEED_MODULE, enums[i].module) > 0) {
			learn_enum(host, state, i);
			state->known[i] = true;
		}
}

static const struct retis_need needs[] = {
	{
		.kind = RETIS_NEED_TYPE,
		.name = "skb_drop_reason",
		.purpose = "reasons of drops, which kernels have since 5.17",
		.optional = 1,
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
	.state_size = sizeof(struct state),
	.setup = drop_setup,
	.tick = drop_tick,
	.on_request = 1,
};
