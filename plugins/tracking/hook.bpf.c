/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which packet it is: what the host knows of it. */
#include <retis/bpf/hook.h>

#include "section.h"

char LICENSE[] SEC("license") = "GPL";

SEC("hook/tracking")
int tracking(struct retis_ctx *ctx, struct retis_event *event)
{
	const struct retis_packet *packet = ctx->packet;
	struct tracking_section *section;
	const __u32 whole = sizeof(*section);
	const __u32 copy = offsetof(struct tracking_section, duration);
	const __u32 other = offsetof(struct tracking_section, parent);

	if (!packet)
		return 0;
	if (ctx->depth || ctx->duration)
		section = retis_section_open(event, TRACKING_SECTION, whole);
	else
		section = packet->parent.time ? retis_section_open(event, TRACKING_SECTION, copy)
					      : retis_section_open(event, TRACKING_SECTION, other);
	if (!section)
		return 0;
	if (ctx->depth) {
		section->depth = ctx->depth;
		retis_section_present(section, TRACKING_HAS_DEPTH);
	}
	if (ctx->duration) {
		section->duration = ctx->duration;
		retis_section_present(section, TRACKING_HAS_DURATION);
	}
	section->id.orig_head = packet->id.head;
	section->id.timestamp = packet->id.time;
	section->skb = ctx->skb ? (__u64)ctx->skb : packet->skb;
	if (packet->parent.time) {
		section->parent.orig_head = packet->parent.head;
		section->parent.timestamp = packet->parent.time;
		retis_section_present(section, TRACKING_HAS_PARENT);
	}
	return 0;
}
