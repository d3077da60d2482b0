/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Long lists of hosts and networks in a packet filter, for which libpcap takes minutes:
 *
 *   host 192.0.2.1 or 192.0.2.2 or net 10.0.0.0/8 or host 2001:db8::1 ...
 *   tcp port 443 and (src host 192.0.2.1 or src host 192.0.2.2 ...)
 *
 * They become a classic BPF program that looks for an address by halves. It means what
 * libpcap's own program would: IPv4, ARP with Ethernet, and IPv6. What else there is in the text
 * is libpcap's; the list must be all of it, or be in parentheses, "and" between both.
 */
#ifndef CORE_FILTER_HOSTS_H
#define CORE_FILTER_HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/filter/pcap.h"

/* Shorter ones are libpcap's, too. */
#define HOSTS_MIN 32

struct host_range {
	/* In the byte order of this machine. */
	uint32_t first;
	uint32_t last;
};

struct host_network {
	/* In the byte order of this machine; behind BITS zero. */
	uint32_t words[4];
	unsigned int bits;
};

struct hosts {
	/* IPv4; ascending, disjoint. */
	struct host_range *ranges;
	size_t n;
	size_t room;
	/* IPv6; the same. */
	struct host_network *networks;
	size_t n_networks;
	size_t room_networks;
	bool source;
	bool destination;
	/* The rest of the text, to be freed; NULL: there is none. */
	char *rest;
};

/* Of word WORD the bits that are any in NETWORK. */
static inline uint32_t host_network_span(const struct host_network *network, unsigned int word)
{
	unsigned int before = word * 32;

	return network->bits >= before + 32 ? 0
	       : network->bits <= before    ? UINT32_MAX
					    : UINT32_MAX >> (network->bits - before);
}

/* 1: TEXT has such a list, in *OUT; 0: it has not; -ENOMEM. */
int hosts_find(const char *text, struct hosts *out);
void hosts_fini(struct hosts *h);

/* REST of N instructions, and then the list: as pcap_text_compile(). REST may be NULL. */
int hosts_compile(const struct hosts *h, enum pcap_text_link link, const struct sock_filter *rest,
		  size_t n, struct sock_filter **program, size_t *n_program);

#endif
