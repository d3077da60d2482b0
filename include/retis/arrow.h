/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * libretis: events as a table, through the Arrow C data and stream interfaces
 * (https://arrow.apache.org/docs/format/CDataInterface.html).
 */
#ifndef RETIS_ARROW_H
#define RETIS_ARROW_H

#include <stdint.h>

#include <retis/events.h>

#ifdef __cplusplus
extern "C" {
#endif

/* As these interfaces define them, for all who include a copy. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
	const char *format;
	const char *name;
	const char *metadata;
	int64_t flags;
	int64_t n_children;
	struct ArrowSchema **children;
	struct ArrowSchema *dictionary;
	void (*release)(struct ArrowSchema *);
	void *private_data;
};

struct ArrowArray {
	int64_t length;
	int64_t null_count;
	int64_t offset;
	int64_t n_buffers;
	int64_t n_children;
	const void **buffers;
	struct ArrowArray **children;
	struct ArrowArray *dictionary;
	void (*release)(struct ArrowArray *);
	void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
	int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
	int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
	const char *(*get_last_error)(struct ArrowArrayStream *);
	void (*release)(struct ArrowArrayStream *);
	void *private_data;
};

#endif

/*
 * Makes *OUT a stream of what EV has not read yet, in batches of bounded size. Until
 * it is released EV must stay open, and nobody else may read from it. Reads up to the first
 * event: the columns are `time` (UTC), `common`, `kernel`, `userspace`, and a group for each
 * section that the file at hand or a plugin describes; sections that come up later are left out.
 * Strings of few values are dictionaries of their batch. -ENOMEM, and what retis_events_next()
 * says.
 */
int retis_events_arrow(struct retis_events *ev, struct ArrowArrayStream *out);

#ifdef __cplusplus
}
#endif

#endif
