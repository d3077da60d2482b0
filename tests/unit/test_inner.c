/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tunnels carry is found behind any headers that they may have, and nowhere else: real packets
 * put into tunnels come out as they were, and a filter says of what came out what libpcap says of
 * what was put in, and what libpcap says that can open a tunnel itself.
 */
#include "core/filter/inner.h"

#include "tunnel_build.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Of SIZE bytes of F, which are no more in memory. */
static bool open_copy(const struct frame *f, size_t size, bool l2, struct inner_packet *p,
		      unsigned char **copy)
{
	*copy = malloc(size ? size : 1);
	cr_assert(*copy);
	memcpy(*copy, f->data, size);
	*p = (struct inner_packet){ *copy, size, f->size, l2 };
	return inner_open(p);
}

static bool is_tunnel(const struct frame *f)
{
	struct inner_packet p = { f->data, f->size, f->size, true };

	return inner_open(&p);
}

/* Calls CHECK for each packet that the tunnel takes and that is none itself: as it went in, and in
 * the tunnel. */
static void each_wrapped(const struct tunnel *t, const struct frames *frames,
			 void (*check)(const struct tunnel *t, const struct frame *wrapped,
				       const struct frame *payload))
{
	size_t n = 0;

	for (size_t i = 0; i < frames->n; i++) {
		struct frame payload, wrapped;

		if (is_tunnel(&frames->list[i]) || !tunnel_takes(t, &frames->list[i], &payload))
			continue;
		wrapped = tunnel_wrap(t, &payload);
		check(t, &wrapped, &payload);
		free(wrapped.data);
		n++;
	}
	cr_assert_gt(n, 5, "%s", t->name);
}

static void check_opened(const struct tunnel *t, const struct frame *wrapped,
			 const struct frame *payload)
{
	struct inner_packet p = { wrapped->data, wrapped->size, wrapped->size, !t->l3 };
	size_t headers = wrapped->size - payload->size;

	cr_assert(inner_open(&p), "%s", t->name);
	cr_assert_eq(p.data, wrapped->data + headers, "%s: after %td bytes", t->name,
		     p.data - wrapped->data);
	cr_assert(p.captured == payload->size && p.length == payload->size, "%s", t->name);
	cr_assert_eq(p.l2, t->payload == PAYLOAD_FRAME, "%s", t->name);
}

static void check_closed(const struct tunnel *t, const struct frame *wrapped,
			 const struct frame *payload)
{
	struct inner_packet p = { wrapped->data, wrapped->size, wrapped->size, !t->l3 };

	(void)payload;
	cr_assert_not(inner_open(&p), "%s", t->name);
	cr_assert_eq(p.data, wrapped->data);
	cr_assert_eq(p.captured, wrapped->size);
}

/* However little of it there is: opened as soon as its first byte is there. */
static void check_cut(const struct tunnel *t, const struct frame *wrapped,
		      const struct frame *payload)
{
	size_t headers = wrapped->size - payload->size;

	for (size_t size = 0; size <= headers + 1; size++) {
		struct inner_packet p;
		unsigned char *copy;
		bool opened = open_copy(wrapped, size, !t->l3, &p, &copy);

		cr_assert(p.data >= copy && p.data + p.captured == copy + size);
		cr_assert(p.length == wrapped->size - (p.data - copy));
		cr_assert(size <= headers || opened, "%s, %zu bytes", t->name, size);
		free(copy);
	}
}

Test(inner, tunnels_are_opened)
{
	struct frames frames;

	read_frames(&frames);
	for (size_t i = 0; i < COUNT(tunnels); i++) {
		each_wrapped(&tunnels[i], &frames, check_opened);
		each_wrapped(&tunnels[i], &frames, check_cut);
	}
	free_frames(&frames);
}

Test(inner, all_else_stays)
{
	struct frames frames;

	read_frames(&frames);
	for (size_t i = 0; i < COUNT(no_tunnels); i++)
		each_wrapped(&no_tunnels[i], &frames, check_closed);
	free_frames(&frames);
}

