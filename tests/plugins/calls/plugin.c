/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A collector for tests: the arguments of functions, and what they return. */
#include <retis/plugin.h>

#include "section.h"

static const struct retis_field fields[] = {
	RETIS_FIELD(struct calls_section, skb, RETIS_UINT),
	RETIS_FIELD(struct calls_section, device, RETIS_UINT),
	RETIS_FIELD(struct calls_section, narrow, RETIS_UINT),
	RETIS_FIELD(struct calls_section, wide, RETIS_UINT),
	RETIS_FIELD(struct calls_section, ret, RETIS_INT),
	RETIS_FIELD(struct calls_section, has_ret, RETIS_UINT),
};

static const struct retis_section_type sections[] = {
	[CALLS_SECTION] = { .name = "calls",
			    .version = 1,
			    .rank = 2001,
			    .line = 2001,
			    .fields = fields,
			    .n_fields = sizeof(fields) / sizeof(fields[0]) },
};

static const struct retis_arg args[] = {
	{ .type = "struct net_device *" },
	{ .type = "u8|bool|_Bool|gfp_t" },
	{ .type = "struct sock *" },
};

static const struct retis_hook hooks[] = {
	{ .program = "calls", RETIS_ARGS(args), .order = 2000 },
};

RETIS_OBJECT_FILE(calls_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(calls_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "calls",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "arguments of functions, for tests",
	.direct = RETIS_OBJECT_OF(calls_direct),
	.probe = RETIS_OBJECT_OF(calls_probe),
	RETIS_LIST(hook, hooks),
	RETIS_LIST(section, sections),
};
