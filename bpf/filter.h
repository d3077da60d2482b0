/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is this packet wanted? The filters themselves are generated for each collection
 * (core/filter); what they look at is found here.
 */
#ifndef BPF_FILTER_H
#define BPF_FILTER_H

#include <retis/bpf/skb.h>

#include "filter_inner.h"
#include "shared.h"
#include "slot.h"
#include "tags.h"

/* Of include/linux/socket.h: families whose messages are no packets. */
#define FAMILY_UNIX 1
#define FAMILY_NETLINK 16

static __noinline __u64 slot_l2(void *start, __u64 linear, __u64 total)
{
	return retis_slot(RETIS_SLOT_L2, start, linear, total);
}

static __noinline __u64 slot_l3(void *start, __u64 linear, __u64 total)
{
	return retis_slot(RETIS_SLOT_L3, start, linear, total);
}

static __noinline __u64 slot_meta(void *skb)
{
	return retis_slot(RETIS_SLOT_META, skb, 0, 0);
}

static __noinline __u64 slot_call_filter(const struct retis_ctx *ctx)
{
	return retis_slot(RETIS_SLOT_CALL_FILTER, ctx, 0, 0);
}

static __noinline __u64 slot_standin(const struct retis_ctx *ctx, struct retis_standin *to)
{
	return retis_slot(RETIS_SLOT_STANDIN, ctx, to, 0);
}

/* Headers that a hook makes up pass: there is no tunnel yet. Verifiers want no variable offsets to
 * pointers into the stack: the filter gets a number. */
static __noinline bool standin_passes(const struct retis_ctx *ctx, bool inner)
{
	struct retis_standin standin = {};
	void *address = &standin, *number = NULL;
	__u64 size = retis_min(slot_standin(ctx, &standin), sizeof(standin));

	if (!size || bpf_probe_read_kernel(&number, sizeof(number), &address))
		return false;
	return slot_l3(number, size, size) && (!inner || slot_inner_l3(number, size, size));
}

/* What packet_passes() says of a packet that has none. */
#define NO_HEADERS 2

/* Not inline: its variables would take stack from the hooks. */
static __noinline __u64 packet_passes(void *address)
{
	struct sk_buff *skb = retis_cast(sk_buff, address);
	struct retis_headers headers;
	struct scratch *s = NULL;
	struct retis_extent e;
	__u64 passes;
	bool l2;

	retis_headers_read(&headers, skb);
	l2 = retis_mac_valid(&headers);
	if (!l2 && !retis_network_valid(&headers))
		return NO_HEADERS;
	retis_extent_read(&e, skb, l2 ? headers.mac : headers.network);
	if (e.linear <= 0 || e.total <= 0)
		return false;
	if (!l2)
		return slot_l3(e.start, e.linear, e.total);
	/* Not in a function of its own: the filter has the rest of the stack. */
	if (filter_tags) {
		s = scratch_get();
		if (!extent_tag(&e, skb, s))
			e.linear = 0;
	}
	passes = e.linear > 0 && slot_l2(e.start, e.linear, e.total);
	if (s)
		scratch_put(s);
	return passes;
}

static __always_inline bool packet_filter_passes(const struct retis_ctx *ctx, __u64 config)
{
	__u64 verdict = ctx->skb ? packet_passes(ctx->skb) : NO_HEADERS;

	if (verdict == NO_HEADERS)
		return CONFIG_STANDIN(config) && standin_passes(ctx, CONFIG_INNER_FILTER(config));
	if (CONFIG_INNER_FILTER(config) && verdict)
		return inner_passes(ctx->skb);
	return verdict;
}

/* CONFIG is a constant: without filters nothing of this is left. */
static __always_inline bool filters_pass(const struct retis_ctx *ctx, __u64 config)
{
	if (CONFIG_META_FILTER(config) && !ctx->skb)
		return false;
	if (CONFIG_CALL_FILTER(config) && !slot_call_filter(ctx))
		return false;
	if (CONFIG_PACKET_FILTER(config) && !packet_filter_passes(ctx, config))
		return false;
	return !CONFIG_META_FILTER(config) || slot_meta(ctx->skb);
}

/* Messages of other families have neither headers nor, in the end, a socket. */
static __always_inline bool is_of_network(const void *address)
{
	struct sk_buff *skb = retis_cast(sk_buff, address);
	void *sk = retis_read(skb, sk);
	struct retis_headers h;
	__u16 family;

	if (!sk) {
		h.mac = retis_read(skb, mac_header);
		h.network = retis_read(skb, network_header);
		return retis_mac_set(&h) || retis_network_set(&h) || retis_read(skb, dev);
	}
	family = retis_read(retis_cast(sock, sk), __sk_common.skc_family);
	return family != FAMILY_UNIX && family != FAMILY_NETLINK;
}

#endif
