/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What a hook program is written with.
 *
 *   #include <retis/bpf/hook.h>
 *
 *   SEC("hook/mine")
 *   int mine(struct retis_ctx *ctx, struct retis_event *event)
 *   {
 *           void *dev = (void *)retis_arg(ctx, 0);
 *           struct mine *m = retis_section(event, MINE_SECTION, sizeof(*m));
 *           ...
 *           return 0;
 *   }
 *
 * retis_arg() reads the arguments that struct retis_hook asks for. The host copies the finished
 * instructions into each probe's program: a hook is verified as part of a tracing program, shares
 * its stack (stay under 256 bytes, frames of subprograms included), and its return value is
 * ignored: return 0.
 *
 * Kernel memory is read with retis_cast() and retis_read() and never by hand:
 * the same source is compiled twice, for kernels that let a program read
 * through bpf_rdonly_cast() pointers (RETIS_READ_DIRECT, plain loads), and for
 * those that need a helper call per pointer. Either way a read from a bad
 * address gives 0.
 */
#ifndef RETIS_BPF_HOOK_H
#define RETIS_BPF_HOOK_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include <retis/bpf/ctx.h>
#include <retis/bpf/read.h>
#include <retis/event.h>

/* See retis_section_open(). */
#define RETIS_EVENT_SLACK 4096

/* Mask of the first N bytes in memory of a __u64, N from 1 to 8. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define RETIS_FIRST_BYTES(N) (~0ULL >> (64 - 8 * (N)))
#else
#define RETIS_FIRST_BYTES(N) (~0ULL << (64 - 8 * (N)))
#endif

/* The smaller one, in a way that every verifier understands: compilers compare
 * one register and use another. The jumps are such that the verifier first looks
 * at a VALUE that may be anything, which spares it the look at a constant. */
static __always_inline __u64 retis_min(__u64 value, __u64 max)
{
	asm("if %0 > %1 goto +1\n\tgoto +1\n\t%0 = %1" : "+r"(value) : "r"(max));
	return value;
}

/* Looked at by the host. */
const volatile __u32 retis_bpf_abi __attribute__((used)) = RETIS_BPF_ABI;

#define retis_from_host(CTX, OFFSET)                   \
	({                                             \
		__u64 retis_value;                     \
		asm volatile("%0 = *(u64 *)(%1 + %2)"  \
			     : "=r"(retis_value)       \
			     : "r"(CTX), "i"(OFFSET)); \
		retis_value;                           \
	})

/* The hook's argument N, a constant, as a __u64. In subprograms, too. */
#define retis_arg(CTX, N) retis_from_host(CTX, RETIS_ARG_OFFSET + 8 * (N))

/* The probe has that argument; the verifier knows the answer. For those that may be 0. */
#define retis_has_arg(CTX, N) retis_from_host(CTX, RETIS_HAS_ARG_OFFSET + 8 * (N))

/* Room for N counters, see struct retis_counter; once in a BPF object, at file scope. */
#define RETIS_COUNTERS(N)                                \
	struct {                                         \
		__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); \
		__uint(max_entries, N);                  \
		__type(key, __u32);                      \
		__type(value, __u64);                    \
	} retis_counters SEC(".maps")

/* Counts one more of counter I. */
#define retis_count(I)                                                                     \
	({                                                                                 \
		__u32 retis_index = (I);                                                   \
		__u64 *retis_counter = bpf_map_lookup_elem(&retis_counters, &retis_index); \
		if (retis_counter)                                                         \
			__sync_fetch_and_add(retis_counter, 1);                            \
	})

/* Number of the plugin's first section type; set by the host. */
const volatile __u16 retis_section_base = 0;

/*
 * Room for a section of SIZE payload bytes (a constant), zeroed, or NULL if the
 * event is full; that is counted, the hook just returns. TYPE is the index of
 * the section in the plugin's `sections`.
 */
static __always_inline void *retis_section(struct retis_event *event, __u16 type, __u32 size);

/*
 * As retis_section(), not zeroed, for a SIZE the verifier knows: a constant or
 * made of `const volatile` variables. To be ended with retis_section_finish()
 * or retis_section_drop(), given the same SIZE, before another one is opened.
 * Behind the room for it are RETIS_EVENT_SLACK bytes the verifier lets a hook
 * write to, so that an offset and a length, both bounded by SIZE, need no check
 * of their sum.
 */
static __always_inline void *retis_section_open(struct retis_event *event, __u16 type, __u32 size);

/* The payload got USED bytes, at most SIZE. */
static __always_inline void retis_section_finish(struct retis_event *event, void *payload,
						 __u32 size, __u32 used);

/* There is no such section after all. */
static __always_inline void retis_section_drop(struct retis_event *event, void *payload,
					       __u32 size);

/* Sets which fields are there: bit N for those whose `present` is N + 1. */
static __always_inline void retis_section_set_present(void *payload, __u32 bits)
{
	((struct retis_section *)payload - 1)->present = bits;
}

/* Marks fields as there: BIT is their `present`, from 1. */
static __always_inline void retis_section_present(void *payload, __u32 bit)
{
	((struct retis_section *)payload - 1)->present |= 1u << (bit - 1);
}

static __always_inline void *retis_section_open(struct retis_event *event, __u16 type, __u32 size)
{
	__u32 total = sizeof(struct retis_section) + RETIS_ALIGNED(size);
	__u32 at = event->size;
	struct retis_section *section;

	if (total > RETIS_EVENT_MAX || at > RETIS_EVENT_MAX - total) {
		if (event->missing != 0xff)
			event->missing++;
		return NULL;
	}
	section = (void *)event + at;
	section->type = retis_section_base + type;
	section->size = size;
	section->present = 0;
	event->size = at + total;
	return section + 1;
}

static __always_inline void *retis_section(struct retis_event *event, __u16 type, __u32 size)
{
	void *payload = retis_section_open(event, type, size);

	if (payload)
		__builtin_memset(payload, 0, RETIS_ALIGNED(size));
	return payload;
}

static __always_inline void retis_section_finish(struct retis_event *event, void *payload,
						 __u32 size, __u32 used)
{
	struct retis_section *section = (struct retis_section *)payload - 1;
	__u32 last = (used - 1) & ~(RETIS_ALIGN - 1);

	if (!used || used > size)
		return;
	/* The padding is part of the event: no stale bytes may leave. */
	*(__u64 *)(payload + last) &= RETIS_FIRST_BYTES(used - last);
	event->size -= RETIS_ALIGNED(size) - RETIS_ALIGNED(used);
	section->size = used;
}

static __always_inline void retis_section_drop(struct retis_event *event, void *payload, __u32 size)
{
	(void)payload;
	event->size -= sizeof(struct retis_section) + RETIS_ALIGNED(size);
}

#endif
