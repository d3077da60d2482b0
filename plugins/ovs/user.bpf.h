/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A packet in the daemon: where it is received, its flow is put and its actions are executed. */
#ifndef OVS_USER_H
#define OVS_USER_H

#include "batch.h"
#include "event.bpf.h"
#include "queue.bpf.h"

/* By thread; those that are gone are forgotten some time. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, OVS_THREADS_MAX);
	__type(key, __u64);
	__type(value, struct batch);
} batches SEC(".maps");

/* Too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct batch);
} empty_batch SEC(".maps");

static __always_inline struct batch *find_batch(void)
{
	__u64 thread = bpf_get_current_pid_tgid();

	return bpf_map_lookup_elem(&batches, &thread);
}

static __always_inline struct batch *make_batch(void)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct batch *b = find_batch(), *empty;
	__u32 zero = 0;

	if (b)
		return b;
	empty = bpf_map_lookup_elem(&empty_batch, &zero);
	if (!empty || bpf_map_update_elem(&batches, &thread, empty, BPF_ANY))
		return NULL;
	return find_batch();
}

/* Of SIZE bytes in the daemon's memory. */
static __noinline bool user_key_make(struct queue_key *key, const void *address, __u32 size)
{
	__u32 bytes[QUEUE_BYTES / sizeof(__u32)] = {};

	if (!key || bpf_probe_read_user(bytes, retis_min(size, sizeof(bytes)), address))
		return false;
	key->hash = ovs_queue_hash(bytes);
	key->length = size;
	return true;
}

static __always_inline void put_batch(struct ovs_section *s, const struct batch *b, __u32 at,
				      __u32 queue)
{
	s->queue = queue;
	s->user.batch_time = b->time;
	s->user.batch_index = at;
	retis_section_present(s, OVS_HAS_QUEUE);
	retis_section_present(s, OVS_HAS_BATCH);
}

/* By that it is told whose it is: it may be received before the event that has its queue_id. */
static __always_inline void put_origin(struct ovs_section *s, const struct queued *q)
{
	if (!q->upcall_time)
		return;
	s->user.upcall.time = q->upcall_time;
	s->user.upcall.cpu = q->upcall_cpu;
	retis_section_present(s, OVS_HAS_UPCALL);
}

/* Packets that are nobody's have their place among the others. */
SEC("hook/receive")
int receive(struct retis_ctx *ctx, struct retis_event *event)
{
	struct batch *b = make_batch();
	struct queue_key key = {};
	struct ovs_section *s;
	struct queued *q;
	__u32 at;

	if (!b) {
		retis_count(OVS_COUNT_THREADS);
		return 0;
	}
	user_key_make(&key, (void *)retis_arg(ctx, OVS_USER_DATA), retis_arg(ctx, OVS_USER_SIZE));
	at = batch_add(b, &key, ctx->timestamp);
	q = queue_find(&key, ctx->timestamp);
	if (!q)
		return 0;
	queue_note(q, QUEUE_RECEIVED, ctx->timestamp);
	b->known |= 1ULL << at;
	s = ovs_section(event, user);
	if (!s)
		return 0;
	s->event = OVS_EVENT_RECEIVE;
	s->user.type = retis_arg(ctx, OVS_USER_TYPE);
	s->user.packet_size = key.length;
	s->user.key_size = retis_arg(ctx, OVS_USER_KEY_SIZE);
	retis_section_present(s, OVS_HAS_RECEIVE);
	put_origin(s, q);
	put_batch(s, b, at, q->queue);
	return 0;
}

/* The packet B is at, unless it is nobody's. */
static __always_inline const struct queue_key *current_packet(const struct batch *b)
{
	__u32 at = batch_index(b->current);

	return b->known & 1ULL << at ? &b->packets[at] : NULL;
}

static __always_inline void put_operation(struct retis_event *event, const struct batch *b,
					  __u8 operation, __u32 queue)
{
	struct ovs_section *s = ovs_section(event, user);

	if (!s)
		return;
	s->event = OVS_EVENT_OPERATION;
	s->user.operation = operation;
	retis_section_present(s, OVS_HAS_OPERATION);
	put_batch(s, b, b->current, queue);
}

SEC("hook/put")
int put(struct retis_ctx *ctx, struct retis_event *event)
{
	struct batch *b = find_batch();
	const struct queue_key *k;

	if (!b || !b->total || !batch_put(b))
		return 0;
	k = current_packet(b);
	if (k)
		put_operation(event, b, OVS_OPERATION_PUT, k->hash);
	return 0;
}

/* What the daemon made of a packet is that packet, unless it looks like another one. */
static __always_inline void queue_changed(const struct queue_key *key, __u32 queue, __u64 now)
{
	const struct queued same = {
		.time = now, .length = key->length, .queue = queue, .state = QUEUE_ANSWERED
	};

	if (!queue_find(key, now))
		bpf_map_update_elem(&queued, &key->hash, &same, BPF_ANY);
}

SEC("hook/execute")
int execute(struct retis_ctx *ctx, struct retis_event *event)
{
	const struct queue_key *k;
	struct batch *b = find_batch();
	struct queue_key key;
	struct queued *q;
	bool changed;

	if (!b || !b->total ||
	    !user_key_make(&key, (void *)retis_arg(ctx, OVS_USER_DATA),
			   retis_arg(ctx, OVS_USER_SIZE)) ||
	    !batch_execute(b, &key, &changed))
		return 0;
	k = current_packet(b);
	if (!k)
		return 0;
	q = queue_find(k, ctx->timestamp);
	if (q)
		queue_note(q, QUEUE_ANSWERED, ctx->timestamp);
	if (changed)
		queue_changed(&key, k->hash, ctx->timestamp);
	put_operation(event, b, OVS_OPERATION_EXEC, k->hash);
	return 0;
}

#endif
