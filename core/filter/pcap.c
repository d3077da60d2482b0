/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/filter/pcap.h"

#include <errno.h>
#include <stdlib.h>

#include <pcap/pcap.h>

#include "core/filter/hosts.h"

#define SNAPLEN 65535

static int copy_program(const struct bpf_program *from, struct sock_filter **program, size_t *n)
{
	struct sock_filter *copy = calloc(from->bf_len, sizeof(*copy));

	if (!copy)
		return -ENOMEM;
	for (u_int i = 0; i < from->bf_len; i++) {
		const struct bpf_insn *insn = &from->bf_insns[i];

		copy[i] = (struct sock_filter){ insn->code, insn->jt, insn->jf, insn->k };
	}
	*program = copy;
	*n = from->bf_len;
	return 0;
}

static int compile_pcap_text(const char *text, enum pcap_text_link link,
			     struct sock_filter **program, size_t *n, char *why)
{
	pcap_t *pcap = pcap_open_dead(link == PCAP_TEXT_ETHERNET ? DLT_EN10MB : DLT_RAW, SNAPLEN);
	struct bpf_program compiled;
	int err;

	if (!pcap) {
		snprintf(why, PCAP_TEXT_WHY_SIZE, "out of memory");
		return -ENOMEM;
	}
	if (pcap_compile(pcap, &compiled, text, 1, 0) < 0) {
		snprintf(why, PCAP_TEXT_WHY_SIZE, "%s", pcap_geterr(pcap));
		pcap_close(pcap);
		return -EINVAL;
	}
	err = copy_program(&compiled, program, n);
	if (err)
		snprintf(why, PCAP_TEXT_WHY_SIZE, "out of memory");
	pcap_freecode(&compiled);
	pcap_close(pcap);
	return err;
}

/* The list apart from what libpcap compiles. */
static int compile_hosts(const struct hosts *h, enum pcap_text_link link,
			 struct sock_filter **program, size_t *n, char *why)
{
	struct sock_filter *rest = NULL;
	size_t n_rest = 0;
	int err = h->rest ? compile_pcap_text(h->rest, link, &rest, &n_rest, why) : 0;

	if (err)
		return err;
	err = hosts_compile(h, link, rest, n_rest, program, n);
	free(rest);
	if (err)
		snprintf(why, PCAP_TEXT_WHY_SIZE, "out of memory");
	return err;
}

int pcap_text_compile(const char *text, enum pcap_text_link link, struct sock_filter **program,
		      size_t *n, char *why)
{
	struct hosts hosts;
	int got = hosts_find(text, &hosts), err;

	if (got == 0)
		return compile_pcap_text(text, link, program, n, why);
	if (got < 0) {
		snprintf(why, PCAP_TEXT_WHY_SIZE, "out of memory");
		return got;
	}
	err = compile_hosts(&hosts, link, program, n, why);
	hosts_fini(&hosts);
	return err;
}

_Static_assert(sizeof(struct bpf_insn) == sizeof(struct sock_filter) &&
		       offsetof(struct bpf_insn, k) == offsetof(struct sock_filter, k),
	       "both are instructions of classic BPF");

bool pcap_program_run(const struct sock_filter *program, const void *data, uint32_t captured,
		      uint32_t length)
{
	return bpf_filter((const struct bpf_insn *)(const void *)program, data, length, captured);
}
