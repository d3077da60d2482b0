/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Long lists of hosts mean what libpcap says they mean. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/hosts.h"

#define HOSTS 200
#define TRIES 4000

static uint32_t draw_below(uint32_t n)
{
	static uint64_t state = 88172645463325252ull;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 11) % n;
}

/* Few different ones, so that they meet. */
static uint32_t draw_address(void)
{
	return 0x0a000000 | draw_below(3) << 16 | draw_below(512);
}

static void write_address(char *text, uint32_t a)
{
	sprintf(text + strlen(text), "%u.%u.%u.%u", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
}

static void draw_address6(uint32_t words[4])
{
	words[0] = draw_below(8) ? 0x20010db8 : 0xfd000000 | draw_below(4);
	words[1] = draw_below(4) << 16;
	words[2] = draw_below(2);
	words[3] = draw_below(2) << 28 | draw_below(32);
}

static void write_address6(char *text, const uint32_t words[4])
{
	for (int i = 0; i < 4; i++)
		sprintf(text + strlen(text), "%s%x:%x", i ? ":" : "", words[i] >> 16,
			words[i] & 0xffff);
}

static void add_host6(char *text, const char *which, bool nets)
{
	static const uint32_t sizes[] = { 48, 64, 96, 100, 120, 126, 33 };
	uint32_t bits = nets && !draw_below(4) ? sizes[draw_below(7)] : 128, words[4];

	draw_address6(words);
	for (uint32_t i = 0; i < 4; i++)
		if (bits < 32 * i + 32)
			words[i] =
				bits > 32 * i ? words[i] & UINT32_MAX << (32 * i + 32 - bits) : 0;
	sprintf(text + strlen(text), "%s%s ", which, bits == 128 ? "host" : "net");
	write_address6(text, words);
	if (bits != 128)
		sprintf(text + strlen(text), "/%u", bits);
}

enum family { IP4, IP6, BOTH };

/* WHICH: "src ", "dst " or "". */
static char *make_list(enum family family, const char *which, bool nets)
{
	char *text = calloc(HOSTS, 96);

	cr_assert(text);
	for (int i = 0; i < HOSTS; i++) {
		strcat(text, i ? " or " : "");
		if (family == IP6 || (family == BOTH && draw_below(2))) {
			add_host6(text, which, nets);
			continue;
		}
		uint32_t bits = nets && !draw_below(4) ? 24 + draw_below(8) : 32;
		uint32_t a =
			bits == 32 ? draw_address() : draw_address() & (UINT32_MAX << (32 - bits));

		sprintf(text + strlen(text), "%s%s ", which, bits == 32 ? "host" : "net");
		write_address(text, a);
		if (bits != 32)
			sprintf(text + strlen(text), "/%u", bits);
	}
	return text;
}

static void put_address(uint8_t *p)
{
	uint32_t a = draw_address();

	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(a >> (24 - 8 * i));
}

static void put_address6(uint8_t *p)
{
	uint32_t words[4];

	draw_address6(words);
	for (int i = 0; i < 16; i++)
		p[i] = (uint8_t)(words[i / 4] >> (24 - 8 * (i % 4)));
}

static void make_packet(uint8_t *p, enum pcap_text_link link)
{
	static const uint16_t types[] = { 0x0800, 0x0800, 0x0806, 0x8035, 0x86dd, 0x86dd, 0x8100 };
	uint16_t type = types[draw_below(7)];
	uint32_t at = link == PCAP_TEXT_ETHERNET ? 14 : 0;

	for (int i = 0; i < 64; i++)
		p[i] = (uint8_t)draw_below(256);
	p[12] = (uint8_t)(type >> 8);
	p[13] = (uint8_t)type;
	p[at] = type == 0x86dd ? 0x60 : 0x45;
	for (uint32_t which = 0; which < 2; which++) {
		bool arp = type == 0x0806 || type == 0x8035;

		if (type == 0x86dd)
			put_address6(p + at + 8 + 16 * which);
		else
			put_address(p + at + (arp ? 14 : 12) + which * (arp ? 10 : 4));
	}
	if (type == 0x0800 && link == PCAP_TEXT_ETHERNET)
		p[23] = 6;
}

static struct sock_filter *compile_list(const char *text, enum pcap_text_link link)
{
	char why[PCAP_TEXT_WHY_SIZE];
	struct sock_filter *program = NULL;
	size_t n;

	cr_assert_eq(pcap_text_compile(text, link, &program, &n, why), 0, "%.60s: %s", text, why);
	return program;
}

/* LIST and, in parentheses at its beginning, the same again: libpcap's. */
static void compare_lists(const char *list, const char *format, enum pcap_text_link link)
{
	char *ours = NULL, *theirs = NULL, *obscured = NULL;
	struct sock_filter *a, *b;
	unsigned int matches = 0;
	const char * or = strstr(list, " or ");

	cr_assert(asprintf(&obscured, "(%.*s)%s", (int)(or -list), list, or) > 0);
	cr_assert(asprintf(&ours, format, list) > 0);
	cr_assert(asprintf(&theirs, format, obscured) > 0);
	a = compile_list(ours, link);
	b = compile_list(theirs, link);
	for (int i = 0; i < TRIES; i++) {
		/* Of cut packets libpcap may miss what it would have found first. */
		uint32_t captured = draw_below(10) ? 64 : draw_below(16);
		uint8_t packet[64];
		bool wanted;

		make_packet(packet, link);
		wanted = pcap_program_run(b, packet, captured, 64);
		matches += wanted;
		cr_assert_eq(pcap_program_run(a, packet, captured, 64), wanted,
			     "%.60s: not %d of packet %d, %u bytes", ours, wanted, i, captured);
	}
	cr_expect_gt(matches, TRIES / 200, "%.90s: %u match", ours, matches);
	free(a);
	free(b);
	free(ours);
	free(theirs);
	free(obscured);
}

Test(hosts, mean_the_same_as_with_libpcap)
{
	static const char *const which[] = { "", "src ", "dst " };
	static const char *const formats[] = { "%s", "(%s)", "ip[8] > 100 and (%s)",
					       "(tcp or arp)&&(%s)" };

	for (size_t i = 0; i < 3; i++) {
		for (size_t f = 0; f < 4; f++) {
			char *list = make_list(IP4, which[i], f % 2);

			if (f != 1)
				compare_lists(list, formats[f], PCAP_TEXT_ETHERNET);
			if (f != 1 && f != 3)
				compare_lists(list, formats[f], PCAP_TEXT_IP);
			free(list);
		}
	}
}

Test(hosts, of_ipv6_mean_the_same_as_with_libpcap, .timeout = 60)
{
	static const char *const which[] = { "", "src ", "dst " };
	static const char *const formats[] = { "%s", "ip6[6] & 1 = 0 and (%s)" };

	for (size_t i = 0; i < 12; i++) {
		char *list = make_list(i / 6 ? BOTH : IP6, which[i % 3], i % 2);

		compare_lists(list, formats[i % 4 / 2], PCAP_TEXT_ETHERNET);
		compare_lists(list, formats[i % 4 / 2], PCAP_TEXT_IP);
		free(list);
	}
}

static int found(const char *format, const char *list)
{
	struct hosts h = { 0 };
	char *text = NULL;
	int got;

	cr_assert(asprintf(&text, format, list) >= 0);
	got = hosts_find(text, &h);
	hosts_fini(&h);
	free(text);
	return got;
}

Test(hosts, what_is_no_list)
{
	char *list = make_list(IP4, "", true), *sources = make_list(IP4, "src ", false);
	char *both = make_list(BOTH, "dst ", true);

	cr_expect_eq(found("%s", list), 1);
	cr_expect_eq(found("tcp and (%s)", list), 1);
	cr_expect_eq(found("a or b and ( %s )", list), 1);
	cr_expect_eq(found("%s", both), 1);
	cr_expect_eq(found("%s or net 2001:db8::1/64", both), 0);
	cr_expect_eq(found("%s or host 00:00:5e:00:53:01", both), 0);
	cr_expect_eq(found("%s or tcp", list), 0);
	cr_expect_eq(found("tcp or (%s)", list), 0);
	cr_expect_eq(found("tcp and not (%s)", list), 0);
	cr_expect_eq(found("not (%s)", list), 0);
	cr_expect_eq(found("land(%s)", list), 0);
	cr_expect_eq(found("%s or dst host 10.0.0.1", sources), 0);
	cr_expect_eq(found("%s or host example.org", list), 0);
	cr_expect_eq(found("%s or net 10.0.0.1/8", list), 0);
	cr_expect_eq(found("%s or net 10.1", list), 0);
	cr_expect_eq(found("%s or", list), 0);
	cr_expect_eq(found("host 10.0.0.1 or host 10.0.0.2%.0s", list), 0);
	cr_expect_eq(found("%.0s", list), 0);
	free(list);
	free(sources);
	free(both);
}
