/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a program finds what its hooks want to know of a probe. Programs for one
 * probe have arguments at their own places, 0 to 11. Shared programs have places
 * for what hooks want, in the order they want it, so that functions with
 * different prototypes look the same to them; the attach cookie says which
 * argument goes where. No libbpf here, no kernel.
 */
#ifndef CORE_PROBE_LAYOUT_H
#define CORE_PROBE_LAYOUT_H

#include "core/probe/chain.h"
#include "core/probe/probe.h"

struct engine_hook;

struct layout_input {
	const struct probe *probe;
	const struct engine_hook *hooks;
	size_t n;
	bool shared;
	/* CONFIG_WITH_PACKET_FILTER, CONFIG_WITH_META_FILTER: they need the packet. */
	uint64_t filters;
	/* Packets are tracked. */
	bool track;
	/* Some functions are windows. */
	bool windows;
	/* At the function's return. */
	bool returns;
	/* With a stack trace, also if the probe does not say so. */
	bool stack;
	/* Each hit is an event, whatever hooks say. */
	bool bare;
	/* How many of the first arguments are within reach. */
	unsigned int registers;
};

struct layout {
	/* What the slots return; see bpf/shared.h. */
	uint64_t config;
	uint64_t widths;
	/* For shared programs, where `config` has no number. */
	uint64_t cookie;
};

/* How many of PROBE's first arguments a program can reach that gets REGISTERS of
 * them. */
unsigned int layout_reach(const struct probe *probe, unsigned int registers);

/*
 * Fills in LAYOUT and CHAIN, which has room for the hooks. -E2BIG: the hooks want
 * more than there are places for; -ENODATA: what they, or filters, want of this probe is
 * out of reach, with the reason (static text) in WHY.
 */
int layout_make(const struct layout_input *input, struct layout *layout, struct chain_hook *chain,
		const char **why);

#endif
