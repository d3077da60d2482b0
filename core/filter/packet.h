/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packet filter: a text in the language of pcap-filter(7) becomes two
 * subprograms for the splicer, one for packets that begin with an Ethernet header
 * and one for those that begin with an IP header. Each is a function of
 *
 *   r1  kernel address of the packet's first byte
 *   r2  bytes that can be read from there
 *   r3  length of the packet, counted from there; r2 may be less
 *
 * (r2 and r3: their lower 32 bits) that returns 1 for a match and else 0, and uses
 * at most CBPF_FRAME_SIZE bytes of stack. What needs a byte that cannot be read is
 * no match; neither is a division by zero.
 *
 * A VLAN tag that the kernel keeps beside the packet ("VLAN acceleration") is not
 * in its bytes. Filters that are about tags get such packets with it in its place
 * (bpf/tags.h); for others it is as if there was no tag.
 */
#ifndef CORE_FILTER_PACKET_H
#define CORE_FILTER_PACKET_H

#include <stdbool.h>

#include "core/probe/splice.h"

#define PACKET_FILTER_WHY_SIZE 512

struct packet_filter {
	struct splice_code l2;
	/* Matches nothing if the text makes no sense without a link layer. */
	struct splice_code l3;
	/* Then it says why, a sentence; else it is empty. */
	char no_l3[PACKET_FILTER_WHY_SIZE];
};

/*
 * TEXT may be anything; NULL or empty matches every packet. What is written to
 * WHY (PACKET_FILTER_WHY_SIZE bytes), and to no_l3, may quote TEXT.
 * 0, or with a sentence in WHY and OUT untouched:
 * -EINVAL      not a filter
 * -EOPNOTSUPP  a filter, but not about a packet's bytes and length alone
 * -E2BIG       too long
 * -ENOMEM
 */
int packet_filter_compile(const char *text, struct packet_filter *out, char *why);

/* Accepts NULL and a filter that is all zeros. */
void packet_filter_fini(struct packet_filter *filter);

/* It can match only where the link-layer header is there. */
bool packet_filter_only_l2(const struct packet_filter *filter);

/* TEXT looks at bytes of the link layer by their offset ("ether[0] & 1 = 0"): the
 * name of it that is used, or NULL. Only meant for texts that compile for
 * Ethernet. */
const char *packet_filter_link_accessor(const char *text);

/* TEXT is about VLAN tags: it has the word "vlan". */
bool packet_filter_has_tags(const char *text);

#endif
