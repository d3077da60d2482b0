/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Code generated for the slots of a probe: the chain that calls its hooks, and
 * its configuration.
 */
#ifndef CORE_PROBE_CHAIN_H
#define CORE_PROBE_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#include <retis/plugin.h>

#include "core/probe/splice.h"

/* For an argument the probe does not have: the hook gets 0. */
#define CHAIN_NO_ARG (-1)

struct chain_hook {
	/* Index in splice_input's programs. */
	uint32_t program;
	enum retis_stage stage;
	/* The others are only called if it added to the event. */
	uint32_t decides;
	uint32_t n_args;
	/* Where in the context the 64-bit argument is, in bytes, or
	 * CHAIN_NO_ARG. */
	int16_t args[RETIS_HOOK_ARGS];
};

/*
 * The fill of the slot for STAGE: calls those of N hooks that belong there, one after the other,
 * each with the context and, where they collect, the event, and returns what the last one did.
 * Behind each that adds to the event it looks whether the event's size is still good, and else
 * takes back what the hook did and notes it in the context; one that decides ends the chain
 * there unless the event grew. CODE is the caller's, to be given to
 * splice_code_fini(). -E2BIG or -ENOMEM.
 */
int chain_build(const struct chain_hook *hooks, size_t n, enum retis_stage stage,
		struct splice_code *code);

/*
 * Puts the places of HOOK's arguments into its instructions: retis_arg() in
 * include/retis/bpf/hook.h reads them from places that do not exist. -EINVAL: it reads one it
 * did not ask for.
 */
int chain_place_args(const struct chain_hook *hook, struct splice_code *code);

/* A fill that returns VALUE, such as that of RETIS_SLOT_CONFIG. -ENOMEM. */
int chain_constant(uint64_t value, struct splice_code *code);

#endif
