/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries come in order, and go out as series: those that are wanted. */
#ifndef SORT_OUTPUT_H
#define SORT_OUTPUT_H

#include "core/sort/sort.h"
#include "core/sort/starts.h"
#include "core/sort/story.h"

struct sort_output {
	const struct sort_options *options;
	struct select *select;
	struct emit *emit;
	struct story story;
	struct story_needs needs;
	struct latency latency;
	/* Borrowed. */
	struct starts *starts;
	/* Series by their time, when those that took longest come first. */
	struct store ranked;
	uint64_t series;
};

void sort_output_init(struct sort_output *o, const struct sort_options *options,
		      struct select *select, struct emit *emit);
void sort_output_fini(struct sort_output *o);

/* What events refer to, and what was lost; borrowed. Before the first entry. */
int sort_output_begin(struct sort_output *o, const struct input_names *names, struct holes *holes,
		      struct starts *starts);
/* 0, what went_out() said, or a negative errno. */
int sort_output_entry(struct sort_output *o, const struct entry *e);
int sort_output_end(struct sort_output *o);

#endif
