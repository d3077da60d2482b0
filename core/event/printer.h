/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Events as people and programs read them. One printer per thread; it allocates
 * when it learns about probes, and once for texts that may come again.
 */
#ifndef EVENT_PRINTER_H
#define EVENT_PRINTER_H

#include <stdbool.h>
#include <stdint.h>

#include <retis/section.h>

#include "core/event/probe_text.h"
#include "core/event/record.h"
#include "core/event/registry.h"
#include "core/event/role.h"
#include "core/event/text_cache.h"
#include "core/event/timestamp.h"

enum printer_layout {
	PRINTER_MULTI_LINE = 0,
	PRINTER_SINGLE_LINE,
};

struct printer_options {
	enum printer_layout layout;
	/* One JSON object a line; the other options don't matter then. */
	bool json;
	/* Print UTC: `clock_offset` is CLOCK_REALTIME - CLOCK_MONOTONIC, ns. */
	bool utc;
	int64_t clock_offset;
	/* Link-layer details are wanted. */
	bool link_layer;
};

/* An event's place in a series of events of one packet (`retis sort`). */
enum printer_series {
	/* In no series. */
	PRINTER_ALONE = 0,
	PRINTER_FIRST,
	PRINTER_NEXT,
};

/* How to print the section that holds stack traces: an array of u64 addresses,
 * innermost first. It belongs to `kernel`, whatever its type's order. */
struct printer_stack {
	/* Its number. */
	uint16_t section;
	/* Appends "SYMBOL+0xOFFSET", or "0xADDRESS". */
	void (*frame)(const void *arg, uint64_t address, struct retis_text *out);
	/* How many of N addresses at FRAMES to leave out, from the innermost
	 * on; NULL: none. */
	uint32_t (*skip)(const void *arg, const uint64_t *frames, uint32_t n);
	const void *arg;
};

struct printer {
	/* Borrowed, and `stack` may be NULL. Both may be set at any time. */
	const struct registry *registry;
	const struct printer_stack *stack;
	struct printer_options options;
	struct probe_texts probes;
	/* NULL: none yet. */
	struct text_cache *texts;
	struct timestamp_cache clock;
	/* Where sections say how deep a call is; of a registry with that many types. */
	struct roles roles;
	uint16_t roles_of;
};

/* Never fails; printer_fini() is needed once printer_set_probes() was called. */
void printer_init(struct printer *p, const struct registry *registry,
		  const struct printer_options *options);
void printer_fini(struct printer *p);

/* The probes of this collection by number; replaces those of before, keeps them
 * if it fails. -ENOMEM. */
int printer_set_probes(struct printer *p, const struct retis_file_probe *const *probes, size_t n);

/*
 * Appends one event and what goes between events. 0, or -ENOSPC if `out` could
 * not hold it; then `out` is as before. Overwrites out->indent and multi_line.
 */
int printer_event(struct printer *p, const struct record *record, enum printer_series series,
		  struct retis_text *out);

/* Appends the text of one section; whether it had something to say. */
bool printer_section(const struct retis_section_type *type, const struct retis_view *view,
		     bool link_layer, struct retis_text *out);

/* Ends a series. */
void printer_series_end(const struct printer *p, struct retis_text *out);

static inline bool printer_is_stack(const struct printer *p, uint16_t number)
{
	return p->stack && p->stack->section == number;
}

/* Files of others have events without a task, or without a probe. */
static inline bool printer_has_task(const struct printer *p, const struct retis_event *event)
{
	const struct probe_text *probe = probe_text_get(&p->probes, event->probe);
	bool kernel = event->probe != RECORD_NO_PROBE && !(probe && probe->userspace);

	return kernel || event->comm[0];
}

/* The addresses to print of the stack trace, and their number. */
static inline uint32_t printer_stack_frames(const struct printer *p, const struct record *record,
					    const uint64_t **frames)
{
	const struct retis_view *view = p->stack ? record_view(record, p->stack->section) : NULL;
	uint32_t n = view ? view->length / sizeof(**frames) : 0, skip = 0;

	if (n && p->stack->skip)
		skip = p->stack->skip(p->stack->arg, view->data, n);
	/* Nothing is left: better everything. */
	if (skip >= n)
		skip = 0;
	*frames = n ? (const uint64_t *)view->data + skip : NULL;
	return n - skip;
}

#endif
