/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A packet's way through the datapath of Open vSwitch: which flow it found, what is done
 * to it, how it gets to user space and comes back.
 */
#include <retis/bpf/hook.h>

#include <linux/errno.h>

#include "action.bpf.h"
#include "ct.bpf.h"
#include "event.bpf.h"
#include "flow.h"
#include "queue.bpf.h"
#include "section.h"
#include "user.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* enum ovs_packet_cmd: no flow was found. */
#define CMD_MISS 1

/* --- upcalls ---------------------------------------------------------------- */

/* 1: the daemon's probes tell when it has a packet. */
const volatile __u8 track;

struct upcall {
	__u64 time;
	__u64 cpu;
};

/* Upcalls that are going on. Their information is on the stack of who makes them: no other
 * one has that address meanwhile. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct upcall);
} upcalls SEC(".maps");

/* The last one on this processor: what is handed over is of that one. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct upcall);
} last_upcall SEC(".maps");

static __always_inline void put_command(struct ovs_section *s, const struct dp_upcall_info *info)
{
	s->cmd = retis_read_module(info, cmd);
	s->port = retis_read_module(info, portid);
	retis_section_present(s, OVS_HAS_CMD);
	retis_section_present(s, OVS_HAS_PORT);
}

static __always_inline void put_upcall(struct ovs_section *s, const struct upcall *u)
{
	if (!u)
		return;
	s->upcall.time = u->time;
	s->upcall.cpu = u->cpu;
	retis_section_present(s, OVS_HAS_UPCALL);
}

static __always_inline void put_ret(struct ovs_section *s, const struct retis_ctx *ctx)
{
	s->upcall.ret = ctx->ret;
	retis_section_present(s, OVS_HAS_RET);
}

SEC("hook/upcall")
int upcall(struct retis_ctx *ctx, struct retis_event *event)
{
	__u64 info = retis_arg(ctx, OVS_ARG_UPCALL);
	struct upcall begun = { ctx->timestamp, bpf_get_smp_processor_id() };
	struct ovs_section *s = ovs_section(event, upcall);
	__u32 zero = 0;

	bpf_map_update_elem(&upcalls, &info, &begun, BPF_ANY);
	if (track)
		bpf_map_update_elem(&last_upcall, &zero, &begun, BPF_ANY);
	if (!s)
		return 0;
	s->event = OVS_EVENT_UPCALL;
	put_command(s, (void *)info);
	s->upcall.cpu = begun.cpu;
	retis_section_present(s, OVS_HAS_CPU);
	return 0;
}

static __always_inline void queue_packet(const struct queue_key *key, const struct upcall *u,
					 __u64 now)
{
	const struct queued fresh = { .time = now,
				      .length = key->length,
				      .queue = key->hash,
				      .upcall_cpu = u ? u->cpu : 0,
				      .upcall_time = u ? u->time : 0 };
	const struct queued *old = track ? bpf_map_lookup_elem(&queued, &key->hash) : NULL;

	if (old && is_away(old, now))
		retis_count(OVS_COUNT_ALIKE);
	bpf_map_update_elem(&queued, &key->hash, &fresh, BPF_ANY);
}

/* Where the message to user space is about to be made: user space may have it before that is
 * told below. */
SEC("hook/handover")
int handover(struct retis_ctx *ctx, struct retis_event *event)
{
	struct queue_key key;
	__u32 zero = 0;

	if (ctx->skb && queue_key_make(&key, ctx->skb, 0))
		queue_packet(&key, bpf_map_lookup_elem(&last_upcall, &zero), ctx->timestamp);
	return 0;
}

/* User space has it, or, if ERR, it has not. It may have been told already, with what was cut. */
static __always_inline void queue_result(const struct queue_key *key, const struct upcall *u,
					 __s32 err, __u64 now)
{
	struct queued *q = bpf_map_lookup_elem(&queued, &key->hash);
	bool told = q && u && q->time >= u->time;

	if (err && told)
		bpf_map_delete_elem(&queued, &key->hash);
	else if (told)
		q->length = key->length;
	else if (!err)
		queue_packet(key, u, now);
}

