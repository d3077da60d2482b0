/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts what comes out of an input, and prints a block for each file. */
#ifndef REPORT_STATS_H
#define REPORT_STATS_H

#include "core/input/input.h"
#include "core/util/intern.h"

struct stats_count {
	/* Number of the name it is counted under. */
	uint32_t name;
	uint64_t events;
	/* Payload, in bytes. */
	uint64_t bytes;
};

/* Losses of one cause at one probe. */
struct stats_loss {
	uint16_t cause;
	/* Number of the probe's name plus one; 0: of no probe. */
	uint32_t probe;
	uint64_t count;
};

struct stats_host {
	/* Number of its text plus one; 0: not seen. */
	uint32_t name;
	uint64_t events;
	uint64_t lost;
};

#define STATS_LOSSES_MAX 1024

/* All zero: nothing was seen. */
struct stats {
	/* Names of probes and sections; they last longer than what has them. */
	struct intern names;
	/* By the numbers of the moment. */
	struct stats_count *probes;
	size_t n_probes;
	struct stats_count sections[REGISTRY_MAX];
	uint32_t plugins[REGISTRY_MAX];
	uint16_t n_sections;
	struct stats_loss losses[STATS_LOSSES_MAX];
	size_t n_losses;
	/* By number; what a file of one host has is in none. */
	struct stats_host hosts[RETIS_HOSTS_MAX + 1];
	uint32_t generation;
	/* There was no memory for a name. */
	bool failed;
	/* Of this file. */
	bool any;
	bool utc;
	int64_t clock_offset;
	uint64_t events;
	uint64_t series;
	uint64_t uncounted;
	uint64_t first;
	uint64_t last;
	uint64_t raw;
	/* What earlier files had. */
	struct input_totals before;
};

void stats_fini(struct stats *s);

/* Counts; the blocks of files that are complete are appended. -ENOMEM. */
int stats_item(struct stats *s, const struct input *in, const struct input_item *item,
	       struct retis_text *out);
/* The last block. */
void stats_end(struct stats *s, const struct input *in, struct retis_text *out);

#endif
