/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of one hit: a scratch buffer, the event's header, the hooks, the
 * ring. Every way an event or a section can get lost is counted here.
 */
#ifndef BPF_EMIT_H
#define BPF_EMIT_H

#include "args.h"
#include "losses.h"
#include "maps.h"
#include "rate.h"
#include "scratch.h"
#include "slot.h"
#include "track_return.h"

/* The splicer puts this probe's own code in their place. */
static __noinline __u64 slot_config(void)
{
	return retis_slot(RETIS_SLOT_CONFIG, 0, 0, 0);
}

static __noinline __u64 slot_chain(struct retis_ctx *ctx, struct retis_event *event)
{
	return retis_slot(RETIS_SLOT_CHAIN, ctx, event, 0);
}

static __noinline __attribute__((unused)) __u64 slot_widths(void)
{
	return retis_slot(RETIS_SLOT_WIDTHS, 0, 0, 0);
}

static __always_inline __u32 collect_phase(void)
{
	__u32 zero = 0;
	struct collect_state *s = bpf_map_lookup_elem(&state, &zero);

	return s ? s->enabled : COLLECT_OVER;
}

static __always_inline bool is_collecting(void)
{
	return collect_phase() == COLLECT_ON;
}

static __always_inline void event_begin(struct retis_event *event, const struct retis_ctx *ctx,
					__u32 probe)
{
	__u64 task = bpf_get_current_pid_tgid();

	event->size = sizeof(*event);
	event->probe = probe;
	event->missing = 0;
	event->host = 0;
	event->timestamp = ctx->timestamp;
	event->cpu = bpf_get_smp_processor_id();
	event->pid = task >> 32;
	event->tid = task;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
}

/* How many were lost before this one, to be told once: an interrupt may send an
 * event, too. */
static __always_inline __u32 take_lost_count(void)
{
	__u32 zero = 0;
	struct cpu_state *cpu = bpf_map_lookup_elem(&cpus, &zero);

	return cpu && cpu->lost ? __sync_lock_test_and_set(&cpu->lost, 0) : 0;
}

/* The reader sleeps, and it is this event that wakes it. The flag comes first: under
 * load, when the reader is awake, nothing else is looked at. */
static __always_inline bool wakes_reader(void *ring)
{
	__u32 zero = 0;
	struct collect_state *s = bpf_map_lookup_elem(&state, &zero);

	return s && *(volatile __u32 *)&s->asleep &&
	       bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA) >= wakeup_bytes &&
	       __sync_lock_test_and_set(&s->asleep, 0);
}

static __always_inline void event_send(struct retis_event *event, __u32 probe)
{
	__u32 size = event->size, shard = event->cpu % ring_count;
	void *ring = bpf_map_lookup_elem(&rings, &shard);
	__u64 flags = BPF_RB_NO_WAKEUP;

	if (!ring || size > RETIS_EVENT_MAX)
		return;
	if (wakes_reader(ring))
		flags = BPF_RB_FORCE_WAKEUP;
	event->lost = take_lost_count();
	/* Verifiers before 6.2 forget the bounds of what was kept on the stack. */
	if (bpf_ringbuf_output(ring, event, retis_min(size, RETIS_EVENT_MAX), flags))
		count_ring_full(probe, size, event->lost);
}

/* RAW is the context of the program itself. The sizes are constants of their own:
 * the trace is cut where the event's room for it ends. */
static __always_inline void put_stack_section(void *raw, struct retis_event *event)
{
	const __u32 room = STACK_MAX_FRAMES * sizeof(__u64);
	void *payload = retis_section_open(event, 0, room);
	long used;

	if (!payload)
		return;
	used = bpf_get_stack(raw, payload, room, 0);
	if (used > 0)
		retis_section_finish(event, payload, room, used);
	else
		retis_section_drop(event, payload, room);
}

/* Room for one event; NULL, and counted as lost: there is none. */
static __always_inline struct scratch *probe_scratch(__u32 probe)
{
	struct scratch *s = scratch_get();

	if (!s)
		count_nesting(probe);
	return s;
}

/* A hook left the event with a size it can't have: what it added is not there. */
static __noinline void event_spoiled(struct retis_event *event, const struct retis_ctx *ctx,
				     __u32 probe)
{
	count_spoiled(probe, ctx->spoiled);
	if (event->missing != 0xff)
		event->missing++;
}

/* Only what some hook had something to say about becomes an event, or who wants all hits. */
static __always_inline void event_make(void *raw, struct retis_ctx *ctx, __u64 config, __u32 probe)
{
	struct retis_event *event;
	struct scratch *s;
	bool says;

	if (!rate_allows(ctx->timestamp, probe))
		return;
	s = probe_scratch(probe);
	if (!s)
		return;
	event = &s->event;
	event_begin(event, ctx, probe);
	slot_chain(ctx, event);
	if (ctx->spoiled)
		event_spoiled(event, ctx, probe);
	says = event->size > sizeof(*event) || event->missing || CONFIG_BARE(config);
	if (CONFIG_STACK(config) && says)
		put_stack_section(raw, event);
	if (event->missing)
		count_space(probe, event->missing);
	if (says)
		event_send(event, probe);
	scratch_put(s);
}

#endif
