/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the probe templates and the program agree upon. */
#ifndef BPF_SHARED_H
#define BPF_SHARED_H

#include <linux/types.h>

#include <retis/bpf/ctx.h>
#include <retis/event.h>

/* Interrupted by an interrupt, interrupted by an NMI: task, softirq, hardirq,
 * NMI may each be building an event on one processor. */
#define SCRATCH_LEVELS 4

/* What the configuration slot of a probe returns: one immediate. */
#define CONFIG_PROBE(config) ((__u16)(config))
#define CONFIG_HAS_ARG(config, i) ((config) >> 16 & 1ULL << (i))
#define CONFIG_ARGS(config) ((config) >> 16 & 0xfff)
#define CONFIG_SKB(config) ((__u8)((config) >> 28 & 0xf))
#define CONFIG_NO_SKB 0xf
#define CONFIG_STACK(config) ((config) >> 32 & 1)
#define CONFIG_RET(config) ((config) >> 33 & 1)
#define CONFIG_PACKET_FILTER(config) ((config) >> 34 & 1)
#define CONFIG_META_FILTER(config) ((config) >> 35 & 1)
/* Packets are tracked, and this probe has one. */
#define CONFIG_TRACK(config) ((config) >> 36 & 1)
/* Hooks are called: else it only keeps the books about packets. */
#define CONFIG_EVENTS(config) ((config) >> 37 & 1)
/* The packet's argument is the address of a pointer to it. */
#define CONFIG_SKB_INDIRECT(config) ((config) >> 38 & 1)
/* Packets that are first seen here must not be tracked: they are about to go. */
#define CONFIG_NO_BEGIN(config) ((config) >> 39 & 1)
/* What the function was called with is kept until it returns. */
#define CONFIG_CALL(config) ((config) >> 44 & 1)
/* Hooks are called before all else, and behind it; one says which packet it is. */
#define CONFIG_BEFORE(config) ((config) >> 45 & 1)
#define CONFIG_AFTER(config) ((config) >> 46 & 1)
#define CONFIG_SUPPLIED(config) ((config) >> 47 & 1)
/* Some functions are windows, see window.h, and this probe may be inside of one. */
#define CONFIG_WINDOWS(config) ((config) >> 48 & 1)
/* One writes headers that stand in for those of a packet. */
#define CONFIG_STANDIN(config) ((config) >> 49 & 1)
/* Each hit is an event, whatever hooks have to say. */
#define CONFIG_BARE(config) ((config) >> 50 & 1)
/* There are conditions on the call. */
#define CONFIG_CALL_FILTER(config) ((config) >> 51 & 1)
/* Besides the packet filter: there is one for what tunnels carry. */
#define CONFIG_INNER_FILTER(config) ((config) >> 52 & 1)
/* The function frees its packet, whose bytes others may have, too. */
#define CONFIG_END(config) ((config) >> 53 & 1)
/* Not every packet is wanted, or it is to be known again. */
#define CONFIG_CHOOSES(config)                                                                 \
	((config) & (CONFIG_WITH_TRACK | CONFIG_WITH_PACKET_FILTER | CONFIG_WITH_META_FILTER | \
		     CONFIG_WITH_INNER_FILTER))
/* What is known of the packet when this function is called, or returns. */
#define CONFIG_ROLE(config) ((enum track_role)((config) >> 40 & 0xf))
#define CONFIG_MAKE(probe, args, skb) \
	((__u64)(__u16)(probe) | (__u64)((args)&0xfff) << 16 | (__u64)((skb)&0xf) << 28)
#define CONFIG_WITH_STACK (1ULL << 32)
#define CONFIG_WITH_RET (1ULL << 33)
#define CONFIG_WITH_PACKET_FILTER (1ULL << 34)
#define CONFIG_WITH_META_FILTER (1ULL << 35)
#define CONFIG_WITH_TRACK (1ULL << 36)
#define CONFIG_WITH_EVENTS (1ULL << 37)
#define CONFIG_WITH_SKB_INDIRECT (1ULL << 38)
#define CONFIG_WITH_NO_BEGIN (1ULL << 39)
#define CONFIG_WITH_CALL (1ULL << 44)
#define CONFIG_WITH_BEFORE (1ULL << 45)
#define CONFIG_WITH_AFTER (1ULL << 46)
#define CONFIG_WITH_SUPPLIED (1ULL << 47)
#define CONFIG_WITH_WINDOWS (1ULL << 48)
#define CONFIG_WITH_STANDIN (1ULL << 49)
#define CONFIG_WITH_BARE (1ULL << 50)
#define CONFIG_WITH_CALL_FILTER (1ULL << 51)
#define CONFIG_WITH_INNER_FILTER (1ULL << 52)
#define CONFIG_WITH_END (1ULL << 53)
#define CONFIG_WITH_ROLE(role) ((__u64)(role) << 40)

