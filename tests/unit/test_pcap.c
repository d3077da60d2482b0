/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcapng: bytes of blocks, which probes are meant, what packets begin with. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/event/buffer.h"
#include "core/pcap/packet.h"
#include "core/pcap/pcapng.h"
#include "core/pcap/select.h"

#define TEXT(s) ((struct pcapng_text){ (s), sizeof(s) - 1 })

static struct retis_text new_text(void)
{
	struct retis_text t;

	cr_assert_eq(text_init(&t, 64), 0);
	return t;
}

static uint32_t u32_at(const struct retis_text *t, size_t at)
{
	uint32_t v;

	cr_assert_leq(at + sizeof(v), t->length);
	memcpy(&v, t->data + at, sizeof(v));
	return v;
}

static uint16_t u16_at(const struct retis_text *t, size_t at)
{
	return (uint16_t)u32_at(t, at);
}

/* One block and nothing else, its length at both ends. */
static void expect_block(const struct retis_text *t, uint32_t type, size_t length)
{
	cr_assert_eq(t->length, length, "%zu", t->length);
	cr_assert_eq(length % 4, 0);
	cr_assert_eq(u32_at(t, 0), type);
	cr_assert_eq(u32_at(t, 4), length);
	cr_assert_eq(u32_at(t, length - 4), length);
}

/* --- blocks --------------------------------------------------------------- */

Test(pcapng, section)
{
	struct retis_text t = new_text();

	pcapng_put_section(&t);
	expect_block(&t, 0x0a0d0d0a, 28);
	cr_assert_eq(u32_at(&t, 8), 0x1a2b3c4d);
	cr_assert_eq(u32_at(&t, 12), 1);
	cr_assert_eq(memcmp(t.data + 16, "\xff\xff\xff\xff\xff\xff\xff\xff", 8), 0);
	text_fini(&t);
}

Test(pcapng, custom)
{
	struct retis_text t = new_text();

	pcapng_put_custom(&t, TEXT("{\"a\":1}"));
	expect_block(&t, 0xbad, 24);
	cr_assert_eq(u32_at(&t, 8), 70000);
	cr_assert_eq(memcmp(t.data + 12, "{\"a\":1}\0", 8), 0);
	text_fini(&t);
}

Test(pcapng, interface)
{
	const struct pcapng_interface interface = {
		.link_type = PCAPNG_RAW,
		.name = TEXT("kprobe/f"),
		.description = TEXT("Fake"),
	};
	struct retis_text t = new_text();

	pcapng_put_interface(&t, &interface);
	expect_block(&t, 1, 16 + 12 + 8 + 8 + 4 + 4);
	cr_assert_eq(u32_at(&t, 8), 101);
	cr_assert_eq(u32_at(&t, 12), 65535);
	cr_assert_eq(
		memcmp(t.data + 16, "\2\0\10\0kprobe/f\3\0\4\0Fake\11\0\1\0\11\0\0\0\0\0\0\0", 32),
		0);
	text_fini(&t);
}

Test(pcapng, packet)
{
	const struct pcapng_packet packet = {
		.interface = 3,
		/* 2023-11-14 22:13:22.1 */
		.time = 1700000002100000000,
		.data = "abcde",
		.captured = 5,
		.length = 90,
		.comments = { TEXT("one\ntwo"), TEXT("{}") },
		.custom = TEXT("{}"),
	};
	struct retis_text t = new_text();

	pcapng_put_packet(&t, &packet);
	expect_block(&t, 6, 28 + 8 + 12 + 8 + 12 + 4 + 4);
	cr_assert_eq(u32_at(&t, 8), 3);
	cr_assert_eq((uint64_t)u32_at(&t, 12) << 32 | u32_at(&t, 16), 1700000002100000000);
	cr_assert_eq(u32_at(&t, 20), 5);
	cr_assert_eq(u32_at(&t, 24), 90);
	cr_assert_eq(memcmp(t.data + 28, "abcde\0\0\0", 8), 0);
	cr_assert_eq(memcmp(t.data + 36, "\1\0\7\0one\ntwo\0", 12), 0);
	cr_assert_eq(memcmp(t.data + 48, "\1\0\2\0{}\0\0", 8), 0);
	cr_assert_eq(u16_at(&t, 56), 0xbac);
	cr_assert_eq(u16_at(&t, 58), 6);
	cr_assert_eq(u32_at(&t, 60), 70000);
	cr_assert_eq(memcmp(t.data + 64, "{}\0\0\0\0\0\0", 8), 0);
	text_fini(&t);
}

