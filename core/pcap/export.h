/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events in, a pcapng file out: packets at the interfaces they were seen at (probes, or
 * devices), with what else is known of them in comments and in a custom option. Where
 * an event's packet, device and namespace are, the roles of fields say.
 */
#ifndef PCAP_EXPORT_H
#define PCAP_EXPORT_H

#include "core/event/printer.h"
#include "core/event/role.h"
#include "core/input/input.h"
#include "core/util/intern.h"
#include "core/pcap/packet.h"
#include "core/pcap/select.h"

/* What comments say. */
#define EXPORT_TEXT 1u
#define EXPORT_JSON 2u

struct export_options {
	/* An interface is a device in a network namespace, not a probe. */
	bool devices;
	/* All packets begin with an Ethernet header, made up or not. */
	bool ethernet;
	/* No block with the JSON schema of events. */
	bool no_schema;
	/* EXPORT_TEXT, EXPORT_JSON. */
	uint64_t comments;
};

struct export_interface {
	/* Number of its probe's name; EXPORT_NO_NAME: it is a device. */
	uint32_t probe;
	uint16_t link_type;
	uint64_t packets;
};

#define EXPORT_NO_NAME UINT32_MAX

struct export_probe {
	/* Number of its name. */
	uint32_t name;
	bool wanted;
};

struct export
{
	struct export_options options;
	/* Borrowed; `seen` is set. */
	struct selection *selection;
	/* Names of probes, "TYPE/SYMBOL", escaped, and how many events each lost. */
	struct intern names;
	uint64_t *lost;
	size_t n_lost;
	/* What tells interfaces apart; numbers are those in the file. */
	struct intern keys;
	struct export_interface *interfaces;
	size_t room;
	/* By the numbers of the moment. */
	struct export_probe *probes;
	size_t n_probes;
	uint32_t generation;
	struct printer text;
	struct printer json;
	struct roles roles;
	struct record record;
	struct retis_text comment;
	struct retis_text object;
	uint8_t frame[RETIS_EVENT_MAX + PACKET_ETHERNET_LEN];
	/* The first blocks are out. */
	bool begun;
	int64_t clock_offset;
	/* First and last time in the file, ns since 1970. */
	uint64_t first;
	uint64_t last;
	/* Events of wanted probes; of these, without a packet; written. */
	uint64_t events;
	uint64_t without_packet;
	uint64_t packets;
	/* Events that were no valid ones; JSON too long for an option. */
	uint64_t bad;
	uint64_t too_long;
	/* Events lost that no interface has. */
	uint64_t lost_elsewhere;
	/* Packets with, and without, a link layer. */
	bool has_ethernet;
	bool has_other;
};

/* -ENOMEM. */
int export_init(struct export *x, const struct export_options *options,
		struct selection *selection);
/* Accepts a zeroed one. */
void export_fini(struct export *x);

/* Appends what the item makes to OUT. -ENOMEM, -ENOSPC. */
int export_item(struct export *x, const struct input *in, const struct input_item *item,
		struct retis_text *out);
/* The end: statistics. */
int export_end(struct export *x, struct retis_text *out);

#endif
