/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <retis/bpf/hook.h>
#include <retis/bpf/skb.h>

#include "section.h"

char LICENSE[] SEC("license") = "GPL";

SEC("hook/report")
int report(struct retis_ctx *ctx, struct retis_event *event)
{
	const __u32 before = offsetof(struct roles_section, bytes);
	struct sk_buff *skb = retis_cast(sk_buff, ctx->skb);
	const struct retis_packet *packet = ctx->packet;
	struct roles_section *s;

	if (!packet)
		return 0;
	s = retis_section_open(event, ROLES_SECTION, sizeof(*s));
	if (!s)
		return 0;
	s->first_seen = packet->id.time;
	s->first_head = packet->id.head;
	s->address = (__u64)ctx->skb;
	s->length = retis_read(skb, len);
	s->link_type = ROLES_RAW;
	retis_read_words(s->bytes, ROLES_BYTES / 8, retis_read(skb, data));
	retis_section_finish(event, s, sizeof(*s), before + retis_min(s->length, ROLES_BYTES));
	return 0;
}
