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

/* Some struct of every kernel that begins with 64 bits. */
struct timespec64 {
	__s64 tv_sec;
} __attribute__((preserve_access_index));

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
#endif

/* As retis_read() for types that live in a module: there is no vmlinux BTF id
 * to cast to, so a helper call in both flavours. */
#define retis_read_module(P, ...) BPF_CORE_READ(P, __VA_ARGS__)

/* N bytes from the kernel address ADDRESS to DST. 0 or a negative errno. */
#define retis_read_bytes(DST, N, ADDRESS) bpf_probe_read_kernel((DST), (N), (const void *)(ADDRESS))

#endif
