/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel side of a collection: the maps all probes share, and the programs
 * made by splicing hooks into templates. How they get attached is in attach.h.
 */
#ifndef CORE_PROBE_ENGINE_H
#define CORE_PROBE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <retis/plugin.h>

#include "bpf/shared.h"
#include "core/probe/chain.h"
#include "core/probe/probe.h"
#include "core/probe/splice.h"

struct engine;

/* What a packet must pass to be looked at, as subprograms: see bpf/slot.h. */
struct engine_filters {
	/* Both or none; `count` 0: none. */
	struct splice_code l2, l3;
	/* The same for what tunnels carry; not without the two above. */
	struct splice_code inner_l2, inner_l3;
	struct splice_code meta;
	/* There are conditions on calls, which are hooks of ENGINE_STAGE_FILTER. */
	bool call;
};

/* Of hooks that say whether a call is wanted, 1 or 0, for packets that are not tracked. */
#define ENGINE_STAGE_FILTER ((enum retis_stage)(RETIS_STAGE_STANDIN + 1))

struct engine_options {
	/* Kernel memory can be read directly. */
	bool direct;
	/* Probes there will be, those added later included. */
	size_t probes;
	/* Rings, and the size of each in bytes: a power of two, whole pages. */
	uint32_t rings;
	uint32_t ring_size;
	/* Events that may be built at once on a processor, up to SCRATCH_LEVELS. */
	uint32_t levels;
	/* Packets that can be tracked at one time; 0: they are not tracked. */
	uint32_t track_size;
	/* Some ends of packets are not seen: the oldest make room for new ones, and what was
	 * not seen for a while is taken for another one. */
	bool track_loosely;
	/* Some functions are windows for what they call. */
	bool windows;
	/* The packet filter is about VLAN tags, that for what tunnels carry is. */
	bool filter_tags;
	bool inner_tags;
	/* Of so many packets one is wanted; 0: all. And events a second; 0: all. */
	uint32_t sample_of;
	uint64_t rate_limit;
	/* Some of the probes are at returns of functions. */
	bool returns;
	/* All events carry a stack trace, whatever their probes say. */
	bool stacks;
	/* Number of the section type for stack traces. */
	uint16_t stack_section;
	/* Borrowed; NULL: all packets. */
	const struct engine_filters *filters;
};

/* One hook of one probe: its instructions (borrowed), and for each argument it asks for the
 * index of that of the probe, or -1. */
struct engine_hook {
	const struct splice_code *code;
	enum retis_stage stage;
	bool decides;
	uint32_t n_args;
	int args[RETIS_HOOK_ARGS];
};

#define ENGINE_WHY_SIZE 512

/* On failure a sentence is in WHY (ENGINE_WHY_SIZE bytes). */
int engine_open(const struct engine_options *options, struct engine **out, char *why);
/* Also detaches and unloads everything. Accepts NULL. */
void engine_free(struct engine *e);

/* The hooks that PROBE calls, copied; instead of those of before. Without any it just
 * tracks packets. -ENOMEM. */
int engine_plan(struct engine *e, const struct probe *probe, const struct engine_hook *hooks,
		size_t n);
/* It is to be attached. */
bool engine_planned(const struct engine *e, const struct probe *probe);

/* The instructions of hook INDEX of PROBE, as planned; NULL: there are fewer. */
const struct splice_code *engine_hook_code(const struct engine *e, const struct probe *probe,
					   size_t index);
/* Loads the program with hook INDEX alone and throws it away: does the kernel
 * take it? 0, or as it says in WHY. */
int engine_try_hook(struct engine *e, const struct probe *probe, enum backend backend, size_t index,
		    char *why);

/* COLLECT_WAITING, COLLECT_ON or COLLECT_OVER. */
void engine_phase(struct engine *e, uint32_t phase);
/* Where who empties the rings says that it sleeps, see struct collect_state; borrowed. */
uint32_t *engine_asleep(struct engine *e);

/* The rings' map file descriptors, options.rings of them; borrowed. */
const int *engine_rings(const struct engine *e);

/* What probe NUMBER lost so far, on all processors. */
int engine_losses(const struct engine *e, uint32_t number, struct loss_counters *sum);
/* Events lost that no later event on their processor has told about yet. */
int engine_pending(const struct engine *e, uint64_t *lost);

/* Packets that are tracked now. */
size_t engine_tracked(const struct engine *e);
/* Calls SEE for each of them, until it returns something else than 0, which is returned. One
 * that gets another head meanwhile may be missed; a copy of its entry may be of two packets,
 * while one makes room for the other. */
int engine_each_tracked(const struct engine *e,
			int (*see)(void *arg, const struct retis_packet *packet), void *arg);

/* A program that serves several probes tells what it tells through one of them;
 * this is how many it speaks for: 0 for the others. */
size_t engine_speaks_for(const struct engine *e, const struct probe *probe);
/* Runs of the probe's program that the kernel skipped. */
int engine_skipped(const struct engine *e, const struct probe *probe, uint64_t *runs);
/* How often the probe's program ran, and how long in all, in ns; counted while
 * the kernel's statistics of BPF programs are on. */
int engine_run_time(const struct engine *e, const struct probe *probe, uint64_t *runs,
		    uint64_t *ns);

#endif
