/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events in the order of packets: what one packet went through is a series. All events
 * are held until the end of the input, in memory or in a temporary file, so that no
 * series is cut.
 */
#ifndef SORT_SORT_H
#define SORT_SORT_H

#include "core/sort/source.h"
#include "core/sort/spill.h"

struct sort {
	struct spill spill;
	struct printer_options display;
	struct source **sources;
	size_t n_sources;
	struct record record;
	/* Events, and those that say which packet they are about. */
	uint64_t events, tracked;
	/* Could not be read or printed. */
	uint64_t bad;
	/* The series of the last event that was printed. */
	bool open;
	struct spill_key key;
	struct tracking place;
};

/* -ENOMEM. */
int sort_init(struct sort *s, const struct printer_options *display);
void sort_fini(struct sort *s);

/*
 * Takes an item; the input must keep its names. 0, -EALREADY: the input is sorted,
 * -EXDEV: files were joined to this one, -ENOMEM, or what came of spilling.
 */
int sort_take(struct sort *s, const struct input *in, const struct input_item *item);

/* All were taken. */
int sort_finish(struct sort *s);
/* Appends what comes next. 1; 0: the end; a negative errno. */
int sort_next(struct sort *s, struct retis_text *out);

#endif
