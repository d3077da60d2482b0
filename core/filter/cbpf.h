/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Translates classic BPF, which libpcap makes of a filter text, to a subprogram
 * (core/filter/packet.h has its arguments and result). Nothing else: neither
 * libpcap nor the kernel is asked.
 *
 * The meaning is that of libpcap's own interpreter, bpf_filter(): numbers have
 * 32 bits; what reads beyond the packet, or divides by zero, ends the program with
 * "no match". The accumulator, the index register and the scratch memory are zero
 * at the beginning.
 *
 * Code made for speed: the packet's first bytes, as many as the program is likely
 * to look at, are copied to the stack at once, and loads from there cost no helper
 * call. Indexed loads may do so too if the index is the length of an IP header.
 */
#ifndef CORE_FILTER_CBPF_H
#define CORE_FILTER_CBPF_H

#include <linux/filter.h>

#include "core/probe/splice.h"

/* Of the subprogram. */
#define CBPF_FRAME_SIZE 128
/* Longer programs are refused. Jumps reach 32767 instructions far. */
#define CBPF_MAX_INSNS 30000

#define CBPF_WHY_SIZE 256

/*
 * Any N instructions of any content may come. NETWORK is where in the packet the IP
 * header usually starts: loads there are the cheapest.
 * 0, or with a sentence in WHY (CBPF_WHY_SIZE bytes) and OUT untouched:
 * -EINVAL      not a well-formed program
 * -EOPNOTSUPP  needs what is not in the packet, or a loop
 * -E2BIG       too long
 * -ENOMEM
 */
int cbpf_translate(const struct sock_filter *program, size_t n, unsigned int network,
		   struct splice_code *out, char *why);

#endif
