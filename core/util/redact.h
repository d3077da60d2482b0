/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that others may see: addresses and chosen words are replaced. */
#ifndef UTIL_REDACT_H
#define UTIL_REDACT_H

#include <stddef.h>
#include <stdio.h>

struct redact {
	/* Words to hide, with the domain behind them; of two characters at least. Borrowed. */
	const char *words[16];
	size_t n;
};

/* WORD is hidden from now on; NULL, short ones and those that do not fit are not. */
void redact_add(struct redact *r, const char *word);

/*
 * Writes TEXT with "[hidden]" in place of the words, IPv4, IPv6 and MAC addresses, addresses of
 * the kernel, and names of home folders.
 */
void redact_write(const struct redact *r, const char *text, FILE *out);

#endif
