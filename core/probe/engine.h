/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel side of a collection: the maps all probes share, and the programs
 * made by splicing hooks into templates.
 */
#ifndef CORE_PROBE_ENGINE_H
#define CORE_PROBE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/shared.h"
#include "core/probe/chain.h"
#include "core/probe/probe.h"
#include "core/probe/splice.h"

struct engine;

struct engine_options {
	/* Kernel memory can be read directly. */
	bool direct;
	/* Probes there will be. */
	size_t probes;
	/* Rings, and the size of each in bytes: a power of two, whole pages. */
	uint32_t rings;
	uint32_t ring_size;
	/* Events that may be built at once on a processor, up to SCRATCH_LEVELS. */
	uint32_t levels;
};

/* One hook of one probe: its instructions (borrowed), and the index of the
 * argument of the probe for each of its own, or -1. */
struct engine_hook {
	const struct splice_code *code;
	int args[CHAIN_ARGS];
};

#define ENGINE_WHY_SIZE 512

/* On failure a sentence is in WHY (ENGINE_WHY_SIZE bytes). */
int engine_open(const struct engine_options *options, struct engine **out, char *why);
void engine_free(struct engine *e);

/* Builds the program of PROBE and loads it: probe->prog_fd. */
int engine_load(struct engine *e, struct probe *probe, const struct engine_hook *hooks, size_t n,
		char *why);
/* Attaches it: probe->link_fd. */
int engine_attach(struct probe *probe, char *why);
/* Detaches, then also unloads; do nothing for a probe that is neither. */
void engine_detach(struct probe *probe);
void engine_unload(struct probe *probe);

/* Lets events flow, or stops them. */
int engine_enable(struct engine *e, bool on);

/* The rings' map file descriptors, options.rings of them; borrowed. */
const int *engine_rings(const struct engine *e);

/* What probe NUMBER lost so far, on all processors. */
int engine_losses(const struct engine *e, uint32_t number, struct loss_counters *sum);
/* Events lost that no later event on their processor has told about yet. */
int engine_pending(const struct engine *e, uint64_t *lost);
/* Runs of the probe's program that the kernel skipped. */
int engine_skipped(const struct probe *probe, uint64_t *runs);

/* How often the probe's program ran, and how long in all, in ns; counted while
 * the kernel's statistics of BPF programs are on. */
int engine_run_time(const struct probe *probe, uint64_t *runs, uint64_t *ns);

#endif
