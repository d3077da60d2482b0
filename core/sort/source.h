/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the events of one file refer to, and how they print as a part of series. */
#ifndef SORT_SOURCE_H
#define SORT_SOURCE_H

#include "core/input/input.h"
#include "core/input/own.h"
#include "core/input/startup.h"
#include "core/sort/identity.h"

struct source {
	/* Borrowed; it grows while the file is read. */
	const struct input_names *names;
	/* NULL: the file has none. */
	struct startup *start;
	bool utc;
	struct identity_finder finder;
	uint32_t generation;
	/* For printing: the file's sections, and `tracking`. */
	struct registry registry;
	uint16_t tracking;
	struct printer printer;
	bool ready;
};

/* START may be NULL. NULL: no memory. */
struct source *source_create(const struct input_names *names, const struct input_item *start,
			     const struct printer_options *display);
/* Accepts NULL. */
void source_destroy(struct source *s);

/* Whether the event says which packet it is about. */
bool source_identify(struct source *s, const struct record *record, struct identity *out);

/* All of the file was read. -ENOMEM. */
int source_prepare(struct source *s);
/* Append; need source_prepare(). PLACE: whose event it is, and which one; NULL:
 * it is in none. False: it can't be printed. */
bool source_print_event(struct source *s, struct record *record, const struct tracking *place,
			struct retis_text *out);
void source_print_start(struct source *s, struct retis_text *out);
void source_print_loss(struct source *s, const struct retis_loss *loss, struct retis_text *out);

#endif
