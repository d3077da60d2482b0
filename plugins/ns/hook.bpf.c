/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network namespace of a packet, a device or a function's argument. */
#include <retis/bpf/skb.h>

#include "section.h"

char LICENSE[] SEC("license") = "GPL";

static __always_inline struct net *device_net(void *address)
{
	struct net_device *dev = retis_device(address);

	return dev ? retis_read(dev, nd_net.net) : NULL;
}

/* A packet on its way out has a socket before it has a device. */
static __always_inline struct net *packet_net(void *address)
{
	struct sk_buff *skb = retis_cast(sk_buff, address);
	struct net *net;
	void *sk;

	if (!address)
		return NULL;
	net = device_net(retis_read(skb, dev));
	if (net)
		return net;
	sk = retis_read(skb, sk);
	return sk ? retis_read(retis_cast(sock, sk), __sk_common.skc_net.net) : NULL;
}

SEC("hook/ns")
int ns(struct retis_ctx *ctx, struct retis_event *event)
{
	struct ns_section *section;
	struct net *net;
	void *address;

	address = packet_net(ctx->skb);
	if (!address)
		address = (void *)retis_arg(ctx, NS_ARG_NET);
	if (!address)
		address = device_net((void *)retis_arg(ctx, NS_ARG_DEVICE));
	if (!address)
		return 0;

	section = retis_section(event, NS_SECTION, sizeof(*section));
	if (!section)
		return 0;
	net = retis_cast(net, address);
	section->inum = retis_read(net, ns.inum);
	if (bpf_core_field_exists(struct net, net_cookie)) {
		section->cookie = retis_read(net, net_cookie);
		retis_section_present(section, NS_HAS_COOKIE);
	}
	return 0;
}
