/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packet filters as libpcap understands them: many texts on many packets, cut at
 * every length, with the interpreter of cbpf_run.h beside libpcap's own.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cbpf_run.h"
#include "core/filter/packet.h"
#include "filter_data.h"

/* One half of a filter and what it is compared with. */
struct half {
	const char *text;
	const struct splice_code *code;
	struct sock_filter *program;
	size_t n;
	/* Where it begins in a frame. */
	size_t header;
	size_t matched;
	size_t refused;
};

static void compare(struct half *h, const struct run_packet *packet, size_t frame)
{
	unsigned int want = bpf_filter(h->program, packet->data, packet->length, packet->size);
	struct run r;
	int got = run_filter(&r, h->code, packet);

	cr_assert_eq(got, want != 0, "'%s' on frame %zu from %zu, %u of %u bytes: %d, not %u",
		     h->text, frame, h->header, packet->size, packet->length, got, want);
	if (got)
		h->matched++;
	else
		h->refused++;
}

/* Every cut: the packet is that long, or longer. The copy is for overruns to be
 * noticed. */
static void compare_frame(struct half *h, const struct frame *frame, size_t number)
{
	size_t size = frame->size > h->header ? frame->size - h->header : 0;

	for (size_t cut = 0; cut <= size; cut++) {
		unsigned char *data = malloc(cut + !cut);
		struct run_packet packet = { data, cut, cut % 3 ? size : cut };

		cr_assert(data);
		memcpy(data, frame->data + h->header, cut);
		compare(h, &packet, number);
		free(data);
	}
}

static void compare_half(struct half *h, enum pcap_text_link link, const struct frames *frames)
{
	h->program = reference(h->text, link, &h->n);
	run_check_flow(h->code);
	h->header = link == PCAP_TEXT_IP ? ETHERNET_HEADER : 0;
	for (size_t i = 0; i < frames->n; i++)
		compare_frame(h, &frames->list[i], i);
	free(h->program);
}

static void compile(const char *text, struct packet_filter *f)
{
	char why[PACKET_FILTER_WHY_SIZE] = "";

	cr_assert_eq(packet_filter_compile(text, f, why), 0, "'%s': %s", text, why);
}

static void compare_text(const struct filter_line *line, const struct frames *frames)
{
	struct half l2 = { .text = line->text };
	struct half l3 = { .text = line->text };
	struct packet_filter f;

	compile(line->text, &f);
	l2.code = &f.l2;
	l3.code = &f.l3;
	compare_half(&l2, PCAP_TEXT_ETHERNET, frames);
	cr_expect_eq(packet_filter_only_l2(&f), !line->both, "'%s': %s", line->text, f.no_l3);
	if (line->both)
		compare_half(&l3, PCAP_TEXT_IP, frames);
	cr_expect_eq(l2.matched && l2.refused, line->tells, "'%s': %zu match, %zu don't",
		     line->text, l2.matched, l2.refused);
	packet_filter_fini(&f);
}

Test(packet_filter, as_libpcap)
{
	struct frames frames;
	struct filter_lines filters;

	read_frames(&frames);
	read_filters(&filters);
	for (size_t i = 0; i < filters.n; i++)
		compare_text(&filters.list[i], &frames);
	free_filters(&filters);
	free_frames(&frames);
}

/* Jumps beyond what classic BPF can encode, and what a byte can count. */
Test(packet_filter, long_texts)
{
	struct filter_line lines[] = {
		{ many_hosts(150, "host ", ""), true, true },
		{ many_hosts(120, "(host ", " and port 80)"), true, true },
		{ many_hosts(130, "(src host ", " and udp[4:2] > 11)"), true, true },
	};
	struct frames frames;

	read_frames(&frames);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		compare_text(&lines[i], &frames);
		free(lines[i].text);
	}
	free_frames(&frames);
}

Test(packet_filter, nothing_asked_for_matches_everything)
{
	const struct run_packet none = { (const unsigned char *)"", 0, 0 };
	const char *texts[] = { NULL, "", " \n" };
	struct packet_filter f;
	struct run r;

	for (int i = 0; i < 3; i++) {
		compile(texts[i], &f);
		cr_expect_eq(f.l2.count, 2);
		cr_expect_eq(f.l3.count, 2);
		cr_expect_eq(run_filter(&r, &f.l2, &none), 1);
		cr_expect_eq(run_filter(&r, &f.l3, &none), 1);
		cr_expect(!packet_filter_only_l2(&f));
		packet_filter_fini(&f);
	}
	packet_filter_fini(NULL);
	packet_filter_fini(&(struct packet_filter){ 0 });
}

static void check_only_l2(const char *text, const char *reason)
{
	const struct run_packet none = { (const unsigned char *)"", 0, 0 };
	struct packet_filter f;
	struct run r;

	compile(text, &f);
	cr_expect(packet_filter_only_l2(&f), "'%s'", text);
	cr_expect_str_eq(f.no_l3, reason, "'%s': %s", text, f.no_l3);
	cr_expect_eq(f.l3.count, 2);
	cr_expect_eq(run_filter(&r, &f.l3, &none), 0);
	packet_filter_fini(&f);
}

