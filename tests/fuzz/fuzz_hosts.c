/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a packet filter with a long list of hosts: if it is one, its addresses ascend, and
 * its program only jumps forward, to places it has.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/filter/hosts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_hosts(int condition)
{
	if (!condition)
		abort();
}

static void check_program(const struct hosts *h, enum pcap_text_link link)
{
	struct sock_filter *p;
	size_t n;

	if (hosts_compile(h, link, NULL, 0, &p, &n))
		return;
	check_hosts(n && BPF_CLASS(p[n - 1].code) == BPF_RET);
	for (size_t i = 0; i < n; i++) {
		if (BPF_CLASS(p[i].code) != BPF_JMP)
			continue;
		if (BPF_OP(p[i].code) == BPF_JA)
			check_hosts(p[i].k < n - i - 1);
		else
			check_hosts(i + 1 + p[i].jt < n && i + 1 + p[i].jf < n);
	}
	free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct hosts h;

	if (text && hosts_find(text, &h) > 0) {
		check_hosts(h.n + h.n_networks && (h.source || h.destination));
		for (size_t i = 1; i < h.n_networks; i++)
			check_hosts(memcmp(h.networks[i].words, h.networks[i - 1].words,
					   sizeof(h.networks->words)) != 0);
		for (size_t i = 0; i < h.n; i++) {
			check_hosts(h.ranges[i].first <= h.ranges[i].last);
			check_hosts(!i || h.ranges[i].first > h.ranges[i - 1].last);
		}
		check_program(&h, PCAP_TEXT_ETHERNET);
		check_program(&h, PCAP_TEXT_IP);
		hosts_fini(&h);
	}
	free(text);
	return 0;
}
