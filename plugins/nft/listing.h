/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules out of what "nft -a list ruleset" prints. */
#ifndef NFT_LISTING_H
#define NFT_LISTING_H

#include <stdint.h>

/* The longest text of a rule; what is longer is cut and ends with "...". */
#define NFT_LISTING_TEXT_MAX 4000

/* A rule: handles of its table and its own, and its text; valid during the call. */
typedef int (*nft_listing_use)(void *arg, uint64_t table, uint64_t rule, const char *text);

/*
 * Calls USE for each rule of TEXT, until it returns something else than 0, which is returned.
 * Rules come from whoever may make them in a network namespace, down to the bytes of their
 * comments: those that write like a listing can only deceive about rules beside them.
 */
int nft_listing_read(const char *text, nft_listing_use use, void *arg);

#endif
