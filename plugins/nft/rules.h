/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The texts of all rules, as names of an event file: read at the start, and again once they
 * change. */
#ifndef NFT_RULES_H
#define NFT_RULES_H

#include <retis/plugin.h>

#include "library.h"
#include "netns.h"

struct nft_rules {
	const struct retis_host *host;
	struct nft_library library;
	struct nft_netns_list netns;
	/* This thread's own network namespace; -1: unknown. */
	int own;
	/* No more texts fit; that was said. */
	bool full;
	/* Why some can't be read was said. */
	bool failed;
	/* Some rule switches the kernel's reports on. */
	bool traces;
};

/* What keeps rules from being read is said, and then there are none. */
void nft_rules_start(struct nft_rules *rules, const struct retis_host *host);
/* Until STOP is readable. 0 or a negative errno. */
int nft_rules_follow(struct nft_rules *rules, int stop);
void nft_rules_end(struct nft_rules *rules);

#endif
