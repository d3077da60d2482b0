/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Provokes each kind of loss. */
#include <retis/bpf/hook.h>

#include "section.h"

char LICENSE[] SEC("license") = "GPL";

const volatile __u64 fill = 0;
const volatile __u8 nest = 0;
const volatile __u8 crash = 0;

/* More sections than fit into an event. */
SEC("hook/overfill")
int overfill(struct retis_ctx *ctx, struct retis_event *event)
{
	for (__u64 i = 0; i < 8 && i < fill; i++) {
		void *section =
			retis_section_open(event, TORTURE_SECTION, sizeof(struct torture_section));

		if (section)
			retis_section_finish(event, section, sizeof(struct torture_section), 8);
	}
	for (__u64 i = 0; i < 8 && i < fill; i++)
		retis_section_open(event, TORTURE_SECTION, sizeof(struct torture_section));
	return 0;
}

/* Hits the tracepoint bpf_trace:bpf_trace_printk while a probe is running. */
SEC("hook/nest")
int nesting(struct retis_ctx *ctx, struct retis_event *event)
{
	static const char format[] = "retis";

	if (nest) {
		bpf_trace_printk(format, sizeof(format));
		retis_section(event, TORTURE_SECTION, 8);
	}
	return 0;
}

/* What no verifier accepts. */
SEC("hook/crash")
int crashing(struct retis_ctx *ctx, struct retis_event *event)
{
	if (crash)
		return *(volatile int *)ctx->skb;
	return 0;
}