/* Where the packet is in a message to user space, as it was handed over. */
SEC("hook/enqueue")
int enqueue(struct retis_ctx *ctx, struct retis_event *event)
{
	__u64 info = retis_arg(ctx, OVS_ARG_UPCALL);
	struct upcall *u = bpf_map_lookup_elem(&upcalls, &info);
	struct ovs_section *s = ovs_section(event, upcall);
	struct queue_key key;

	if (!s)
		return 0;
	s->event = OVS_EVENT_ENQUEUE;
	put_command(s, (void *)info);
	put_upcall(s, u);
	put_ret(s, ctx);
	if (!ctx->skb || !queue_key_make(&key, ctx->skb, retis_arg(ctx, OVS_ARG_CUTLEN)))
		return 0;
	s->queue = key.hash;
	retis_section_present(s, OVS_HAS_QUEUE);
	queue_result(&key, u, ctx->ret, ctx->timestamp);
	return 0;
}

SEC("hook/upcall_return")
int upcall_return(struct retis_ctx *ctx, struct retis_event *event)
{
	__u64 info = retis_arg(ctx, OVS_ARG_UPCALL);
	struct ovs_section *s = ovs_section(event, upcall);

	if (s) {
		s->event = OVS_EVENT_RETURN;
		put_upcall(s, bpf_map_lookup_elem(&upcalls, &info));
		put_ret(s, ctx);
	}
	bpf_map_delete_elem(&upcalls, &info);
	return 0;
}

/* --- flow lookups ------------------------------------------------------------ */

/* The last one on this processor. What it was about is told where the packet is known,
 * right behind it, by the function that called it: the numbers are still on its stack. */
struct lookup {
	__u64 key;
	__u64 flow;
	__u64 mask_hit;
	__u64 cache_hit;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct lookup);
} lookups SEC(".maps");

static __always_inline struct lookup *last_lookup(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&lookups, &zero);
}

SEC("hook/lookup")
int lookup(struct retis_ctx *ctx, struct retis_event *event)
{
	struct lookup *l = last_lookup();

	if (!l)
		return 0;
	l->key = retis_arg(ctx, OVS_LOOKUP_KEY);
	l->flow = ctx->ret;
	l->mask_hit = retis_arg(ctx, OVS_LOOKUP_MASK_HIT);
	l->cache_hit = retis_arg(ctx, OVS_LOOKUP_CACHE_HIT);
	return 0;
}

static __always_inline struct ovs_section *put_lookup(struct retis_event *event,
						      const struct lookup *l)
{
	struct ovs_section *s = ovs_section(event, lookup);

	if (!s)
		return NULL;
	s->event = OVS_EVENT_LOOKUP;
	retis_section_present(s, OVS_HAS_LOOKUP);
	retis_read_bytes(&s->lookup.mask_hit, sizeof(s->lookup.mask_hit), l->mask_hit);
	if (l->cache_hit)
		retis_read_bytes(&s->lookup.cache_hit, sizeof(s->lookup.cache_hit), l->cache_hit);
	return s;
}

/* 1: the daemon is asked about flows. */
const volatile __u8 enrich;

/* Flows that were looked up, until none of their packets came for a while. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, OVS_FLOWS_MAX);
	__type(key, struct ovs_flow_id);
	__type(value, struct ovs_seen);
} flows SEC(".maps");

#define SECOND_NS 1000000000ULL

static __always_inline void note_flow(const struct ovs_lookup *l, __u64 now)
{
	struct ovs_seen fresh = { .first = now, .last = now };
	struct ovs_flow_id id = { .flow = l->flow, .actions = l->actions };
	struct ovs_seen *seen;

	__builtin_memcpy(id.ufid, l->ufid, sizeof(id.ufid));
	seen = bpf_map_lookup_elem(&flows, &id);
	if (!seen) {
		if (bpf_map_update_elem(&flows, &id, &fresh, BPF_NOEXIST) == -E2BIG)
			retis_count(OVS_COUNT_FLOWS);
	} else if (now - seen->last > SECOND_NS) {
		/* Not for each packet: many processors may look at it. */
		seen->last = now;
	}
}

SEC("hook/hit")
int hit(struct retis_ctx *ctx, struct retis_event *event)
{
	struct sw_flow *flow = (void *)retis_arg(ctx, OVS_HIT_FLOW);
	struct lookup *l = last_lookup();
	struct ovs_section *s;

	if (!l || l->flow != (__u64)flow)
		return 0;
	s = put_lookup(event, l);
	if (!s)
		return 0;
	s->lookup.flow = (__u64)flow;
	s->lookup.actions = (__u64)retis_read_module(flow, sf_acts);
	if (!retis_read_module(flow, id.ufid_len))
		return 0;
	bpf_core_read(s->lookup.ufid, sizeof(s->lookup.ufid), &flow->id.ufid);
	if (enrich)
		note_flow(&s->lookup, ctx->timestamp);
	return 0;
}

