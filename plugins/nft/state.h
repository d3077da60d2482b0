/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The collector's private state, and names its files share. */
#ifndef NFT_STATE_H
#define NFT_STATE_H

#include <stdint.h>

#include "rules.h"
#include "trace.h"

#define NFT_FUNCTION "__nft_trace_packet"

/* Tables of names: the text of a rule by struct nft_rule_id; something by the cookie of a
 * network namespace whose rules were read. */
#define NFT_RULES "nft.rule"
#define NFT_READ "nft.read"

#define NFT_N_VERDICTS 11
extern const struct retis_enum_name nft_verdicts[NFT_N_VERDICTS];

struct nft_state {
	/* NFT_VERDICT_BIT() of those to report. */
	uint64_t verdicts;
	/* --allow-system-changes */
	uint8_t may_change;
	struct nft_rules rules;
	struct nft_trace trace;
};

#endif
