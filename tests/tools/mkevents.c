/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes an event file without a kernel, the same one for the same arguments:
 *
 *   mkevents FILE [EVENTS [FLOWS [PLUGIN-DIR [SERIES]]]]
 *
 * TCP segments of FLOWS connections pass three probes each, with the sections of
 * the real plugins; a quarter of the payload can't be compressed. With SERIES, the
 * packets are tracked, that many are on their way at a time, and each has six events.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/event/buffer.h"
#include "core/file/dictionary.h"
#include "core/file/writer.h"
#include "core/plugin/loader.h"
#include "plugins/dev/section.h"
#include "plugins/ns/section.h"
#include "plugins/skb/section.h"
#include "plugins/tracking/section.h"

#define HEADERS 66
#define PAYLOAD 32
#define SERIES_EVENTS 6

static const struct retis_file_probe probes[] = {
	{ .symbol = "net:net_dev_start_xmit", .type = "raw_tracepoint", .tag = "tp" },
	{ .symbol = "net:netif_receive_skb", .type = "raw_tracepoint", .tag = "tp" },
	{ .symbol = "tcp_v4_rcv", .type = "kprobe", .tag = "k" },
};
#define PROBES (sizeof(probes) / sizeof(probes[0]))

struct numbers {
	int packet;
	int skb;
	int dev;
	int netns;
	int tracking;
};

/* A packet on its way. */
struct tracked {
	uint64_t time;
	uint64_t head;
	uint32_t flow;
	uint32_t events;
	unsigned char packet[HEADERS + PAYLOAD];
};

struct maker {
	struct writer *writer;
	struct numbers numbers;
	uint64_t random;
	uint64_t time;
	uint32_t *sequences;
	uint32_t flows;
	struct tracked *series;
	uint64_t n_series;
	_Alignas(8) unsigned char event[1024];
};

static uint64_t draw(struct maker *m)
{
	m->random ^= m->random << 13;
	m->random ^= m->random >> 7;
	m->random ^= m->random << 17;
	return m->random;
}

/* The number of section NAME. */
static int add_sections(const struct plugins *plugins, const char *name, struct retis_text *records)
{
	int number = 0, found = -1;

	for (size_t i = 0; i < plugins->n; i++) {
		const struct retis_plugin *desc = &plugins->list[i]->desc;

		for (uint32_t t = 0; t < desc->n_sections; t++, number++) {
			const struct retis_file_section section = {
				.plugin = desc->name,
				.plugin_version = desc->version,
				.type = desc->sections[t],
			};

			if (records)
				dictionary_put_section(records, (uint16_t)number, &section);
			else if (!strcmp(section.type.name, name))
				found = number;
		}
	}
	return found;
}

static int add_dictionary(struct maker *m, const struct plugins *plugins)
{
	struct retis_text records;
	int err = text_init(&records, 4096);

	if (err)
		return err;
	add_sections(plugins, NULL, &records);
	m->numbers = (struct numbers){
		.packet = add_sections(plugins, "packet", NULL),
		.skb = add_sections(plugins, "skb", NULL),
		.dev = add_sections(plugins, "dev", NULL),
		.netns = add_sections(plugins, "netns", NULL),
		.tracking = add_sections(plugins, "skb-tracking", NULL),
	};
	for (size_t i = 0; i < PROBES; i++)
		dictionary_put_probe(&records, (uint16_t)i, &probes[i]);
	err = writer_add(m->writer, &records);
	text_fini(&records);
	return err;
}

static void *section(struct maker *m, int number, uint16_t size, uint32_t present)
{
	struct retis_event *event = (struct retis_event *)m->event;
	struct retis_section *s = (struct retis_section *)(m->event + event->size);

	if (number < 0)
		s = (struct retis_section *)(m->event + sizeof(m->event) / 2);
	else
		event->size += (uint32_t)(sizeof(*s) + RETIS_ALIGNED(size));
	*s = (struct retis_section){ .type = (uint16_t)number, .size = size, .present = present };
	return s + 1;
}

/* Ethernet, IPv4 and TCP with time stamps, from 10.x to 192.168.0.1. */
static void put_packet(struct maker *m, uint32_t flow, unsigned char *p)
{
	static const unsigned char start[] = {
		2, 0, 0,    0,	 0,   1,    2, 0, 0,
		0, 0, 2,    8,	 0,   0x45, 0, 0, HEADERS + PAYLOAD - 14,
		0, 0, 0x40, 0,	 64,  6,    0, 0, 10,
		0, 0, 0,    192, 168, 0,    1,
	};
	uint32_t sequence = htonl(m->sequences[flow]);
	uint64_t noise = draw(m);

	memset(p, 0, HEADERS + PAYLOAD);
	memcpy(p, start, sizeof(start));
	m->sequences[flow] += PAYLOAD;
	memcpy(p + 18, &noise, 2);
	memcpy(p + 24, (char *)&noise + 2, 2);
	p[27] = (unsigned char)(flow >> 16);
	p[28] = (unsigned char)(flow >> 8);
	p[29] = (unsigned char)flow;
	p[34] = (unsigned char)(0x80 | flow >> 8);
	p[35] = (unsigned char)flow;
	p[37] = 80;
	memcpy(p + 38, &sequence, 4);
	p[46] = 0x80;
	p[47] = 0x18;
	p[48] = 1;
	memcpy(p + 50, (char *)&noise + 4, 2);
	memcpy(p + 54, "\1\1\10\12", 4);
	sequence = htonl((uint32_t)(m->time / 1000000));
	memcpy(p + 58, &sequence, 4);
	memset(p + HEADERS, 'x', PAYLOAD);
	memcpy(p + HEADERS, &noise, sizeof(noise));
}

