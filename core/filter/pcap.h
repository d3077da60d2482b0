/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Filter texts in the language of pcap-filter(7), compiled to classic BPF by
 * libpcap. Apart from the rest, because libpcap's headers and the kernel's both
 * have a `struct bpf_insn`.
 */
#ifndef CORE_FILTER_PCAP_H
#define CORE_FILTER_PCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/filter.h>

#define PCAP_TEXT_WHY_SIZE 256

/* What a packet begins with. */
enum pcap_text_link {
	PCAP_TEXT_ETHERNET,
	PCAP_TEXT_IP,
};

/*
 * Compiles TEXT, which may be anything, to PROGRAM, to be freed, of N instructions.
 * Names of hosts are looked up: that may take its time. Packets count as 65535
 * bytes at most, the netmask of the interface as 0.
 * -EINVAL, and libpcap's reason in WHY (PCAP_TEXT_WHY_SIZE bytes), which may quote
 * TEXT; -ENOMEM, and WHY says so.
 */
int pcap_text_compile(const char *text, enum pcap_text_link link, struct sock_filter **program,
		      size_t *n, char *why);

/* Runs what pcap_text_compile() made, by libpcap's interpreter, on the first CAPTURED bytes
 * of a packet of LENGTH. */
bool pcap_program_run(const struct sock_filter *program, const void *data, uint32_t captured,
		      uint32_t length);

#endif
