/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ask/packet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/ask/value.h"
#include "core/event/role.h"
#include "core/filter/inner.h"
#include "core/filter/packet.h"
#include "core/filter/pcap.h"
#include "core/pcap/packet.h"
#include "core/pcap/pcapng.h"

struct ask_packet {
	struct sock_filter *l2;
	/* NULL if the text makes no sense without a link layer. */
	struct sock_filter *l3;
	bool inner;
	struct roles roles;
};

int ask_packet_new(const char *text, bool inner, struct ask_packet **out, char *why)
{
	struct ask_packet *p = calloc(1, sizeof(*p));
	char no_l3[PCAP_TEXT_WHY_SIZE];
	size_t n;
	int err = p ? pcap_text_compile(text, PCAP_TEXT_ETHERNET, &p->l2, &n, why) : -ENOMEM;

	if (!err && !packet_filter_link_accessor(text))
		err = pcap_text_compile(text, PCAP_TEXT_IP, &p->l3, &n, no_l3);
	if (err == -EINVAL && p->l2)
		err = 0;
	if (err) {
		ask_packet_free(p);
		return err;
	}
	p->inner = inner;
	*out = p;
	return 0;
}

void ask_packet_free(struct ask_packet *p)
{
	if (!p)
		return;
	free(p->l2);
	free(p->l3);
	free(p);
}

void ask_packet_learn(struct ask_packet *p, const struct registry *registry)
{
	roles_init(&p->roles, registry);
}

bool ask_packet_matches(const struct ask_packet *p, struct ask_event *e)
{
	const struct record *r = ask_event_record(e);
	const struct sock_filter *program;
	struct packet packet;
	struct inner_packet seen;

	if (!r || !packet_find(&p->roles, r, &packet))
		return false;
	packet_strip(&packet);
	if (packet.link_type != PCAPNG_ETHERNET && packet.link_type != PCAPNG_RAW)
		return false;
	seen = (struct inner_packet){ packet.data, packet.captured, packet.length,
				      packet.link_type == PCAPNG_ETHERNET };
	if (p->inner)
		inner_open(&seen);
	program = seen.l2 ? p->l2 : p->l3;
	return program && pcap_program_run(program, seen.data, seen.captured, seen.length);
}