/* Functions that give a packet's memory away, or another one. */
enum track_role {
	TRACK_NONE,
	/* At the entry: skb->head is freed. */
	TRACK_FREE,
	/* The same if the second argument is true: it becomes part of another packet. */
	TRACK_FREE_STOLEN,
	/* The same if nobody else uses it. */
	TRACK_FREE_LAST,
	/* At the return, if that is 0: the packet may have another head. */
	TRACK_MOVE,
	/* The same: it may be a copy of the one at the entry. */
	TRACK_REPLACE,
	/* At the return: what is returned is a copy, or a list of them. */
	TRACK_COPIES,
	/* At the entry: what is in its list becomes packets. */
	TRACK_PARTS,
	/* From the entry to the return what is called is about its packet. */
	TRACK_WINDOW,
	/* At the return: the call is over, see window.h. */
	TRACK_CALL,
};

/* What the widths slot returns: for each argument, and behind them for what is
 * returned, how many bits of the 64 to throw away, and whether it is signed. A
 * register has anything above a value that is narrower than it. */
#define WIDTH_BITS 4
#define WIDTH_OF(widths, i) ((widths) >> ((i)*WIDTH_BITS) & 0xf)
#define WIDTH_SIGNED 8
/* 0: all 64 bits, 1: 32, 2: 16, 3: 8. */
#define WIDTH_LOST(width) (64 - (64 >> ((width)&7)))
#define WIDTH_RET RETIS_MAX_ARGS

/*
 * One program may serve many functions, which have what it wants at different
 * places. Then the attach cookie tells the probe and, for each argument of the
 * program, which one of the function it is; CONFIG_PROBE() means nothing.
 */
#define COOKIE_PROBE(cookie) ((__u16)(cookie))
#define COOKIE_ARG(cookie, i) ((cookie) >> (16 + (i)*4) & 0xf)
#define COOKIE_NO_ARG 0xfULL
/* Arguments of a shared program; where the last one's would be is which argument is
 * the packet, for who does not know the program's places. */
#define COOKIE_ARGS 11
#define COOKIE_SKB(cookie) ((cookie) >> 60)
#define COOKIE_MAKE_SKB(arg) ((__u64)(arg) << 60)
/* From here on: the argument less this is the address of the pointer to it. */
#define COOKIE_SKB_INDIRECT 8

/* Frames of a stack trace at most: the kernel's own limit, unless it was raised
 * (kernel.perf_event_max_stack). */
#define STACK_MAX_FRAMES 127

/* Calls of functions probed at their return that are going on at one time. */
#define CALLS_MAX 16384

/* Packets whose heads have the same hash. */
#define TRACK_SLOTS 8

/*
 * Packets that are tracked, by their skb->head. Each probe looks here for each packet, and
 * mostly in vain: so this is an array of small buckets, which takes a tenth of the
 * instructions of a hash map and no lock. Twice as many slots as packets make it unlikely
 * that a bucket is full before its time.
 */
struct track_bucket {
	/* 0: free; SLOT_BUSY: being filled. */
	__u64 heads[TRACK_SLOTS];
	struct retis_packet packets[TRACK_SLOTS];
	/* 0, which verifiers don't know. */
	__u64 zero;
};

#define SLOT_BUSY 1
/* In a packet's id.head, which is an address: it was not drawn, nor will its copies be. */
#define PACKET_MUTED 1

/* Where not all ends of packets are seen: from then on, what has the same head is not
 * the same packet. */
#define TRACK_LOOSE_NS 1000000000ULL

/* enum collect_state.enabled */
#define COLLECT_WAITING 0
#define COLLECT_ON 1
#define COLLECT_OVER 2

/* Per probe and processor; only ever grow. */
struct loss_counters {
	__u64 ring_full;  /* events that found no room in the ring */
	__u64 ring_bytes; /* and their size */
	__u64 nesting;	  /* hits while all scratch buffers were in use */
	__u64 space;	  /* sections that found no room in their event */
	__u64 unpaired;	  /* returns of functions whose call was not seen */
	__u64 untracked;  /* packets that found no room in the tracking map */
	__u64 undrawn;	  /* packets, or events if they are not tracked, that were not drawn */
	__u64 limited;	  /* events beyond the limit of their second */
	__u64 spoiled;	  /* times that a hook left the event with a size it can't have */
	__u64 unread;	  /* hits in user space whose arguments could not be read */
	__u64 spoiler;	  /* the last one of these hooks, as they are called, from 1 */
	__u64 gone;	  /* returns of functions whose packet was not there any more */
	__u64 kept;	  /* not 0: at one it was */
};

/* For all processors, in memory that user space shares. */
struct collect_state {
	/* COLLECT_ON once every probe is attached. */
	__u32 enabled;
	/* The reader says so before it sleeps; who wakes it clears it, so that one
	 * wake-up is paid for. Apart from what each hit reads. */
	__u32 asleep __attribute__((aligned(64)));
	/* If there is a limit: since when events are counted, and how many there were. */
	__u64 rate_since __attribute__((aligned(64)));
	__u64 rate_count;
};

/* Per processor. */
struct cpu_state {
	/* Events lost since the last one that made it into the ring. */
	__u32 lost;
};

#endif
