/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The packet filter on the bytes that were stored of packets, by libpcap's own
 * interpreter: for a packet that begins with an Ethernet header as for such a link, for
 * one that begins with its network header (be it behind a made-up Ethernet header) as
 * for raw IP. What has no packet, or begins with something else, does not match.
 */
#ifndef ASK_PACKET_H
#define ASK_PACKET_H

#include <stdbool.h>
#include <stddef.h>

struct ask_event;
struct ask_packet;
struct registry;

#define ASK_PACKET_WHY_SIZE 320

/* INNER: it is about what is left of packets once all tunnels are opened. -EINVAL with the reason
 * in WHY (ASK_PACKET_WHY_SIZE bytes), or -ENOMEM. */
int ask_packet_new(const char *text, bool inner, struct ask_packet **out, char *why);
/* Accepts NULL. */
void ask_packet_free(struct ask_packet *p);
/* To be called again when the registry has changed. */
void ask_packet_learn(struct ask_packet *p, const struct registry *registry);
bool ask_packet_matches(const struct ask_packet *p, struct ask_event *e);

#endif
