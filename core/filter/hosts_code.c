/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program. Ranges are halved until few are left, which are tried one after the other.
 * Jumps of conditions are short: long ways have an instruction of their own.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/hosts.h"
#include "core/util/list.h"

#define ETHERNET_TYPE 12
#define ETHERNET_SIZE 14
#define TYPE_IP 0x0800
#define TYPE_ARP 0x0806
#define TYPE_RARP 0x8035
#define TYPE_IP6 0x86dd
#define IP_SOURCE 12
#define IP6_SOURCE 8
#define ARP_SOURCE 14
/* From there on. */
#define IP_DESTINATION 4
#define IP6_DESTINATION 16
#define ARP_DESTINATION 10

/* Ranges that are tried one by one. */
#define FEW 8
#define MATCH 65535

struct maker {
	struct sock_filter *insns;
	size_t n;
	size_t room;
	/* Jumps to where it goes on when an address is none of the list. */
	size_t *misses;
	size_t n_misses;
	size_t room_misses;
	int err;
};

static void add_insn(struct maker *m, struct sock_filter insn)
{
	if (!m->err)
		m->err = list_grow((void **)&m->insns, m->n, &m->room, sizeof(insn));
	if (!m->err)
		m->insns[m->n++] = insn;
}

static void add_load(struct maker *m, uint16_t size, uint32_t offset)
{
	add_insn(m, (struct sock_filter)BPF_STMT(BPF_LD | BPF_ABS | size, offset));
}

static void add_test(struct maker *m, uint16_t op, uint32_t k, uint8_t yes, uint8_t no)
{
	add_insn(m, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_K | op, k, yes, no));
}

static void add_result(struct maker *m, uint32_t result)
{
	add_insn(m, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, result));
}

/* To be led somewhere by lead_here(). */
static size_t add_jump(struct maker *m)
{
	add_insn(m, (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 0));
	return m->n - 1;
}

static void lead_here(struct maker *m, size_t from)
{
	if (!m->err)
		m->insns[from].k = (uint32_t)(m->n - from - 1);
}

static void add_miss(struct maker *m)
{
	if (!m->err)
		m->err = list_grow((void **)&m->misses, m->n_misses, &m->room_misses,
				   sizeof(*m->misses));
	if (!m->err)
		m->misses[m->n_misses++] = m->n;
	add_jump(m);
}

static void lead_misses_here(struct maker *m)
{
	for (size_t i = 0; i < m->n_misses; i++)
		lead_here(m, m->misses[i]);
	m->n_misses = 0;
}

/* N ranges, at most FEW, one after the other; the jump to what follows when none matches. */
static void add_few(struct maker *m, const struct host_range *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		/* Behind this and the instructions of those that follow, and the jump. */
		uint8_t left = 1;

		for (size_t j = i + 1; j < n; j++)
			left += r[j].first == r[j].last ? 1 : 2;
		if (r[i].first == r[i].last) {
			add_test(m, BPF_JEQ, r[i].first, left, 0);
		} else {
			add_test(m, BPF_JGE, r[i].first, 0, 1);
			add_test(m, BPF_JGT, r[i].last, 0, left);
		}
	}
}

static void add_search(struct maker *m, const struct host_range *r, size_t n)
{
	size_t low = n / 2, left;

	if (n <= FEW) {
		add_few(m, r, n);
		add_miss(m);
		add_result(m, MATCH);
		return;
	}
	add_test(m, BPF_JGE, r[low].first, 1, 0);
	left = add_jump(m);
	add_search(m, r + low, n - low);
	lead_here(m, left);
	add_search(m, r, low);
}

static void add_address(struct maker *m, const struct hosts *h, uint32_t offset)
{
	add_load(m, BPF_W, offset);
	add_search(m, h->ranges, h->n);
	lead_misses_here(m);
}

/* --- IPv6 ------------------------------------------------------------------ */

/* Networks, all of which end within word WORD of addresses. */
static bool all_end_in(const struct host_network *list, size_t n, unsigned int word)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].bits > 32 * (word + 1))
			return false;
	return true;
}

static void add_last_word(struct maker *m, const struct host_network *list, size_t n,
			  unsigned int word)
{
	struct host_range *ranges = calloc(n, sizeof(*ranges));

	for (size_t i = 0; ranges && i < n; i++)
		ranges[i] = (struct host_range){
			list[i].words[word], list[i].words[word] | host_network_span(&list[i], word)
		};
	if (ranges)
		add_search(m, ranges, n);
	else
		m->err = -ENOMEM;
	free(ranges);
}