Test(pcapng, statistics)
{
	const struct pcapng_statistics s = {
		.interface = 1,
		.start = 1ull << 32 | 2,
		.end = 3ull << 32 | 4,
		.received = 10,
		.dropped = 7,
		.has_dropped = true,
	};
	struct retis_text t = new_text();

	pcapng_put_statistics(&t, &s);
	expect_block(&t, 5, 20 + 4 * 12 + 4 + 4);
	cr_assert_eq(u32_at(&t, 8), 1);
	/* Times have their upper half first, counters are plain. */
	cr_assert_eq(u32_at(&t, 12), 3);
	cr_assert_eq(u32_at(&t, 16), 4);
	cr_assert_eq(memcmp(t.data + 20, "\2\0\10\0\1\0\0\0\2\0\0\0", 12), 0);
	cr_assert_eq(memcmp(t.data + 32, "\3\0\10\0\3\0\0\0\4\0\0\0", 12), 0);
	cr_assert_eq(memcmp(t.data + 44, "\4\0\10\0\12\0\0\0\0\0\0\0", 12), 0);
	cr_assert_eq(memcmp(t.data + 56, "\5\0\10\0\7\0\0\0\0\0\0\0", 12), 0);
	text_fini(&t);
}

/* An option's length has 16 bits: what is cut ends between two characters. */
Test(pcapng, long_comment)
{
	static char text[3 * 30000 + 2];
	struct pcapng_packet packet = { .custom = { text, sizeof(text) } };

	for (size_t shift = 0; shift < 3; shift++) {
		struct retis_text t = new_text();
		size_t n;

		memset(text, 'x', sizeof(text));
		for (size_t i = 0; i < 30000; i++)
			memcpy(text + shift + 3 * i, "\xe2\x86\xb3", 3);
		packet.comments[0] = (struct pcapng_text){ text, shift + 3 * 30000 };
		pcapng_put_packet(&t, &packet);
		n = u16_at(&t, 30);
		cr_assert_geq(n, 65530);
		expect_block(&t, 6, 28 + 4 + ((n + 3) & ~3ul) + 4 + 4);
		cr_assert_eq((n - 3 - shift) % 3, 0);
		cr_assert_eq(memcmp(t.data + 32 + n - 6, "\xe2\x86\xb3...", 6), 0);
		/* JSON is not cut but left out. */
		cr_assert_eq(u32_at(&t, 32 + ((n + 3) & ~3ul)), 0);
		text_fini(&t);
	}
}

Test(pcapng, longest_that_fit)
{
	static char text[PCAPNG_OPTION_MAX];
	const struct pcapng_packet packet = {
		.comments = { { text, PCAPNG_OPTION_MAX } },
		.custom = { text, PCAPNG_CUSTOM_MAX },
	};
	struct retis_text t = new_text();

	memset(text, 'y', sizeof(text));
	pcapng_put_packet(&t, &packet);
	expect_block(&t, 6, 28 + 2 * 65540 + 4 + 4);
	cr_assert_eq(u16_at(&t, 30), 65535);
	cr_assert_eq(t.data[32 + 65534], 'y');
	cr_assert_eq(u16_at(&t, 28 + 65540 + 2), 65535);
	text_fini(&t);
}

/* A block is there as a whole or not at all. */
Test(pcapng, no_room)
{
	char room[64];
	struct retis_text t = { .data = room, .capacity = sizeof(room) };

	pcapng_put_section(&t);
	cr_assert_not(t.failed);
	pcapng_put_packet(&t, &(struct pcapng_packet){ .data = room, .captured = 40 });
	cr_assert(t.failed);
	expect_block(&t, 0x0a0d0d0a, 28);
}

/* --- probes --------------------------------------------------------------- */

static bool wants(const char *spec, const char *type, const char *symbol)
{
	struct retis_file_probe probe = { .type = type, .symbol = symbol };
	struct selection s = { 0 };
	char why[PROBE_WHY_SIZE];
	bool wanted;

	probe_name_renew(&probe);
	cr_assert_eq(selection_add(&s, spec, why), 0, "%s", why);
	wanted = selection_wants(&s, &probe);
	selection_note(&s, &probe);
	cr_assert_eq(s.seen[0], wanted);
	selection_fini(&s);
	return wanted;
}