Test(packet_filter, only_with_a_link_layer)
{
	check_only_l2("ether[0] = 1", "Skipping L3 filter generation (ether[n:m] not allowed).");
	check_only_l2("ip and link [0:4] = 1 or tcp",
		      "Skipping L3 filter generation (link[n:m] not allowed).");
	check_only_l2("arp", "Skipping L3 filter generation (expression rejects all packets).");
	check_only_l2("vlan 5", "Skipping L3 filter generation "
				"(no VLAN support for Raw IP).");
	/* Byte -1 of the IP header is the last one before it. */
	check_only_l2("ip[-1] = 0",
		      "Skipping L3 filter generation (A packet filter can't look at what is "
		      "before the packet (offset -1).).");
}

Test(packet_filter, link_accessors_are_words)
{
	static const struct {
		const char *text;
		const char *name;
	} cases[] = {
		{ "ether[0] = 1", "ether" },
		{ "tcp and ether\t\r\n [0] = 1", "ether" },
		{ "ip[0]-link[0] = 1", "link" },
		{ "ip[wlan[0]] = 1", "wlan" },
		{ "(tr[0]=1)", "tr" },
		{ "fddi[0]=1 or ether[0]=1", "fddi" },
		{ "ppp[0]=slip[0]", "ppp" },
		{ "1=slip[0]", "slip" },
		{ "ether host 02:00:00:00:00:01", NULL },
		{ "ether proto 0x800 and ip[0] = 1", NULL },
		{ "ether", NULL },
		{ "ip[0] = 1", NULL },
		{ "host ether.example or ip[0] = 1", NULL },
		{ "host my-ether [", NULL },
		{ "\\ether[0]", NULL },
		{ "ethers[0] xether[0] ether_[0] Ether[0]", NULL },
		{ "", NULL },
		{ "\xff[\\", NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *name = packet_filter_link_accessor(cases[i].text);

		cr_expect(!name == !cases[i].name && (!name || !strcmp(name, cases[i].name)),
			  "'%s': %s", cases[i].text, name ? name : "none");
	}
}

static void check_refused(const char *text, int err, const char *reason)
{
	struct packet_filter f = { .no_l3 = "untouched" };
	char why[PACKET_FILTER_WHY_SIZE] = "";

	cr_expect_eq(packet_filter_compile(text, &f, why), err, "'%.99s'", text);
	cr_expect_str_eq(why, reason, "'%.99s': %s", text, why);
	cr_expect_str_eq(f.no_l3, "untouched");
}

Test(packet_filter, refused)
{
	const char *direction = "A packet filter can't look at the direction of a packet (inbound, "
				"outbound): it sees the packet's bytes and length alone.";

	check_refused("inbound", -EOPNOTSUPP, direction);
	check_refused("tcp port 80 and outbound", -EOPNOTSUPP, direction);
	check_refused("ifindex 2 or arp", -EOPNOTSUPP,
		      "A packet filter can't look at the number of an interface (ifindex): it "
		      "sees the packet's bytes and length alone.");
	check_refused("ip6 protochain 6", -EOPNOTSUPP,
		      "A packet filter can't use protochain: it needs a loop.");
	check_refused("ether[-1] = 1", -EOPNOTSUPP,
		      "A packet filter can't look at what is before the packet (offset -1).");
	check_refused("tcp port", -EINVAL,
		      "Could not compile the filter: libpcap error: can't parse filter "
		      "expression: syntax error");
	check_refused("host 300.0.0.1/8", -EINVAL,
		      "Could not compile the filter: libpcap error: invalid IPv4 address "
		      "'300.0.0.1'");
	check_refused("\x01\xff", -EINVAL,
		      "Could not compile the filter: libpcap error: can't parse filter "
		      "expression: syntax error");
	check_refused(
		"tcp and arp", -EINVAL,
		"Could not compile the filter: libpcap error: expression rejects all packets");
}

Test(packet_filter, too_long)
{
	char *text = many_hosts(5000, "(host ", " and port 80)");

	check_refused(text, -E2BIG, "The packet filter is longer than 65536 characters.");
	free(text);
}

/* What a common filter costs: its 1 call reads all that is looked at. */
Test(packet_filter, cost)
{
	struct packet_filter f;
	struct frames frames;
	struct run r;

	compile("tcp port 443 and host 10.0.0.1", &f);
	read_frames(&frames);
	for (size_t i = 0; i < frames.n; i++) {
		const struct frame *frame = &frames.list[i];
		struct run_packet packet = { frame->data, frame->size, frame->size };

		if (run_filter(&r, &f.l2, &packet) && (packet.data[14] & 0xf) == 5) {
			cr_log_info("%zu instructions, %u run", f.l2.count, r.insns);
			cr_expect_leq(r.insns, 60);
			cr_expect_eq(r.calls, 1);
		}
	}
	cr_expect_leq(f.l2.count, 100);
	free_frames(&frames);
	packet_filter_fini(&f);
}

Test(packet_filter, tags_are_noticed)
{
	cr_expect(packet_filter_has_tags("vlan"));
	cr_expect(packet_filter_has_tags("tcp and(vlan 5)"));
	cr_expect(packet_filter_has_tags("not vlan and vlan 3"));
	cr_expect_not(packet_filter_has_tags("tcp port 80"));
	cr_expect_not(packet_filter_has_tags("host vlan.example.org"));
	cr_expect_not(packet_filter_has_tags(""));
}
