/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a probe hands to its hooks. */
#include <retis/bpf/hook.h>

#include "section.h"

char LICENSE[] SEC("license") = "GPL";

SEC("hook/calls")
int calls(struct retis_ctx *ctx, struct retis_event *event, void *device, __u64 narrow, __u64 wide)
{
	struct calls_section *s = retis_section(event, CALLS_SECTION, sizeof(*s));

	if (!s)
		return 0;
	s->skb = (__u64)ctx->skb;
	s->device = (__u64)device;
	s->narrow = narrow;
	s->wide = wide;
	s->ret = ctx->ret;
	s->has_ret = ctx->has_ret;
	return 0;
}
