/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A collector for tests: it makes events get lost in every way there is. */
#include <retis/plugin.h>

#include "section.h"

struct state {
	uint64_t fill;
	uint8_t nest;
	uint8_t crash;
};

static const struct retis_option options[] = {
	{ .name = "torture-fill",
	  .type = RETIS_OPT_UINT,
	  .value = "COUNT",
	  .help = "Add that many large sections.",
	  .offset = offsetof(struct state, fill),
	  .max = 8 },
	{ .name = "torture-nest",
	  .type = RETIS_OPT_FLAG,
	  .help = "Hit a tracepoint from a probe.",
	  .offset = offsetof(struct state, nest) },
	{ .name = "torture-crash",
	  .type = RETIS_OPT_FLAG,
	  .help = "Do not verify.",
	  .offset = offsetof(struct state, crash) },
};

static int setup(const struct retis_host *host, void *private)
{
	const struct state *state = private;
	int err = host->set_constant(host, "fill", &state->fill, sizeof(state->fill));

	if (!err)
		err = host->set_constant(host, "nest", &state->nest, sizeof(state->nest));
	if (!err)
		err = host->set_constant(host, "crash", &state->crash, sizeof(state->crash));
	return err;
}

static const struct retis_field fields[] = {
	{ .name = "ballast", .kind = RETIS_BYTES, .size = 8 },
};

static const struct retis_section_type sections[] = {
	[TORTURE_SECTION] = { .name = "torture",
			      .version = 1,
			      .rank = 2000,
			      .line = 2000,
			      .fields = fields,
			      .n_fields = 1 },
};

static const struct retis_hook hooks[] = {
	{ .program = "overfill", .order = 1000 },
	{ .program = "nesting", .order = 1001 },
	{ .program = "crashing", .order = 1002 },
};

RETIS_OBJECT_FILE(torture_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(torture_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "torture",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "loses events, for tests",
	.direct = RETIS_OBJECT_OF(torture_direct),
	.probe = RETIS_OBJECT_OF(torture_probe),
	RETIS_LIST(hook, hooks),
	RETIS_LIST(section, sections),
	RETIS_LIST(option, options),
	.state_size = sizeof(struct state),
	.setup = setup,
};
