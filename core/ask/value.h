/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One event, and single values of it, as filters on files see them. */
#ifndef ASK_VALUE_H
#define ASK_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/event/record.h"
#include "core/input/input.h"

/* The longest text that comes out of JSON. */
#define ASK_TEXT_MAX 1024

/* An event, taken apart when that is needed. */
struct ask_event {
	/* Both borrowed. */
	const struct input_names *names;
	const struct retis_event *event;
	bool parsed;
	bool bad;
	struct record record;
	/* For values that are written differently. */
	char text[ASK_TEXT_MAX];
};

void ask_event_set(struct ask_event *e, const struct input_names *names,
		   const struct retis_event *event);
/* NULL: it can't be read. */
const struct record *ask_event_record(struct ask_event *e);

enum ask_kind {
	ASK_ABSENT,
	/* Something that is compared to nothing. */
	ASK_THERE,
	/* Zero counts as nothing. */
	ASK_NUMBER,
	/* It does not; both may have a name in `text`, else NULL. */
	ASK_ENUM,
	ASK_TEXT,
	/* In network byte order. */
	ASK_ADDRESS,
};

struct ask_value {
	enum ask_kind kind;
	uint64_t number;
	bool is_signed;
	const char *text;
	/* Of the text or the address at `bytes`. */
	size_t length;
	const uint8_t *bytes;
};

/* Element INDEX (of what is no array: 0) of the field, in a section that has it. */
void ask_field_value(const struct retis_field *f, const struct retis_view *view, uint32_t index,
		     struct ask_value *out);

/* What JSON text says behind a path of N names; the rest as above. */
struct meta_step;
void ask_json_value(struct ask_event *e, const struct retis_view *view, const struct retis_field *f,
		    const struct meta_step *steps, size_t n, uint32_t index, struct ask_value *out);

/* What the program itself knows of an event: a field of `common`, `kernel` and
 * `userspace`. */
typedef void ask_own(struct ask_event *e, struct ask_value *out);

/* GROUP.FIELD, as the schema has them; NULL: it can't be asked for. */
ask_own *ask_own_find(const char *group, const char *field);
/* That group is there. */
bool ask_own_there(const struct ask_event *e, const char *group);
/* Is it the time? It is a matter of the probe alone? */
bool ask_own_is_time(ask_own *own);
bool ask_own_is_probe(ask_own *own);

#endif
