/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Switching the kernel's reports of verdicts on: they are while some rule says "meta nftrace
 * set", even in a chain that no packet ever gets to. Ours is in a table that belongs to a socket,
 * and that the kernel removes once it is closed, however this process ends.
 */
#ifndef NFT_TRACE_H
#define NFT_TRACE_H

#include <retis/plugin.h>

#include "library.h"

/* All zero: off. */
struct nft_trace {
	struct nft_library library;
	struct nft_ctx *ctx;
};

/* -errno, after the reason was logged. */
int nft_trace_start(struct nft_trace *trace, const struct retis_host *host);
void nft_trace_end(struct nft_trace *trace);

/* What is said of it where none of the rules that could be read does. */
void nft_trace_advise(const struct retis_host *host);

#endif
