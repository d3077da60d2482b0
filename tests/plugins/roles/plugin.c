/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A collector for tests: it does in one section, under names of its own, what skb and skb-tracking
 * do, for probes where packets begin with their IP header.
 */
#include <retis/plugin.h>

#include "section.h"

#define FIELD(MEMBER, KIND, ...) RETIS_FIELD(struct roles_section, MEMBER, KIND, __VA_ARGS__)

static const struct retis_field fields[] = {
	FIELD(first_seen, RETIS_UINT, .role = RETIS_ROLE_ID_TIME),
	FIELD(first_head, RETIS_HEX, .role = RETIS_ROLE_ID_HEAD),
	FIELD(address, RETIS_HEX, .role = RETIS_ROLE_SKB),
	FIELD(length, RETIS_UINT, .role = RETIS_ROLE_PACKET_LENGTH),
	FIELD(link_type, RETIS_UINT, .role = RETIS_ROLE_LINK_TYPE),
	{
		.name = "bytes",
		.kind = RETIS_BYTES,
		.offset = offsetof(struct roles_section, bytes),
		.role = RETIS_ROLE_PACKET,
	},
};

static const struct retis_section_type sections[] = {
	[ROLES_SECTION] = { .name = "roles",
			    .version = 1,
			    .rank = 2030,
			    .line = 2030,
			    .fields = fields,
			    .n_fields = sizeof(fields) / sizeof(fields[0]) },
};

static const char *const received[] = { "tp:net:netif_rx", "tp:net:netif_receive_skb", NULL };

static const struct retis_hook hooks[] = {
	{ .program = "report", .probes = received, .all_of = RETIS_INPUT_SKB, .order = 2030 },
};

RETIS_OBJECT_FILE(roles_direct, "hook.direct.bpf.o");
RETIS_OBJECT_FILE(roles_probe, "hook.probe.bpf.o");

RETIS_EXPORT const struct retis_plugin retis_plugin = {
	.abi_major = RETIS_ABI_MAJOR,
	.abi_minor = RETIS_ABI_MINOR,
	.size = sizeof(struct retis_plugin),
	.name = "roles",
	.version = "1.0",
	.license = "GPL-2.0-or-later",
	.summary = "says what others look for, for tests",
	.direct = RETIS_OBJECT_OF(roles_direct),
	.probe = RETIS_OBJECT_OF(roles_probe),
	RETIS_LIST(hook, hooks),
	RETIS_LIST(section, sections),
	.on_request = 1,
	.tracks = 1,
};
