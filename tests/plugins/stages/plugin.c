/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A collector for tests: what hooks can ask for, and when they are called. */
#include <errno.h>
#include <linux/capability.h>
#include <poll.h>
#include <unistd.h>

#include <retis/plugin.h>

#include "section.h"

struct state {
	uint8_t spoils;
	uint8_t supplies;
	uint8_t lingers;
	uint64_t events;
};

static const struct retis_field fields[] = {
	RETIS_FIELD(struct stages_section, hits, RETIS_UINT),
	RETIS_FIELD(struct stages_section, skb, RETIS_UINT),
	RETIS_FIELD(struct stages_section, by_type, RETIS_UINT),
	RETIS_FIELD(struct stages_section, by_name, RETIS_UINT),
	RETIS_FIELD(struct stages_section, by_position, RETIS_UINT),
	RETIS_FIELD(struct stages_section, not_there, RETIS_UINT),
};

static const struct retis_section_type sections[] = {
	[STAGES_SECTION] = { .name = "stages",
			     .version = 1,
			     .rank = 2002,
			     .line = 2002,
			     .fields = fields,
			     .n_fields = sizeof(fields) / sizeof(fields[0]) },
};

static const struct retis_arg args[] = {
	[STAGES_BY_TYPE] = { .type = "struct sk_buff *" },
	[STAGES_BY_NAME] = { .name = "skb" },
	[STAGES_BY_POSITION] = { .position = 1 },
	[STAGES_NOT_THERE] = { .type = "struct no_such_thing *", .optional = 1 },
};

static const struct retis_arg pktinfo[] = {
	{ .type = "struct nft_pktinfo *", .optional = 1 },
	{ .type = "struct nft_traceinfo *", .optional = 1 },
};

static const char *const received[] = { "tp:net:netif_receive_skb", NULL };
static const char *const queued[] = { "tp:net:net_dev_queue", NULL };

static const struct retis_hook hooks[] = {
	{ .program = "before", .probes = received, .stage = RETIS_STAGE_BEFORE, .order = 2000 },
	{ .program = "after", .probes = received, .stage = RETIS_STAGE_AFTER, .order = 2000 },
	{ .program = "collect",
	  .probes = queued,
	  .flags = RETIS_HOOK_ALONE,
	  RETIS_ARGS(args),
	  .all_of = RETIS_INPUT_SKB | RETIS_INPUT_ARG(STAGES_BY_TYPE),
	  .order = 2000 },
	{ .program = "collect", .probes = received, RETIS_ARGS(args), .order = 2000 },
	{ .program = "spoil", .probes = received, .order = 1999 },
};

static const struct retis_hook supply = {
	.program = "packet",
	RETIS_ARGS(pktinfo),
	.any_of = RETIS_INPUT_ARG(0) | RETIS_INPUT_ARG(1),
	.stage = RETIS_STAGE_PACKET,
	.order = 2000,
};

static const struct retis_counter counters[] = {
	[STAGES_BEFORE] = { "hit(s) before filters" },
	[STAGES_AFTER] = { "hit(s) of tracked packets" },
};

static const struct retis_option options[] = {
	{ .name = "stages-spoil",
	  .type = RETIS_OPT_FLAG,
	  .help = "Spoil events.",
	  .offset = offsetof(struct state, spoils) },
	{ .name = "stages-supply",
	  .type = RETIS_OPT_FLAG,
	  .help = "Supply packets of nftables.",
	  .offset = offsetof(struct state, supplies) },
	{ .name = "stages-events",
	  .type = RETIS_OPT_UINT,
	  .value = "N",
	  .help = "Add events of user space.",
	  .offset = offsetof(struct state, events),
	  .max = 1000000 },
	{ .name = "stages-linger",
	  .type = RETIS_OPT_FLAG,
	  .help = "Stay when the end has come.",
	  .offset = offsetof(struct state, lingers) },
};

static int setup(const struct retis_host *host, void *private)
{
	const struct state *state = private;
	int err = host->set_constant(host, "spoils", &state->spoils, sizeof(state->spoils));

	if (!err)
		err = host->size_map(host, "hits", 4);
	if (!err && host->size_map(host, "misses", 4) != -ENOENT)
		err = -EINVAL;
	if (!err && host->map_fd(host, "hits") >= 0)
		err = -EINVAL;
	if (!err && state->supplies)
		err = host->add_hook(host, &supply, sizeof(struct retis_hook));
	return err;
}

static int start(const struct retis_host *host, void *state)
{
	(void)state;
	host->log(host, RETIS_LOG_INFO, "maps %d %d, hooks %d", host->map_fd(host, "hits") > 0,
		  host->map_fd(host, "misses"),
		  host->add_hook(host, &supply, sizeof(struct retis_hook)));
	return 0;
}

/* Two beginnings, of which the first is long ago. */
static int work(const struct retis_host *host, void *private)
{
	const struct state *state = private;
	struct pollfd end = { .fd = host->stop_fd(host), .events = POLLIN };
	int err = 0;

	if (state->events && host->add_event(host, 1, 0, 0, state, 8) != -EINVAL)
		return -EBADE;
	for (uint64_t i = 0; i < state->events; i++) {
		const struct stages_section section = { .hits = i + 1 };

		err = host->add_event(host, STAGES_SECTION, i ? 0 : 1, 0, &section,
				      sizeof(section));
		if (err && err != -ENOSPC)
			return err;
	}
	poll(&end, 1, -1);
	if (state->lingers)
		sleep(4);
	return state->events && host->add_event(host, STAGES_SECTION, 0, 0, NULL, 0) ? -EPIPE : 0;
}

RETIS_OBJECT_FILE(stages_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(stages_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "stages",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "stages of hooks, for tests",
	.direct = RETIS_OBJECT_OF(stages_direct),
	.probe = RETIS_OBJECT_OF(stages_probe),
	RETIS_LIST(hook, hooks),
	RETIS_LIST(section, sections),
	RETIS_LIST(option, options),
	RETIS_LIST(counter, counters),
	.state_size = sizeof(struct state),
	.setup = setup,
	.start = start,
	.work = work,
	.capabilities = 1 << CAP_NET_ADMIN,
	.on_request = 1,
	.tracks = 1,
};
