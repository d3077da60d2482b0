/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A collector for tests: probes in user space. */
#include <errno.h>
#include <stddef.h>

#include <retis/plugin.h>

#include "section.h"

static const struct retis_field value_fields[] = {
	RETIS_FIELD_ARRAY(struct usdt_values, values, RETIS_INT),
};

static const struct retis_field upcall_fields[] = {
	RETIS_FIELD(struct usdt_upcall, type, RETIS_UINT),
	RETIS_FIELD(struct usdt_upcall, size, RETIS_UINT),
	RETIS_FIELD(struct usdt_upcall, dpif, RETIS_STRING),
	RETIS_FIELD(struct usdt_upcall, packet, RETIS_BYTES),
};

static const struct retis_section_type sections[] = {
	[USDT_VALUES] = { .name = "usdt-values",
			  .version = 1,
			  .rank = 2010,
			  .line = 2010,
			  .fields = value_fields,
			  .n_fields = 1 },
	[USDT_UPCALL] = { .name = "usdt-upcall",
			  .version = 1,
			  .rank = 2011,
			  .line = 2011,
			  .fields = upcall_fields,
			  .n_fields = sizeof(upcall_fields) / sizeof(upcall_fields[0]) },
};

static const struct retis_arg args[N_USDT_VALUES] = {
	{ .position = 1 }, { .position = 2 }, { .position = 3 }, { .position = 4 },
	{ .position = 5 }, { .position = 6 }, { .position = 7 }, { .position = 8 },
};

static const char *const received[] = { "usdt:dpif_recv::recv_upcall", NULL };

static const struct retis_hook hooks[] = {
	{ .program = "values", .flags = RETIS_HOOK_USER, RETIS_ARGS(args), .order = 2010 },
	{ .program = "upcall",
	  .probes = received,
	  .args = args,
	  .n_args = 4,
	  .all_of = RETIS_INPUT_ARG(0) | RETIS_INPUT_ARG(2),
	  .order = 2011 },
};

RETIS_OBJECT_FILE(usdt_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(usdt_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "usdt",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "arguments of usdt probes, for tests",
	.direct = RETIS_OBJECT_OF(usdt_direct),
	.probe = RETIS_OBJECT_OF(usdt_probe),
	RETIS_LIST(hook, hooks),
	RETIS_LIST(section, sections),
	.on_request = 1,
};
