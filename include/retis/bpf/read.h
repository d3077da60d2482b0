/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Reading kernel memory: hooks get it with <retis/bpf/hook.h>, which says why there are two
 * ways.
 */
#ifndef RETIS_BPF_READ_H
#define RETIS_BPF_READ_H

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#ifdef RETIS_READ_DIRECT
extern void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym;

/* A kernel address as a pointer to `struct TYPE` of vmlinux. */
#define retis_cast(TYPE, ADDRESS)                                \
	((struct TYPE *)bpf_rdonly_cast((const void *)(ADDRESS), \
					bpf_core_type_id_kernel(struct TYPE)))

/* As retis_cast(TYPE, ...) but with the members of `struct TYPE___FLAVOUR`. */
#define retis_cast_flavour(TYPE, FLAVOUR, ADDRESS) \
	((struct TYPE##___##FLAVOUR *)retis_cast(TYPE, ADDRESS))

#define retis_arrow_1(P, A) ((P)->A)
#define retis_arrow_2(P, A, B) ((P)->A->B)
#define retis_arrow_3(P, A, B, C) ((P)->A->B->C)
#define retis_arrow_n(_1, _2, _3, N, ...) retis_arrow_##N

/* retis_read(p, a, b) is p->a->b; p comes from retis_cast(). */
#define retis_read(P, ...) retis_arrow_n(__VA_ARGS__, 3, 2, 1)(P, __VA_ARGS__)

#define retis_read_bitfield(P, FIELD) BPF_CORE_READ_BITFIELD(P, FIELD)

/* Types of every kernel's own that begin with 64 bits, and with 8, 16 or 32. */
struct timespec64 {
	__s64 tv_sec;
} __attribute__((preserve_access_index));

struct in6_addr___number {
	union {
		__u8 u6_addr8[16];
		__u16 u6_addr16[8];
		__u32 u6_addr32[4];
	} in6_u;
} __attribute__((preserve_access_index));

#define retis_number(BITS, ADDRESS)                                                            \
	(((struct in6_addr___number *)bpf_rdonly_cast(                                         \
		  (const void *)(ADDRESS), bpf_core_type_id_kernel(struct in6_addr___number))) \
		 ->in6_u.u6_addr##BITS[0])
#define retis_number_64(ADDRESS) ((__u64)retis_cast(timespec64, ADDRESS)->tv_sec)

/* The number of type T at a kernel address. */
#define retis_load(T, ADDRESS)                                                         \
	((T) __builtin_choose_expr(                                                    \
		sizeof(T) == 8, retis_number_64(ADDRESS),                              \
		__builtin_choose_expr(sizeof(T) == 4, retis_number(32, ADDRESS),       \
				      __builtin_choose_expr(sizeof(T) == 2,            \
							    retis_number(16, ADDRESS), \
							    retis_number(8, ADDRESS)))))

#define retis_reach_1(P, A) \
	retis_load(typeof((P)->A), (const void *)(P) + bpf_core_field_offset((P)->A))
#define retis_reach_2(P, A, B) retis_reach_1(retis_reach_1(P, A), B)
#define retis_reach_3(P, A, B, C) retis_reach_1(retis_reach_2(P, A, B), C)
#define retis_reach_n(_1, _2, _3, N, ...) retis_reach_##N

/* As retis_read() of numbers and pointers in types that live in a module: vmlinux has no BTF id to
 * cast to. P is not cast. */
#define retis_read_module(P, ...) retis_reach_n(__VA_ARGS__, 3, 2, 1)(P, __VA_ARGS__)

/* N words of 8 bytes from a kernel address to DST. */
#define retis_read_words(DST, N, ADDRESS)                                           \
	_Pragma("unroll") for (unsigned int retis_i = 0; retis_i < (N); retis_i++)( \
		(__u64 *)(DST))[retis_i] = retis_load(__u64, (ADDRESS) + 8 * retis_i)

/* As retis_read() of one member, a pointer, as a number: newer verifiers know where it came
 * from, and allow no arithmetic with it. P is not cast. */
#define retis_read_number(TYPE, P, MEMBER)                                                 \
	((__u64)retis_cast(timespec64,                                                     \
			   (const void *)(P) + bpf_core_field_offset(struct TYPE, MEMBER)) \
		 ->tv_sec)

/* Copies the array P->FIELD to DST; its size is a multiple of 8. */
#define retis_read_array(DST, P, FIELD)                                                            \
	({                                                                                         \
		_Static_assert(sizeof((P)->FIELD) % 8 == 0, "whole 8-byte words only");            \
		const __u64 *retis_src = (const void *)&(P)->FIELD;                                \
		_Pragma("unroll") for (unsigned int retis_i = 0; retis_i < sizeof((P)->FIELD) / 8; \
				       retis_i++)((__u64 *)(DST))[retis_i] = retis_src[retis_i];   \
	})
#else
#define retis_cast(TYPE, ADDRESS) ((struct TYPE *)(ADDRESS))
#define retis_cast_flavour(TYPE, FLAVOUR, ADDRESS) ((struct TYPE##___##FLAVOUR *)(ADDRESS))
#define retis_read(P, ...) BPF_CORE_READ(P, __VA_ARGS__)
#define retis_read_bitfield(P, FIELD) BPF_CORE_READ_BITFIELD_PROBED(P, FIELD)
#define retis_read_number(TYPE, P, MEMBER) ((__u64)BPF_CORE_READ((struct TYPE *)(P), MEMBER))
#define retis_read_array(DST, P, FIELD) bpf_core_read((DST), sizeof((P)->FIELD), &(P)->FIELD)
#define retis_read_module(P, ...) BPF_CORE_READ(P, __VA_ARGS__)
#define retis_read_words(DST, N, ADDRESS) \
	bpf_probe_read_kernel((DST), 8 * (N), (const void *)(ADDRESS))
#endif

/* N bytes from the kernel address ADDRESS to DST. 0 or a negative errno. */
#define retis_read_bytes(DST, N, ADDRESS) bpf_probe_read_kernel((DST), (N), (const void *)(ADDRESS))

#endif