SEC("hook/miss")
int miss(struct retis_ctx *ctx, struct retis_event *event)
{
	struct dp_upcall_info *info = (void *)retis_arg(ctx, OVS_ARG_UPCALL);
	struct lookup *l = last_lookup();

	if (l && !l->flow && l->key == retis_arg(ctx, OVS_ARG_KEY) &&
	    retis_read_module(info, cmd) == CMD_MISS)
		put_lookup(event, l);
	return 0;
}

/* --- packets from user space ------------------------------------------------- */

struct command {
	/* The packet, once it is known to be one that user space got before. */
	struct retis_packet_id id;
	__u64 skb;
	__u32 queue;
	__u32 known;
};

/* Commands to execute actions that are going on, by thread. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct command);
} commands SEC(".maps");

SEC("hook/command")
int command(struct retis_ctx *ctx, struct retis_event *event)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct command none = {};

	if (bpf_map_update_elem(&commands, &thread, &none, BPF_ANY))
		retis_count(OVS_COUNT_COMMANDS);
	return 0;
}

SEC("hook/command_return")
int command_return(struct retis_ctx *ctx, struct retis_event *event)
{
	__u64 thread = bpf_get_current_pid_tgid();

	bpf_map_delete_elem(&commands, &thread);
	return 0;
}

/* At its first action the packet looks as user space sent it. */
static __always_inline void meet_packet(struct command *c, const struct retis_ctx *ctx)
{
	const struct queued *q;
	struct queue_key key;

	if (!queue_key_make(&key, ctx->skb, 0))
		return;
	q = queue_find(&key, ctx->timestamp);
	if (!q)
		return;
	c->known = 1;
	c->queue = q->queue;
	c->skb = (__u64)ctx->skb;
	if (ctx->packet)
		c->id = ctx->packet->id;
}

/* Interrupts that come before and after may have packets of their own. */
static __always_inline bool is_met(const struct command *c, const struct retis_ctx *ctx)
{
	const struct retis_packet *p = ctx->packet;

	if (!p || !c->id.time)
		return c->skb == (__u64)ctx->skb;
	return (p->id.time == c->id.time && p->id.head == c->id.head) ||
	       (p->parent.time == c->id.time && p->parent.head == c->id.head);
}

static __always_inline void put_queue(struct ovs_section *s, const struct retis_ctx *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct command *c = bpf_map_lookup_elem(&commands, &thread);

	if (!c || !ctx->skb)
		return;
	if (!c->known)
		meet_packet(c, ctx);
	if (!c->known || !is_met(c, ctx))
		return;
	s->queue = c->queue;
	retis_section_present(s, OVS_HAS_QUEUE);
}

/* --- actions ------------------------------------------------------------------ */

/* What is behind the attribute's end may not be there. */
static __always_inline bool read_attr(struct attr *a, const void *address)
{
	__u32 size;

	if (retis_read_bytes(&a->head, sizeof(a->head), address))
		return false;
	size = retis_min(a->head.length, sizeof(*a));
	return size >= sizeof(a->head) && !retis_read_bytes(a, size, address);
}

static __always_inline void put_action(struct ovs_section *s, const void *address)
{
	struct attr a = {};

	if (!read_attr(&a, address))
		return;
	s->action = a.head.type & ATTR_TYPE_MASK;
	retis_section_present(s, OVS_HAS_ACTION);
	if (s->action == ACTION_CT)
		put_ct(s, address + sizeof(a.head));
	else
		put_payload(s, &a, address + sizeof(a.head));
}

SEC("hook/action")
int action(struct retis_ctx *ctx, struct retis_event *event)
{
	struct sw_flow_key *key = (void *)retis_arg(ctx, OVS_ACTION_KEY);
	struct ovs_section *s = ovs_section(event, tunnel);

	if (!s)
		return 0;
	s->event = OVS_EVENT_ACTION;
	s->recirc = retis_read_module(key, recirc_id);
	retis_section_present(s, OVS_HAS_RECIRC);
	put_action(s, (void *)retis_arg(ctx, OVS_ACTION_ATTR));
	put_queue(s, ctx);
	return 0;
}