Test(selection, types)
{
	cr_assert(wants("net:netif_rx", "raw_tracepoint", "net:netif_rx"));
	cr_assert(wants("tp:net:netif_rx/stack", "raw_tracepoint", "net:netif_rx"));
	cr_assert_not(wants("net:netif_rx", "raw_tracepoint", "net:netif_rx_exit"));
	cr_assert_not(wants("tp:net:netif_rx", "kprobe", "net:netif_rx"));
	cr_assert(wants("ip_rcv", "kprobe", "ip_rcv"));
	cr_assert(wants("ip_rcv", "fentry", "ip_rcv"));
	cr_assert_not(wants("ip_rcv", "kretprobe", "ip_rcv"));
	cr_assert(wants("k:ip_rcv", "kprobe", "ip_rcv"));
	cr_assert(wants("k:ip_rcv", "fentry", "ip_rcv"));
	cr_assert(wants("f:ip_rcv", "fentry", "ip_rcv"));
	cr_assert_not(wants("f:ip_rcv", "kprobe", "ip_rcv"));
	cr_assert(wants("kr:ip_rcv", "kretprobe", "ip_rcv"));
	cr_assert(wants("kr:ip_rcv", "fexit", "ip_rcv"));
	cr_assert_not(wants("fexit:ip_rcv", "kretprobe", "ip_rcv"));
	cr_assert(wants("fexit:ip_rcv", "fexit", "ip_rcv"));
	cr_assert_not(wants("ip_rcv", "usdt", "ip_rcv"));
}

Test(selection, patterns)
{
	cr_assert(wants("net:*", "raw_tracepoint", "net:netif_rx"));
	cr_assert(wants("tp:*:netif*", "raw_tracepoint", "net:netif_rx"));
	cr_assert(wants("tp:*", "raw_tracepoint", "net:netif_rx"));
	cr_assert(wants("tcp_*_rcv", "kprobe", "tcp_v4_rcv"));
	cr_assert_not(wants("tcp_*_rcv", "kprobe", "tcp_v4_rcv_x"));
}

Test(selection, several_and_none)
{
	const struct retis_file_probe a = { .type = "kprobe", .symbol = "a" };
	const struct retis_file_probe c = { .type = "kprobe", .symbol = "c" };
	struct selection s = { 0 };
	char why[PROBE_WHY_SIZE];

	cr_assert(selection_wants(&s, &a));
	cr_assert_eq(selection_add(&s, "a", why), 0);
	cr_assert_eq(selection_add(&s, "b", why), 0);
	cr_assert_eq(selection_add(&s, "foo:bar:baz", why), -EINVAL);
	cr_assert_str_eq(why, "Invalid TYPE foo. See the help.");
	cr_assert_eq(s.n, 2);
	cr_assert(selection_wants(&s, &a));
	cr_assert_not(selection_wants(&s, &c));
	selection_note(&s, &a);
	cr_assert(s.seen[0]);
	cr_assert_not(s.seen[1]);
	selection_fini(&s);
}

/* --- packets -------------------------------------------------------------- */

static const uint8_t framed[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x86, 0xdd, 0x60, 1, 2 };

Test(packet, strip)
{
	struct packet p = { .link_type = PCAPNG_ETHERNET,
			    .data = framed,
			    .captured = sizeof(framed),
			    .length = 100,
			    .made_up = 14 };

	packet_strip(&p);
	cr_assert_eq(p.link_type, PCAPNG_RAW);
	cr_assert_eq(p.data, framed + 14);
	cr_assert_eq(p.captured, 3);
	cr_assert_eq(p.length, 86);
	/* Once is enough. */
	packet_strip(&p);
	cr_assert_eq(p.captured, 3);
}

/* A header of its own stays, even of zeroes (the loopback device has such); and what is
 * neither IPv4 nor IPv6 can't go without. */
Test(packet, keep)
{
	static const uint8_t arp[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 1 };
	struct packet real = { 1, PCAPNG_ETHERNET, framed, sizeof(framed), 50, 0 };
	struct packet other = { 1, PCAPNG_ETHERNET, arp, sizeof(arp), 50, 14 };
	struct packet empty = { 1, PCAPNG_ETHERNET, framed, 14, 50, 14 };

	packet_strip(&real);
	packet_strip(&other);
	packet_strip(&empty);
	cr_assert_eq(real.captured, sizeof(framed));
	cr_assert_eq(other.captured, sizeof(arp));
	cr_assert_eq(empty.captured, 14);
	cr_assert_eq(other.link_type, PCAPNG_ETHERNET);
}

Test(packet, make_ethernet)
{
	uint8_t room[sizeof(framed) + PACKET_ETHERNET_LEN];
	struct packet p = { 1, PCAPNG_RAW, framed + 14, 3, 40, 0 };

	packet_make_ethernet(&p, room);
	cr_assert_eq(p.link_type, PCAPNG_ETHERNET);
	cr_assert_eq(p.captured, sizeof(framed));
	cr_assert_eq(p.length, 54);
	cr_assert_eq(memcmp(p.data, framed, sizeof(framed)), 0);
	/* It has one now. */
	packet_make_ethernet(&p, room);
	cr_assert_eq(p.captured, sizeof(framed));
}
