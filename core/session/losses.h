/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What got lost, from the kernel's counters to sentences. */
#ifndef CORE_SESSION_LOSSES_H
#define CORE_SESSION_LOSSES_H

#include <stdint.h>

#include <retis/reader.h>

#include "core/load/loaded.h"

/* A record in the ring has a header of that many bytes (kernel/bpf/ringbuf.c). */
#define RING_HEADER 8

struct losses {
	/* Both borrowed. */
	const struct plan *plan;
	const struct loaded *loaded;
	/* What the last look found, per probe of the plan. */
	struct loss_counters *seen;
	uint64_t *skipped;
	/* Events lost so far, and of those the ones that found a ring full. */
	uint64_t events;
	uint64_t ring_full;
	/* Sections that found no room in their event. */
	uint64_t sections;
	/* Packets that were not tracked, and ends or changes of packets not seen. */
	uint64_t untracked;
	uint64_t unseen;
	/* What the last look found of them: events and sections, packets, what plugins
	 * count. */
	uint64_t more, more_untracked, more_counted;
	/* What the last look found, to go into the stream of events, and when
	 * it was. */
	struct retis_loss *records;
	size_t n_records;
	size_t room_records;
	uint64_t looked;
	/* Bytes that found rings full since the last look that saw no such
	 * loss, and the most of it so far. */
	uint64_t run_bytes;
	uint64_t worst_bytes;
};

int losses_init(struct losses *l, const struct plan *plan, const struct loaded *loaded);
void losses_fini(struct losses *l);

/* Looks at all counters; returns how many more events, sections and packets are lost,
 * or a negative errno. */
int64_t losses_look(struct losses *l);

/* What the last look found, what is lost so far and what to do about it. */
void losses_warn(const struct losses *l);

/* At the end: a line per probe and cause, and the total. */
void losses_report(const struct losses *l);

#endif