static void put_sections(struct maker *m, uint32_t flow, const unsigned char *packet)
{
	struct packet_section *p = section(m, m->numbers.packet, sizeof(*p) + HEADERS + PAYLOAD, 0);
	struct skb_section *skb;
	struct dev_section *dev;
	struct ns_section *ns;

	p->len = p->capture_len = HEADERS + PAYLOAD;
	memcpy(p->data, packet, HEADERS + PAYLOAD);
	skb = section(m, m->numbers.skb, sizeof(*skb), SKB_WANTS(SKB_META));
	skb->meta = (struct skb_meta){ .len = HEADERS + PAYLOAD, .hash = flow * 2654435761u };
	dev = section(m, m->numbers.dev, sizeof(*dev), 0);
	*dev = (struct dev_section){ .ifindex = 2 + flow % 4, .name = "eth0" };
	dev->name[3] = (char)('0' + flow % 4);
	ns = section(m, m->numbers.netns, sizeof(*ns), NS_HAS_COOKIE);
	*ns = (struct ns_section){ .cookie = 1 + flow % 8, .inum = 4026531840u + flow % 8 };
}

static void put_tracking(struct maker *m, struct tracked *t)
{
	struct tracking_section *s;

	if (!t->events)
		t->time = m->time;
	s = section(m, m->numbers.tracking, sizeof(*s), 0);
	*s = (struct tracking_section){
		.id = { .orig_head = t->head, .timestamp = t->time },
		.skb = t->head + 0x100000,
	};
}

static int put_event(struct maker *m, struct tracked *tracked, uint16_t probe, uint32_t flow,
		     const unsigned char *packet)
{
	struct retis_event *event = (struct retis_event *)m->event;

	m->time += 200 + draw(m) % 2000;
	memset(m->event, 0, sizeof(m->event));
	*event = (struct retis_event){
		.size = sizeof(*event),
		.probe = probe,
		.timestamp = m->time,
		.cpu = flow % 8,
		.pid = 1000 + flow % 64,
		.tid = 1000 + flow % 64,
		.comm = "server",
	};
	if (tracked)
		put_tracking(m, tracked);
	put_sections(m, flow, packet);
	return writer_event(m->writer, event);
}

static int put_events(struct maker *m, uint64_t n)
{
	unsigned char packet[HEADERS + PAYLOAD];
	uint32_t flow = 0;
	int err = 0;

	for (uint64_t i = 0; i < n && !err; i++) {
		uint16_t probe = (uint16_t)(i % PROBES);
		struct retis_loss loss = {
			.since = m->time,
			.until = m->time + 1000,
			.count = 3,
			.cause = RETIS_LOSS_RING_FULL,
			.probe = probe,
		};

		if (!probe) {
			flow = (uint32_t)(draw(m) % m->flows);
			put_packet(m, flow, packet);
		}
		err = put_event(m, NULL, probe, flow, packet);
		if (!err && i % 300000 == 299999)
			err = writer_loss(m->writer, &loss);
	}
	return err;
}

/* Packets take turns. */
static int put_series(struct maker *m, uint64_t n)
{
	int err = 0;

	m->series = calloc(m->n_series, sizeof(*m->series));
	if (!m->series)
		return -ENOMEM;
	for (uint64_t i = 0; i < n && !err; i++) {
		struct tracked *t = &m->series[i % m->n_series];

		if (!t->events) {
			t->flow = (uint32_t)(draw(m) % m->flows);
			t->head = 0xffff888100000000 + (draw(m) % 65536 << 10);
			put_packet(m, t->flow, t->packet);
		}
		err = put_event(m, t, (uint16_t)(t->events % PROBES), t->flow, t->packet);
		t->events = (t->events + 1) % SERIES_EVENTS;
	}
	free(m->series);
	return err;
}

static int make(struct maker *m, const struct plugins *plugins, uint64_t n)
{
	const struct retis_start start = {
		.version = "v0.0.0",
		.command_line = "mkevents",
		.kernel_release = "6.1.0",
		.kernel_version = "#1 SMP",
		.machine = "x86_64",
		.clock_offset = 1700000000000000000,
	};
	int err;

	m->sequences = calloc(m->flows, sizeof(*m->sequences));
	if (!m->sequences)
		return -ENOMEM;
	err = add_dictionary(m, plugins);
	if (!err)
		err = writer_start(m->writer, &start);
	if (!err)
		err = m->n_series ? put_series(m, n) : put_events(m, n);
	free(m->sequences);
	return err;
}

static uint64_t number(char **argv, int argc, int i, uint64_t otherwise)
{
	return argc > i ? strtoull(argv[i], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	char *dirs[] = { argc > 4 ? argv[4] : "build/plugins" };
	const struct plugins_search search = { .dirs = dirs, .n_dirs = 1, .not_installed = true };
	struct writer_options options = { .path = argc > 1 ? argv[1] : "retis.data" };
	struct maker m = { .random = 88172645463325252ull, .time = 1000000000 };
	struct writer_result result = {};
	struct plugins plugins = {};
	char why[WRITER_WHY_SIZE];

	m.n_series = number(argv, argc, 5, 0);
	m.flows = (uint32_t)number(argv, argc, 3, 10000);
	if (!m.flows || plugins_load(&plugins, &search))
		return 2;
	if (writer_open(&options, &m.writer, why)) {
		fprintf(stderr, "%s\n", why);
		return 1;
	}
	make(&m, &plugins, number(argv, argc, 2, 1000000));
	writer_close(m.writer, &result);
	plugins_fini(&plugins);
	if (result.error)
		fprintf(stderr, "%s\n", result.why);
	printf("%" PRIu64 " events, %" PRIu64 " bytes\n", result.events, result.bytes);
	return result.error ? 1 : 0;
}
