/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a probe hands to its hooks. */
#include <retis/bpf/hook.h>

#include "section.h"

char LICENSE[] SEC("license") = "GPL";

SEC("hook/calls")
int calls(struct retis_ctx *ctx, struct retis_event *event)
{
	struct calls_section *s = retis_section(event, CALLS_SECTION, sizeof(*s));

	if (!s)
		return 0;
	s->skb = (__u64)ctx->skb;
	s->device = retis_arg(ctx, 0);
	s->narrow = retis_arg(ctx, 1);
	s->wide = retis_arg(ctx, 2);
	s->ret = ctx->ret;
	s->has_ret = ctx->has_ret;
	return 0;
}
