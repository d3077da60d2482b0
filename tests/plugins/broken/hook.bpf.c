/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <retis/bpf/hook.h>

#include "section.h"

char LICENSE[] SEC("license") = "GPL";

SEC("hook/observe")
int observe(struct retis_ctx *ctx, struct retis_event *event)
{
	struct broken_section *s = retis_section(event, BROKEN_SECTION, sizeof(*s));

	if (s)
		s->skb = retis_arg(ctx, 0);
	return 0;
}
