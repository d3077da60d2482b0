/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TABLE "Retis_Table"

/* Upstream's name; another one where another retis has it. */
static int add_table(struct nft_trace *trace, const char *suffix)
{
	char commands[256];

	snprintf(commands, sizeof(commands),
		 "add table inet " TABLE "%s { flags owner; }\n"
		 "add chain inet " TABLE "%s Retis_Chain\n"
		 "add rule inet " TABLE "%s Retis_Chain meta nftrace set 1\n",
		 suffix, suffix, suffix);
	return trace->library.run(trace->ctx, commands);
}

/* What a run that was killed left behind, where tables had no owners. One that has is not
 * ours to take. */
static void remove_left_table(struct nft_trace *trace)
{
	trace->library.run(trace->ctx, "delete table inet " TABLE);
}

int nft_trace_start(struct nft_trace *trace, const struct retis_host *host)
{
	char why[256], suffix[32];

	if (nft_library_open(&trace->library, why, sizeof(why))) {
		host->log(host, RETIS_LOG_ERROR, "--allow-system-changes: %s", why);
		return -ENOENT;
	}
	trace->ctx = nft_library_new(&trace->library, why, sizeof(why));
	if (trace->ctx) {
		remove_left_table(trace);
		snprintf(suffix, sizeof(suffix), "_%d", getpid());
		if (!add_table(trace, "") || !add_table(trace, suffix))
			return 0;
		nft_library_error(&trace->library, trace->ctx, why, sizeof(why));
	}
	host->log(host, RETIS_LOG_ERROR,
		  "--allow-system-changes: no table inet " TABLE " (it takes Linux 5.12 and "
		  "CAP_NET_ADMIN): %s",
		  why);
	nft_trace_end(trace);
	return -EPERM;
}

void nft_trace_end(struct nft_trace *trace)
{
	if (trace->ctx)
		trace->library.free(trace->ctx);
	trace->ctx = NULL;
	nft_library_close(&trace->library);
}

void nft_trace_advise(const struct retis_host *host)
{
	host->log(host, RETIS_LOG_INFO,
		  "no rule that could be read says 'meta nftrace set 1', without which the kernel "
		  "reports no verdicts: add one, or use --allow-system-changes");
}
