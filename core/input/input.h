/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What people give us to read: event files of ours, upstream's JSON lines and
 * sorted files, alone, rotated or from a pipe, told apart by their content. All
 * of it comes out as wire events, with what is needed to print them.
 *
 * What can't be read is logged, with its place, and skipped.
 */
#ifndef INPUT_INPUT_H
#define INPUT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <retis/reader.h>

#include "core/event/printer.h"
#include "core/event/probe_text.h"
#include "core/event/registry.h"

struct plugins;
struct input;
struct names;

enum input_kind {
	/* A file (or what was appended to one) starts. */
	INPUT_START = 1,
	INPUT_EVENT,
	/* The events since PRINTER_FIRST are all of a series. */
	INPUT_SERIES_END,
	INPUT_LOSS,
};

/* Valid until the next call. */
struct input_item {
	enum input_kind kind;
	const struct retis_start *start;
	/* The file says how to get from its timestamps to UTC. */
	bool has_offset;
	const struct retis_event *event;
	enum printer_series series;
	const struct retis_loss *loss;
};

enum input_format {
	INPUT_RETIS = 1,
	INPUT_JSON,
};

/* What the events of the moment refer to. */
struct input_names {
	/* Raised when something here has changed; the registry's entries of
	 * before stay, unless an INPUT_START comes with it. */
	uint32_t generation;
	const struct registry *registry;
	/* May be NULL. */
	const struct printer_stack *stack;
	/* By probe number. */
	const struct retis_file_probe *const *probes;
	size_t n_probes;
	/* Of what is read: symbols of addresses, and names made at run time one by one. May be
	 * NULL. */
	const struct names *all;
	/* Names made at run time; there may be more after each event. */
	const struct retis_names *names;
};

/* Which events come out: only those. */
struct input_filter {
	/* What input_names() says has changed, or is new. A negative errno after logging
	 * why ends reading; what the first file of ours is wrong for is said by
	 * input_open(). */
	int (*learn)(void *arg, const struct input *in);
	/* 1 or 0; a negative errno ends reading. */
	int (*wants)(void *arg, const struct retis_event *event);
	/* Are there any such from FIRST to LAST (ns)? May be NULL. */
	bool (*may_want)(void *arg, uint64_t first, uint64_t last);
	void *arg;
};

struct input_options {
	/* Borrowed; for the types of sections and their printers. */
	const struct plugins *plugins;
	/* Borrowed. NULL: all events are wanted. */
	const struct input_filter *filter;
	/* Wait for more at the end. The next file of a rotated set counts as
	 * more. */
	bool follow;
	/* Sections that print in generic text for want of a plugin get a note. */
	bool notes;
	/* No word about what can't be read: the same is read once more. */
	bool quiet;
	/* Read the files of a rotated set that come behind this one too. */
	bool range;
	/* Called when the first file is open and nothing of it was read. A
	 * negative errno after logging why ends it. May be NULL. */
	int (*opened)(void *arg);
	/* Called before reading has to wait, from within input_next(). May be
	 * NULL. */
	void (*idle)(void *arg);
	/* Called before names end, see struct input_names, while they still hold. May be
	 * NULL. */
	void (*ending)(void *arg);
	/* For all of them. */
	void *arg;
	/* After that the process gives up all privileges, but for reading the
	 * next files of a set where only they can. */
	bool confine;
	/* And with them opening files for writing. */
	bool reads_only;
};

struct input_totals {
	/* Bytes that were read, and the events' bytes when decompressed. */
	uint64_t bytes;
	uint64_t raw;
	/* Of `bytes`, the events; 0 if they are not compressed. */
	uint64_t stored;
	/* Lines, blocks or parts of events that could not be read. */
	uint64_t bad;
	/* The writer came to its end; always so for JSON. */
	bool complete;
};

/* NAME: a path, or "-". A negative errno after logging why. */
int input_open(const char *name, const struct input_options *options, struct input **out);
/* The regular file FD, which stays the caller's, from its start; nobody else may read from
 * it meanwhile. For messages it is called NAME. */
int input_open_fd(int fd, const char *name, const struct input_options *options,
		  struct input **out);
/* A descriptor for that, of the file that is being read; -ESPIPE: it can be read once
 * only. */
int input_dup(const struct input *in);
/* Accepts NULL. */
void input_close(struct input *in);
/* Back to the start of the first file. -ESPIPE without a word: it can be read once only;
 * another negative errno after logging why. */
int input_rewind(struct input *in);

/* 1: *ITEM is set; 0: the end; -EAGAIN: nothing more yet (follow); another
 * negative errno after logging why, but -EINTR without a word: a signal came, or nothing
 * that is wanted for a while. */
int input_next(struct input *in, struct input_item *item);

/* Leaves out what is older than TIMESTAMP, where that saves reading it; older
 * events may come all the same. */
void input_seek(struct input *in, uint64_t timestamp);

const struct input_names *input_names(const struct input *in);
enum input_format input_format(const struct input *in);
void input_totals(const struct input *in, struct input_totals *totals);
/* Without the file that the last item was the first of. */
void input_totals_before(const struct input *in, struct input_totals *totals);

#endif
