/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Prints what comes out of an input. */
#ifndef REPORT_SHOW_H
#define REPORT_SHOW_H

#include "core/event/record.h"
#include "core/input/input.h"

struct show {
	struct printer printer;
	struct record record;
	/* Of the names that the printer knows. */
	uint32_t generation;
	bool utc;
	/* Events that could not be printed. */
	uint64_t bad;
};

void show_init(struct show *s, const struct printer_options *options);
void show_fini(struct show *s);

/* Appends an item, which refers to NAMES. -ENOMEM. */
int show_named_item(struct show *s, const struct input_names *names, const struct input_item *item,
		    struct retis_text *out);
/* One that has just come from IN. */
int show_item(struct show *s, const struct input *in, const struct input_item *item,
	      struct retis_text *out);

#endif
