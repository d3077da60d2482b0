/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The maps every probe shares, and the constants set when they are made. */
#ifndef BPF_MAPS_H
#define BPF_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include <retis/bpf/hook.h>

#include "shared.h"
#include "window_stack.h"

/* Registers that arguments are passed in, on any processor. */
#define CALL_REGS 8

struct scratch {
	/* In use by a probe that is running, or that this one interrupted. */
	__u64 busy;
	struct retis_event event;
	__u8 data[RETIS_EVENT_MAX - sizeof(struct retis_event) + RETIS_EVENT_SLACK];
};

struct call_key {
	/* What is the call's own as long as it goes on: see the templates. */
	__u64 frame;
	__u64 probe;
};

/* What a function was called with. */
struct call {
	__u64 args[CALL_REGS];
	/* All zero if it is not tracked. */
	struct retis_packet packet;
	__u64 head;
	/* It passed the filters. */
	__u64 wanted;
	/* When; 0: without windows. */
	__u64 time;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SCRATCH_LEVELS);
	__type(key, __u32);
	__type(value, struct scratch);
} scratch SEC(".maps");

struct ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
};

/* Processor N writes to ring N % ring_count. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__array(values, struct ring);
} rings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct loss_counters);
} losses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct collect_state);
} state SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct cpu_state);
} cpus SEC(".maps");

/* Calls going on, for probes at returns. A function may not come back, and then
 * nobody takes its entry away: the oldest ones make room. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1);
	__type(key, struct call_key);
	__type(value, struct call);
} calls SEC(".maps");

/* By their skb->head; see struct track_bucket. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct track_bucket);
} tracked SEC(".maps");

/* By the stack; none while no function is a window. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u64);
	__type(value, struct window_stack);
} windows SEC(".maps");

/* Zeros. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct window_stack);
} window_blank SEC(".maps");

/* Number of buckets, a power of two, less one. */
const volatile __u32 track_mask = 0;
/* Nanoseconds from when on a packet that was not seen is another one; 0: never. */
const volatile __u64 track_max_age = 0;
const volatile __u32 ring_count = 1;
/* Bytes waiting in a ring from which on its reader is woken if it sleeps; below, it
 * comes by itself after a while. */
const volatile __u64 wakeup_bytes = 4096;
/* Of so many packets that pass the filters one is drawn; 0: all are wanted. */
const volatile __u32 sample_of = 0;
/* The packet filter is about VLAN tags, wherever they are. */
const volatile __u8 filter_tags = 0;
/* The filter for what tunnels carry is. */
const volatile __u8 inner_tags = 0;
/* Events a second; 0: as many as there are. */
const volatile __u64 rate_limit = 0;

#endif
