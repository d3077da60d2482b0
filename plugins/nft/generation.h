/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NFT_GENERATION_H
#define NFT_GENERATION_H

#include <stdint.h>

/* The number of the ruleset in this thread's network namespace: each change makes it another
 * one. A negative errno; -EPERM: it takes CAP_NET_ADMIN. */
int nft_generation_get(uint32_t *generation);

#endif
