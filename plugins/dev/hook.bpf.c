/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which device a packet is on, and which one it came in by. */
#include <retis/bpf/skb.h>

#include "section.h"

char LICENSE[] SEC("license") = "GPL";

SEC("hook/dev")
int dev(struct retis_ctx *ctx, struct retis_event *event)
{
	struct sk_buff *skb = retis_cast(sk_buff, ctx->skb);
	struct net_device *device = NULL;
	struct dev_section *section;
	int rx = 0;

	if (ctx->skb) {
		device = retis_device(retis_read(skb, dev));
		rx = retis_read(skb, skb_iif);
	}
	if (!device)
		device = retis_device((void *)retis_arg(ctx, DEV_ARG_DEVICE));
	if (!device)
		return 0;

	section = retis_section(event, DEV_SECTION, sizeof(*section));
	if (!section)
		return 0;
	section->ifindex = retis_read(device, ifindex);
	retis_read_array(section->name, device, name);
	if (rx > 0) {
		section->rx_ifindex = rx;
		retis_section_present(section, DEV_HAS_RX_IFINDEX);
	}
	return 0;
}