Test(inner, depth_has_an_end)
{
	static const unsigned char ip[20] = { [0] = 0x45, [8] = 0x40, [9] = 4 };
	unsigned char packet[6 * sizeof(ip)];
	struct inner_packet p = { packet, sizeof(packet), sizeof(packet), false };

	for (size_t i = 0; i < sizeof(packet); i += sizeof(ip))
		memcpy(packet + i, ip, sizeof(ip));
	cr_assert(inner_open(&p));
	cr_expect_eq(p.data - packet, 4 * sizeof(ip));
}

/* --- what libpcap says ----------------------------------------------------- */

struct programs {
	struct sock_filter *l2, *l3, *geneve;
};

static bool inner_says(const struct programs *p, const struct tunnel *t,
		       const struct frame *wrapped)
{
	struct inner_packet seen = { wrapped->data, wrapped->size, wrapped->size, !t->l3 };
	const struct sock_filter *program;

	inner_open(&seen);
	program = seen.l2 ? p->l2 : p->l3;
	return program && pcap_program_run(program, seen.data, seen.captured, seen.length);
}

static void compare_tunnel(const char *text, const struct programs *p, const struct tunnel *t,
			   const struct frame *frame)
{
	const struct sock_filter *program = t->payload == PAYLOAD_FRAME ? p->l2 : p->l3;
	struct frame payload, wrapped;
	bool want, got;

	if (is_tunnel(frame) || !tunnel_takes(t, frame, &payload))
		return;
	wrapped = tunnel_wrap(t, &payload);
	want = program && pcap_program_run(program, payload.data, payload.size, payload.size);
	got = inner_says(p, t, &wrapped);
	cr_assert_eq(got, want, "'%s' in %s", text, t->name);
	if (p->geneve && !strncmp(t->name, "geneve", 6) && t->payload == PAYLOAD_FRAME)
		cr_assert_eq(pcap_program_run(p->geneve, wrapped.data, wrapped.size, wrapped.size),
			     got, "'%s' in libpcap's %s", text, t->name);
	free(wrapped.data);
}

static struct sock_filter *compile_or_null(const char *text, enum pcap_text_link link)
{
	char why[PCAP_TEXT_WHY_SIZE];
	struct sock_filter *program;
	size_t n;

	return pcap_text_compile(text, link, &program, &n, why) ? NULL : program;
}

/* NULL also where libpcap means something else: "len" counts from the outer headers, and where
 * whatever X is will do, it forgets there that X may be beyond the packet, or does not. */
static struct sock_filter *compile_geneve(const char *text)
{
	static const char *const others[] = { "len", "less", "greater", "] = 0x78 or ",
					      "net 0.0.0.0/0" };
	char whole[2048];

	for (size_t i = 0; i < COUNT(others); i++)
		if (strstr(text, others[i]))
			return NULL;
	snprintf(whole, sizeof(whole), "geneve and (%s)", text);
	return compile_or_null(whole, PCAP_TEXT_ETHERNET);
}

static void compare_text(const char *text, const struct frames *frames, size_t *geneve)
{
	struct programs p = { compile_or_null(text, PCAP_TEXT_ETHERNET),
			      compile_or_null(text, PCAP_TEXT_IP), compile_geneve(text) };

	cr_assert(p.l2, "%s", text);
	*geneve += p.geneve != NULL;
	for (size_t i = 0; i < COUNT(tunnels); i++)
		for (size_t f = 0; f < frames->n; f++)
			compare_tunnel(text, &p, &tunnels[i], &frames->list[f]);
	free(p.l2);
	free(p.l3);
	free(p.geneve);
}

Test(inner, filters_as_libpcap, .timeout = 120)
{
	struct filter_lines filters;
	struct frames frames;
	size_t geneve = 0;

	read_frames(&frames);
	read_filters(&filters);
	for (size_t i = 0; i < filters.n; i++)
		compare_text(filters.list[i].text, &frames, &geneve);
	cr_expect_gt(geneve, 30);
	free_filters(&filters);
	free_frames(&frames);
}
