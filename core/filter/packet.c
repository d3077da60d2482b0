/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/filter/packet.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/cbpf.h"
#include "core/filter/pcap.h"
#include "core/util/insn.h"

#define ETHERNET_HEADER_SIZE 14
/* Beyond that libpcap's parser needs minutes and its own stack runs short. */
#define TEXT_MAX 65536

static const char *const link_names[] = { "ether", "link", "ppp", "slip", "fddi", "tr", "wlan" };

static const char *link_name(const char *word, size_t length)
{
	for (size_t i = 0; i < sizeof(link_names) / sizeof(*link_names); i++)
		if (strlen(link_names[i]) == length && !memcmp(link_names[i], word, length))
			return link_names[i];
	return NULL;
}

/* The length of the word TEXT begins with, as libpcap sees words, or 0: "-" can
 * be part of one, but not its first character. A backslash makes a keyword
 * an ordinary word. */
static size_t pcap_word_length(const char *text)
{
	if (*text == '\\')
		return 1 + strcspn(text + 1, " !()\n\t");
	return isalnum((unsigned char)*text) ? strspn(text, "abcdefghijklmnopqrstuvwxyz"
							    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
							    "0123456789-_.")
					     : 0;
}

const char *packet_filter_link_accessor(const char *text)
{
	while (*text) {
		size_t length = pcap_word_length(text);
		const char *name = link_name(text, length);

		text += length ? length : 1;
		if (name && text[strspn(text, " \t\r\n")] == '[')
			return name;
	}
	return NULL;
}

bool packet_filter_has_tags(const char *text)
{
	while (*text) {
		size_t length = pcap_word_length(text);

		if (length == 4 && !memcmp(text, "vlan", 4))
			return true;
		text += length ? length : 1;
	}
	return false;
}

/* The subprogram that always returns RESULT. */
static int make_constant(int result, struct splice_code *out)
{
	const struct bpf_insn insns[] = { INSN_MOV(BPF_REG_0, result), INSN_EXIT() };

	out->insns = malloc(sizeof(insns));
	if (!out->insns)
		return -ENOMEM;
	memcpy(out->insns, insns, sizeof(insns));
	out->count = 2;
	return 0;
}

/* libpcap's own words come with LIBPCAP before them. */
static int compile_half(const char *text, enum pcap_text_link link, const char *libpcap,
			struct splice_code *out, char *why)
{
	unsigned int header = link == PCAP_TEXT_ETHERNET ? ETHERNET_HEADER_SIZE : 0;
	char reason[PCAP_TEXT_WHY_SIZE];
	struct sock_filter *program;
	size_t n;
	int err = pcap_text_compile(text, link, &program, &n, reason);

	if (err) {
		snprintf(why, PACKET_FILTER_WHY_SIZE, "%s%s", libpcap, reason);
		return err;
	}
	err = cbpf_translate(program, n, header, out, why);
	free(program);
	return err;
}

/* Not to have it is no error, but for want of memory. */
static int compile_l3(const char *text, struct packet_filter *f)
{
	const char *accessor = packet_filter_link_accessor(text);
	char why[PACKET_FILTER_WHY_SIZE];

	if (accessor) {
		snprintf(why, sizeof(why), "%s[n:m] not allowed", accessor);
	} else {
		int err = compile_half(text, PCAP_TEXT_IP, "", &f->l3, why);

		if (!err || err == -ENOMEM)
			return err;
	}
	snprintf(f->no_l3, sizeof(f->no_l3), "Skipping L3 filter generation (%.*s).",
		 (int)sizeof(f->no_l3) - 40, why);
	return make_constant(0, &f->l3);
}

static int compile_halves(const char *text, struct packet_filter *f, char *why)
{
	int err;

	if (!text || !*text) {
		err = make_constant(1, &f->l2);
		if (!err)
			err = make_constant(1, &f->l3);
	} else if (strnlen(text, TEXT_MAX + 1) > TEXT_MAX) {
		snprintf(why, PACKET_FILTER_WHY_SIZE,
			 "The packet filter is longer than %d characters.", TEXT_MAX);
		return -E2BIG;
	} else {
		err = compile_half(text, PCAP_TEXT_ETHERNET,
				   "Could not compile the filter: libpcap error: ", &f->l2, why);
		if (!err)
			err = compile_l3(text, f);
	}
	if (err == -ENOMEM)
		snprintf(why, PACKET_FILTER_WHY_SIZE, "%s", strerror(ENOMEM));
	return err;
}

int packet_filter_compile(const char *text, struct packet_filter *out, char *why)
{
	struct packet_filter f = { 0 };
	int err = compile_halves(text, &f, why);

	if (err)
		packet_filter_fini(&f);
	else
		*out = f;
	return err;
}

void packet_filter_fini(struct packet_filter *filter)
{
	if (!filter)
		return;
	splice_code_fini(&filter->l2);
	splice_code_fini(&filter->l3);
}

bool packet_filter_only_l2(const struct packet_filter *filter)
{
	return filter->no_l3[0];
}
