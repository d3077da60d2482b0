/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which packet is this? One is known by its skb->head as long as that is its own:
 * clones share it, copies and changes of it are followed where functions that make
 * them return, and its end is where the kernel frees it. In between it may look like
 * anything.
 */
#ifndef BPF_TRACK_H
#define BPF_TRACK_H

#include <linux/errno.h>

#include "filter.h"
#include "losses.h"
#include "maps.h"

/* Of include/linux/socket.h: families whose messages are no packets. */
#define FAMILY_UNIX 1
#define FAMILY_NETLINK 16

/* A list of copies at most: 512 KiB in pieces of 1,400 bytes. */
#define COPIES_MAX 384

static __always_inline __u64 packet_head(const void *address)
{
	return (__u64)retis_read(retis_cast(sk_buff, address), head);
}

static __always_inline struct retis_packet *track_at(__u64 head, __u64 now)
{
	struct retis_packet *p = head ? bpf_map_lookup_elem(&tracked, &head) : NULL;

	if (!p || !p->id.time)
		return NULL;
	return track_max_age && now - p->seen > track_max_age ? NULL : p;
}

/* Is it known? Then it is in CTX. */
static __noinline bool track_find(struct retis_ctx *ctx)
{
	struct retis_packet *p = track_at(packet_head(ctx->skb), ctx->timestamp);

	if (!p)
		return false;
	p->seen = ctx->timestamp;
	p->skb = (__u64)ctx->skb;
	ctx->packet = p;
	return true;
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

static __always_inline void track_put(__u64 head, const struct retis_packet *p, __u32 probe)
{
	if (head && bpf_map_update_elem(&tracked, &head, p, BPF_ANY))
		count_untracked(probe);
}

/* From here on it is known, if it was not before: a clone may be looked at elsewhere. */
static __noinline void track_begin(struct retis_ctx *ctx, __u32 probe)
{
	__u64 head = packet_head(ctx->skb);
	struct retis_packet fresh = { .id = { ctx->timestamp, head } };

	if (!head || !is_of_network(ctx->skb))
		return;
	if (bpf_map_update_elem(&tracked, &head, &fresh, BPF_NOEXIST) == -EEXIST) {
		if (track_find(ctx))
			return;
		bpf_map_update_elem(&tracked, &head, &fresh, BPF_ANY);
	}
	if (!track_find(ctx))
		count_untracked(probe);
}

/* Ended even if the map can't be changed just now. */
static __noinline void track_end(const void *skb)
{
	__u64 head = packet_head(skb);
	struct retis_packet *p = head ? bpf_map_lookup_elem(&tracked, &head) : NULL;

	if (!p)
		return;
	p->id.time = 0;
	bpf_map_delete_elem(&tracked, &head);
}

/* The low half of dataref are all users of a head, the high half those who need only what is
 * behind its headers (include/linux/skbuff.h). */
static __always_inline bool is_last_user(const void *address)
{
	struct sk_buff *skb = retis_cast(sk_buff, address);
	void *shared = (void *)packet_head(address) + retis_read(skb, end);

	if (!retis_read_bitfield(skb, cloned))
		return true;
	return retis_read(retis_cast(skb_shared_info, shared), dataref.counter) ==
	       (retis_read_bitfield(skb, nohdr) ? (1 << 16) + 1 : 1);
}

/* ROLE is a constant. */
static __always_inline void track_leave(const struct retis_ctx *ctx, enum track_role role)
{
	if (role == TRACK_FREE || (role == TRACK_FREE_STOLEN && ctx->args[1]) ||
	    (role == TRACK_FREE_LAST && is_last_user(ctx->skb)))
		track_end(ctx->skb);
}

/* --- returns ---------------------------------------------------------------- */

static __noinline void track_copy(const void *skb, const struct call *call, __u64 now, __u32 probe)
{
	__u64 head = packet_head(skb);
	const struct retis_packet copy = {
		.id = { now, head }, .parent = call->packet.id, .seen = now, .skb = (__u64)skb
	};

	if (head != call->head)
		track_put(head, &copy, probe);
}

static __always_inline void track_copies(const struct retis_ctx *ctx, const struct call *call,
					 __u32 probe)
{
	const void *skb = (const void *)ctx->ret;

	for (int i = 0; i < COPIES_MAX && skb; i++) {
		track_copy(skb, call, ctx->timestamp, probe);
		skb = retis_read(retis_cast(sk_buff, skb), next);
	}
}

static __noinline void track_move(const void *skb, const struct call *call, __u32 probe)
{
	struct retis_packet same = call->packet;
	__u64 head = packet_head(skb);

	if (head != call->head)
		track_put(head, &same, probe);
}

/* Pointers that functions return may be errors (include/linux/err.h). */
#define IS_POINTER(p) ((p) && (p) < -4095ULL)

/* What became of the packet of CALL. */
static __always_inline void track_follow(const struct retis_ctx *ctx, enum track_role role,
					 const struct call *call, __u32 probe)
{
	if (role == TRACK_NONE || !call->packet.id.time)
		return;
	if (role == TRACK_MOVE && !ctx->ret)
		track_move(ctx->skb, call, probe);
	if (role == TRACK_REPLACE && !ctx->ret)
		track_copy(ctx->skb, call, ctx->timestamp, probe);
	if (role == TRACK_COPY && IS_POINTER(ctx->ret))
		track_copy((const void *)ctx->ret, call, ctx->timestamp, probe);
	if (role == TRACK_COPIES && IS_POINTER(ctx->ret))
		track_copies(ctx, call, probe);
}

/* Does SKB still hold the packet ID? It may have been freed and be another one. */
static __noinline bool track_holds(const void *skb, const struct retis_packet_id *id, __u64 now)
{
	struct retis_packet *p = track_at(packet_head(skb), now);

	return p && p->id.time == id->time && p->id.head == id->head;
}

/* --- is it wanted? ---------------------------------------------------------- */

/* CONFIG is a constant, as everywhere. */
static __always_inline bool packet_wanted(struct retis_ctx *ctx, __u64 config, __u32 probe)
{
	if (CONFIG_TRACK(config) && track_find(ctx))
		return true;
	if (!CONFIG_EVENTS(config) || !filters_pass(ctx->skb, config))
		return false;
	if (CONFIG_TRACK(config) && !CONFIG_NO_BEGIN(config))
		track_begin(ctx, probe);
	return true;
}

/* The same when a function returns: what was found out when it was called holds. */
static __always_inline bool call_wanted(struct retis_ctx *ctx, __u64 config,
					const struct call *call)
{
	if (!CONFIG_TRACK(config))
		return filters_pass(ctx->skb, config);
	if (call->packet.id.time)
		ctx->packet = &call->packet;
	if (!track_holds(ctx->skb, &call->packet.id, ctx->timestamp))
		ctx->skb = NULL;
	return call->wanted;
}

#endif
