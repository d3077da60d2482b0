/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slots: the places of a probe template that are filled in when a probe is
 * loaded. A slot is a subprogram of the template that does nothing but return
 * a magic number; core/probe/splice.c puts generated code in its place.
 *
 *   static __noinline __u64 chain(struct retis_ctx *ctx, struct retis_event *event)
 *   {
 *           return retis_slot(RETIS_SLOT_CHAIN, ctx, event, 0);
 *   }
 *
 * Shared by BPF and user space.
 */
#ifndef BPF_SLOT_H
#define BPF_SLOT_H

/* What slot N returns before it is filled; N is below 65536. */
#define RETIS_SLOT_MAGIC(N) (0x9a7ef1c5d2b30000ULL + (N))

/* Takes nothing, returns the probe's configuration, one 64-bit number. */
#define RETIS_SLOT_CONFIG 1
/* Takes the context and the event, calls the probe's hooks, returns 0. */
#define RETIS_SLOT_CHAIN 2

/* Takes nothing, returns how wide arguments are: see bpf/shared.h. */
#define RETIS_SLOT_WIDTHS 3

/* The packet filter for packets with a link layer, and for those that begin with
 * their network header. Takes the address of the first byte, how many can be read
 * from there and how long the packet is from there; returns whether it matches. */
#define RETIS_SLOT_L2 4
#define RETIS_SLOT_L3 5
/* The metadata filter. Takes the packet, returns whether it matches. */
#define RETIS_SLOT_META 6

/* Take the context, call the hooks of their stage. The last one returns the packet's
 * address. */
#define RETIS_SLOT_BEFORE 7
#define RETIS_SLOT_AFTER 8
#define RETIS_SLOT_PACKET 9

/* Takes the context and a struct retis_standin, returns how many bytes it has written. */
#define RETIS_SLOT_STANDIN 10

/* In user space: takes the registers and the context, fills in the arguments; returns
 * whether one could not be read. */
#define RETIS_SLOT_USER_ARGS 11

/* Like the packet filter, for the packet that is left once all tunnels are opened. */
#define RETIS_SLOT_INNER_L2 12
#define RETIS_SLOT_INNER_L3 13
/* Takes the context, returns whether the call is wanted. */
#define RETIS_SLOT_CALL_FILTER 14

#ifdef __bpf__
/*
 * The body of slot N, which takes the three arguments A, B and C (0 for one it
 * does not have). Assembly, so that the compiler neither computes with the
 * magic number, nor drops arguments, nor takes memory for unchanged.
 */
#define retis_slot(N, A, B, C)                                                     \
	({                                                                         \
		register __u64 magic_ asm("r0");                                   \
		asm volatile("%0 = %1 ll"                                          \
			     : "=r"(magic_)                                        \
			     : "i"(RETIS_SLOT_MAGIC(N)), "ri"(A), "ri"(B), "ri"(C) \
			     : "memory");                                          \
		magic_;                                                            \
	})
#endif

#endif
