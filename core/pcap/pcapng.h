/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The blocks of a pcapng file (draft-ietf-opsawg-pcapng), appended to a text one by
 * one, in the byte order of this machine. Each is there as a whole or, if the text
 * can't hold it, not at all: then the text says `failed`.
 */
#ifndef PCAP_PCAPNG_H
#define PCAP_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <retis/text.h>

/* The number that tells custom blocks and options of Retis from others'. */
#define PCAPNG_PEN 70000

#define PCAPNG_ETHERNET 1
/* Begins with an IPv4 or IPv6 header. */
#define PCAPNG_RAW 101

/* Most bytes of a packet; libpcap wants all interfaces to have the same. */
#define PCAPNG_SNAPLEN 65535

/* A text, not terminated; length 0: left out. */
struct pcapng_text {
	const char *data;
	size_t length;
};

struct pcapng_interface {
	uint16_t link_type;
	struct pcapng_text name;
	struct pcapng_text description;
};

struct pcapng_packet {
	/* Interfaces count from 0, in the order of their blocks. */
	uint32_t interface;
	/* ns since 1970. */
	uint64_t time;
	const void *data;
	uint32_t captured;
	uint32_t length;
	/* What is longer than an option can be is cut, between two characters. */
	struct pcapng_text comments[2];
	/* Must not be longer than PCAPNG_CUSTOM_MAX. */
	struct pcapng_text custom;
};

#define PCAPNG_OPTION_MAX 65535
#define PCAPNG_CUSTOM_MAX (PCAPNG_OPTION_MAX - 4)

struct pcapng_statistics {
	uint32_t interface;
	/* ns since 1970. */
	uint64_t start;
	uint64_t end;
	/* Dropped ones included. */
	uint64_t received;
	uint64_t dropped;
	bool has_dropped;
};

void pcapng_put_section(struct retis_text *out);
void pcapng_put_custom(struct retis_text *out, struct pcapng_text content);
void pcapng_put_interface(struct retis_text *out, const struct pcapng_interface *interface);
void pcapng_put_packet(struct retis_text *out, const struct pcapng_packet *packet);
void pcapng_put_statistics(struct retis_text *out, const struct pcapng_statistics *statistics);

#endif
