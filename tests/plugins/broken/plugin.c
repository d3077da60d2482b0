/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A collector for tests: its hook's program is misspelt. They correct that in the finished file,
 * where all words that they may change are there just once, and make other mistakes instead:
 * tests/functional/broken-plugins.sh.
 */
#include <retis/plugin.h>

#include "section.h"

static const struct retis_field fields[] = {
	RETIS_FIELD(struct broken_section, skb, RETIS_HEX),
};

static const struct retis_section_type sections[] = {
	[BROKEN_SECTION] = { .name = "broken-one",
			     .version = 1,
			     .rank = 2010,
			     .line = 2010,
			     .fields = fields,
			     .n_fields = 1 },
	{ .name = "broken-two",
	  .version = 1,
	  .rank = 2011,
	  .line = 2011,
	  .fields = fields,
	  .n_fields = 1 },
};

static const struct retis_arg args[] = {
	{ .type = "struct sk_buff *" },
};

static const char *const received[] = { "tp:net:netif_receive_skb", NULL };
static const char *const defaults[] = { "tp:net:net_dev_queue", NULL };

static const struct retis_hook hooks[] = {
	{ .program = "obsorve", .probes = received, RETIS_ARGS(args), .order = 2010 },
};

static int setup(const struct retis_host *host, void *state)
{
	(void)state;
	return host->add_probe(host, "tp:net:net_dev_start_xmit");
}

RETIS_OBJECT_FILE(object_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(object_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "broken",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "has mistakes, for tests",
	.direct = RETIS_OBJECT_OF(object_direct),
	.probe = RETIS_OBJECT_OF(object_probe),
	RETIS_LIST(hook, hooks),
	.default_probes = defaults,
	RETIS_LIST(section, sections),
	.setup = setup,
};
