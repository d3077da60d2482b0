/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A collector for tests: it has a probe for itself, keeps books there, and makes no events. */
#include <retis/plugin.h>

static const char *const received[] = { "tp:net:netif_receive_skb", NULL };

static const struct retis_hook hooks[] = {
	{ .program = "count",
	  .probes = received,
	  .stage = RETIS_STAGE_BEFORE,
	  .flags = RETIS_HOOK_ALONE,
	  .order = 2020 },
};

static const struct retis_counter counters[] = { { "hit(s) in the books" } };

RETIS_OBJECT_FILE(books_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(books_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "books",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "keeps books, for tests",
	.direct = RETIS_OBJECT_OF(books_direct),
	.probe = RETIS_OBJECT_OF(books_probe),
	RETIS_LIST(hook, hooks),
	RETIS_LIST(counter, counters),
	.on_request = 1,
};
