/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * libretis: events of any file that retis reads (its own, upstream's JSON lines and
 * sorted files, sets of rotated ones), with values, JSON and text of them.
 *
 *   struct retis_events *ev;
 *   const struct retis_events_item *item;
 *   int got = retis_events_open("retis.data", NULL, &ev);
 *
 *   while (!got && (got = retis_events_next(ev, &item)) > 0)
 *           ... look at item->kind ...
 *   if (got < 0)
 *           fprintf(stderr, "%s\n", retis_events_error(ev));
 *   retis_events_close(ev);
 *
 * <retis/reader.h> is about files of our own, and less of a machine; what it promises about
 * hostile files, memory, threads and errors holds here as well.
 */
#ifndef RETIS_EVENTS_H
#define RETIS_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <retis/reader.h>
#include <retis/value.h>

#ifdef __cplusplus
extern "C" {
#endif

struct retis_events;

enum retis_events_kind {
	/* A file (or what was appended to one) starts: all names are new. */
	RETIS_EVENTS_START = 1,
	RETIS_EVENTS_EVENT,
	/* The events since RETIS_SERIES_FIRST are all of a series. */
	RETIS_EVENTS_SERIES_END,
	RETIS_EVENTS_LOSS,
};

/* An event's place among those of one packet, in sorted files. */
enum retis_events_series {
	RETIS_SERIES_NONE = 0,
	RETIS_SERIES_FIRST,
	RETIS_SERIES_NEXT,
};

/* Valid until the next call of retis_events_next(). The pointer of its kind is set. */
struct retis_events_item {
	enum retis_events_kind kind;
	enum retis_events_series series;
	const struct retis_start *start;
	const struct retis_event *event;
	const struct retis_loss *loss;
};

struct retis_events_options {
	/* sizeof(struct retis_events_options). */
	uint32_t size;
	/* Go on with the files of a rotated set that come behind this one. */
	bool range;
	/* Directories with plugins, and how many: sections of upstream's files get their
	 * types from there, and all sections their text. Files that others could have
	 * changed are not loaded. */
	const char *const *plugin_dirs;
	size_t n_plugin_dirs;
	/* Gets a line on each thing that could not be read and was skipped. May be NULL. */
	void (*tell)(void *arg, const char *line);
	/* Called from retis_events_next() before a file's names end, for those that keep
	 * its events: a last chance to ask for what they refer to. May be NULL. */
	void (*ending)(void *arg);
	void *arg;
};

/* OPTIONS may be NULL. *OUT is set even if it fails (except for -ENOMEM, then it is NULL),
 * for the error text; it must be closed in any case. */
int retis_events_open(const char *path, const struct retis_events_options *options,
		      struct retis_events **out);
/* Accepts NULL. */
void retis_events_close(struct retis_events *ev);

/* 1: *ITEM is set; 0: the end; a negative errno. */
int retis_events_next(struct retis_events *ev, const struct retis_events_item **item);
/* Leaves out what is older than TIMESTAMP where that saves reading it; older ones may come. */
void retis_events_seek(struct retis_events *ev, uint64_t timestamp);
/* What went wrong last. */
const char *retis_events_error(const struct retis_events *ev);
/* Does the file hold series? Known from the first event on. */
bool retis_events_sorted(const struct retis_events *ev);

/* --- what events refer to --------------------------------------------------- */

/*
 * All of these are about the file of the last item. Pointers stay valid as long as the
 * generation is the same; with a new one there may be more of everything.
 */
uint32_t retis_events_generation(const struct retis_events *ev);

/* Types of sections by number, as in struct retis_section.type, and how many; NULL: none. */
uint32_t retis_events_n_sections(const struct retis_events *ev);
const struct retis_section_type *retis_events_section(const struct retis_events *ev,
						      uint32_t number);
/* The one of stack traces, which belong to `kernel`; UINT32_MAX: there is none. */
uint32_t retis_events_stack(const struct retis_events *ev);
/* In order of JSON: the number that comes at INDEX, below n_sections. */
uint32_t retis_events_by_rank(const struct retis_events *ev, uint32_t index);
/* False: there is none of that number. */
bool retis_events_probe(const struct retis_events *ev, uint32_t number,
			struct retis_file_probe *probe);

/* --- an event, of this stream and file -------------------------------------- */

/* A view of the section SECTION of EVENT, to read values with. */
void retis_events_view(const struct retis_events *ev, const struct retis_event *event,
		       const struct retis_section *section, struct retis_view *view);
/* The same of what each event has, `common`; its fields, and how many. */
const struct retis_field *retis_events_common(const struct retis_events *ev,
					      const struct retis_event *event,
					      struct retis_view *view, uint32_t *n_fields);

enum retis_events_text {
	RETIS_TEXT_SINGLE_LINE = 1 << 0,
	/* Times are UTC instead of since boot, if the file says how. */
	RETIS_TEXT_UTC = 1 << 1,
	RETIS_TEXT_LINK_LAYER = 1 << 2,
};

/*
 * JSON (one line), and text as "retis print" has it, without line end, lent until the next
 * call of these. ITEM may be made by the caller of a copy of an event, and is no series' end.
 * -ENOMEM; -EBADMSG: not an event.
 */
int retis_events_json(struct retis_events *ev, const struct retis_events_item *item,
		      const char **text, size_t *length);
int retis_events_print(struct retis_events *ev, const struct retis_events_item *item,
		       uint32_t flags, const char **text, size_t *length);
/* The text of one section; "" if it has none. */
int retis_events_print_section(struct retis_events *ev, const struct retis_event *event,
			       const struct retis_section *section, uint32_t flags,
			       const char **text, size_t *length);

#ifdef __cplusplus
}
#endif

#endif
