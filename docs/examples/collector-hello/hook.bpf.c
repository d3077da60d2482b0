/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The marks of a packet: who set them, and for whom, is up to the site. */
#include <retis/bpf/hook.h>
#include <retis/bpf/kernel/skb.h>

#include "section.h"

/* Without a licence compatible to the GPL the kernel refuses most helpers. */
char LICENSE[] SEC("license") = "GPL";

/* Packets with a lower mark are left out. Set by the plugin. */
const volatile __u32 min_mark = 0;

/*
 * The members of struct sk_buff that are read here: only their names and types
 * count, their offsets come from the running kernel's BTF. The kernel's type is
 * what stands before "___", what follows tells the declarations apart.
 */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct sk_buff___hello {
	__u32 mark;
	__u32 priority;
	__u16 queue_mapping;
};

#pragma clang attribute pop

SEC("hook/hello")
int hello_hook(struct retis_ctx *ctx, struct retis_event *event)
{
	struct sk_buff___hello *skb = retis_cast_flavour(sk_buff, hello, ctx->skb);
	struct hello_section *section;
	__u32 mark = retis_read(skb, mark);
	__u16 queue;

	if (mark < min_mark)
		return 0;
	section = retis_section(event, HELLO_SECTION, sizeof(*section));
	if (!section)
		return 0;
	section->mark = mark;
	section->priority = retis_read(skb, priority);
	queue = retis_read(skb, queue_mapping);
	if (queue) {
		section->queue_mapping = queue;
		retis_section_present(section, HELLO_HAS_QUEUE);
	}
	return 0;
}
