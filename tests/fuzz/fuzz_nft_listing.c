/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Listings of rules, in which whoever makes rules in a network namespace has a hand.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/nft/listing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int check_rule(void *arg, uint64_t table, uint64_t rule, const char *text)
{
	(void)arg;
	if (!table || !rule || strlen(text) > NFT_LISTING_TEXT_MAX + 3 || strchr(text, '\n'))
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);

	if (!text)
		return 0;
	nft_listing_read(text, check_rule, NULL);
	free(text);
	return 0;
}