/* Where, as near to the middle as can be, the word becomes another one; N: nowhere. */
static size_t find_other_word(const struct host_network *list, size_t n, unsigned int word)
{
	for (size_t d = 0; d <= n / 2; d++)
		for (size_t side = 0; side < 2; side++) {
			size_t i = side ? n / 2 - d : n / 2 + d;

			if (i && i < n && list[i].words[word] != list[i - 1].words[word])
				return i;
		}
	return n;
}

/* Word WORD of the address at OFFSET is at hand, and those before it are those of the list. Lists
 * of one word go on with the next, others are halved. */
static void add_network_words(struct maker *m, const struct host_network *list, size_t n,
			      unsigned int word, uint32_t offset)
{
	size_t middle, left;

	if (all_end_in(list, n, word)) {
		add_last_word(m, list, n, word);
		return;
	}
	middle = find_other_word(list, n, word);
	if (middle == n) {
		add_test(m, BPF_JEQ, list->words[word], 1, 0);
		add_miss(m);
		add_load(m, BPF_W, offset + 4 * (word + 1));
		add_network_words(m, list, n, word + 1, offset);
		return;
	}
	add_test(m, BPF_JGE, list[middle].words[word], 1, 0);
	left = add_jump(m);
	add_network_words(m, list + middle, n - middle, word, offset);
	lead_here(m, left);
	add_network_words(m, list, middle, word, offset);
}

static void add_address6(struct maker *m, const struct hosts *h, uint32_t offset)
{
	add_load(m, BPF_W, offset);
	add_network_words(m, h->networks, h->n_networks, 0, offset);
	lead_misses_here(m);
}

static void add_both6(struct maker *m, const struct hosts *h, uint32_t source)
{
	if (h->source)
		add_address6(m, h, source);
	if (h->destination)
		add_address6(m, h, source + IP6_DESTINATION);
	add_result(m, 0);
}

/* If what is at hand says that it is IPv6. */
static void add_if_ip6(struct maker *m, const struct hosts *h, uint32_t number, uint32_t source)
{
	size_t other;

	if (!h->n_networks)
		return;
	add_test(m, BPF_JEQ, number, 1, 0);
	other = add_jump(m);
	add_both6(m, h, source);
	lead_here(m, other);
}

/* --- all of it ------------------------------------------------------------- */

static void add_both(struct maker *m, const struct hosts *h, uint32_t source, uint32_t destination)
{
	if (h->source)
		add_address(m, h, source);
	if (h->destination)
		add_address(m, h, source + destination);
	add_result(m, 0);
}

static void add_ethernet(struct maker *m, const struct hosts *h)
{
	size_t other;

	add_load(m, BPF_H, ETHERNET_TYPE);
	add_if_ip6(m, h, TYPE_IP6, ETHERNET_SIZE + IP6_SOURCE);
	if (!h->n) {
		add_result(m, 0);
		return;
	}
	add_test(m, BPF_JEQ, TYPE_IP, 1, 0);
	other = add_jump(m);
	add_both(m, h, ETHERNET_SIZE + IP_SOURCE, IP_DESTINATION);
	lead_here(m, other);
	add_test(m, BPF_JEQ, TYPE_ARP, 2, 0);
	add_test(m, BPF_JEQ, TYPE_RARP, 1, 0);
	add_result(m, 0);
	add_both(m, h, ETHERNET_SIZE + ARP_SOURCE, ARP_DESTINATION);
}

static void add_raw(struct maker *m, const struct hosts *h)
{
	add_load(m, BPF_B, 0);
	add_insn(m, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf0));
	add_if_ip6(m, h, 0x60, IP6_SOURCE);
	if (h->n) {
		add_test(m, BPF_JEQ, 0x40, 1, 0);
		add_result(m, 0);
		add_both(m, h, IP_SOURCE, IP_DESTINATION);
	} else {
		add_result(m, 0);
	}
}

/* What the rest lets through goes on to the list. */
static void add_rest(struct maker *m, const struct sock_filter *rest, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool match = rest[i].code == (BPF_RET | BPF_K) && rest[i].k;
		const struct sock_filter go = BPF_STMT(BPF_JMP | BPF_JA, (uint32_t)(n - i - 1));

		add_insn(m, match ? go : rest[i]);
	}
}

int hosts_compile(const struct hosts *h, enum pcap_text_link link, const struct sock_filter *rest,
		  size_t n, struct sock_filter **program, size_t *n_program)
{
	struct maker m = { 0 };

	add_rest(&m, rest, n);
	if (link == PCAP_TEXT_ETHERNET)
		add_ethernet(&m, h);
	else
		add_raw(&m, h);
	free(m.misses);
	if (m.err) {
		free(m.insns);
		return m.err;
	}
	*program = m.insns;
	*n_program = m.n;
	return 0;
}
