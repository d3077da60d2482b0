/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Code generated for the slots of a probe: the chain that calls its hooks, and
 * its configuration.
 */
#ifndef CORE_PROBE_CHAIN_H
#define CORE_PROBE_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#include "core/probe/splice.h"

/* Arguments of a hook after the context and the event. */
#define CHAIN_ARGS 3

/* For an argument the probe does not have: the hook gets 0. */
#define CHAIN_NO_ARG (-1)

struct chain_hook {
	/* Index in splice_input's programs. */
	uint32_t program;
	/* Where in the context the 64-bit argument is, in bytes, or
	 * CHAIN_NO_ARG. */
	int16_t args[CHAIN_ARGS];
};

/*
 * The fill of RETIS_SLOT_CHAIN: calls N hooks one after the other, each with
 * the context, the event and its arguments, and returns 0. CODE is the
 * caller's, to be given to splice_code_fini(). -E2BIG or -ENOMEM.
 */
int chain_build(const struct chain_hook *hooks, size_t n, struct splice_code *code);

/* A fill that returns VALUE, such as that of RETIS_SLOT_CONFIG. -ENOMEM. */
int chain_constant(uint64_t value, struct splice_code *code);

#endif
