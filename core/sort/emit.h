/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where what was sorted goes: as text or JSON, or to an event file, or both. */
#ifndef SORT_EMIT_H
#define SORT_EMIT_H

#include "core/convert/copy.h"
#include "core/input/own.h"
#include "core/report/show.h"
#include "core/sort/details.h"

#define EMIT_TARGETS 2

/* Bytes that emit_tracking() adds to an event. */
#define EMIT_ROOM (sizeof(struct retis_section) + sizeof(struct own_tracking))

struct emit_target {
	/* Text or JSON: it is appended to `text`. */
	struct show show;
	struct retis_text *text;
	/* Else an event file. */
	struct copy *copy;
};

struct emit {
	struct emit_target targets[EMIT_TARGETS];
	size_t n;
	/* Those of the input, and the section of sorted files. */
	struct registry registry;
	struct input_names names;
	uint16_t tracking;
	/* Goes into the events that it is about; NULL: nothing does. Borrowed. */
	const struct details *details;
	/* Events of this series so far. */
	uint64_t in_series;
};

void emit_init(struct emit *e);
void emit_fini(struct emit *e);
/* Text and COPY are borrowed. */
void emit_add_text(struct emit *e, const struct printer_options *options, struct retis_text *text);
void emit_add_file(struct emit *e, struct copy *copy);

/* Items refer to NAMES from here on. -ENOSPC: there are too many sections. */
int emit_learn(struct emit *e, const struct input_names *names);

/* Appends the section to EVENT, behind which are EMIT_ROOM bytes; other sections give
 * way to it if there is no room in the event. */
void emit_tracking(const struct emit *e, struct retis_event *event,
		   const struct own_tracking *tracking, uint32_t present);

/* A start, a loss or an event of no packet. 0 or a negative errno. */
int emit_alone(struct emit *e, const struct input_item *item);
/* Events of a series, then its end. */
int emit_event(struct emit *e, const struct retis_event *event);
int emit_series_end(struct emit *e);

#endif
