/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Events as a stream of tables. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <retis/arrow.h>

#include "core/arrow/table.h"
#include "core/library/private.h"

struct table_stream {
	struct retis_events *ev;
	struct table table;
	/* The event that was read to know the columns; NULL: none. */
	const struct retis_event *first;
};

/* 1: *EVENT is set; 0: the end; an error. */
static int next_table_event(struct table_stream *s, const struct retis_event **event)
{
	const struct retis_events_item *item;
	int got;

	if (s->first) {
		*event = s->first;
		s->first = NULL;
		return 1;
	}
	do {
		got = retis_events_next(s->ev, &item);
	} while (got > 0 && item->kind != RETIS_EVENTS_EVENT);
	if (got > 0)
		*event = item->event;
	return got;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
	struct table_stream *s = stream->private_data;

	return -column_export_schema(&s->table.root, out);
}

static int get_batch(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
	struct table_stream *s = stream->private_data;
	struct retis_events *ev = s->ev;
	const struct retis_event *event;
	int err = 0;

	while (!err && !table_is_full(&s->table)) {
		err = next_table_event(s, &event);
		if (err <= 0)
			break;
		err = table_put_event(&s->table, input_names(ev->input),
				      ev->has_offset ? &ev->clock_offset : NULL, event);
	}
	return err ? -err : -table_take_batch(&s->table, out);
}

static const char *get_error(struct ArrowArrayStream *stream)
{
	struct table_stream *s = stream->private_data;
	const char *error = retis_events_error(s->ev);

	return *error ? error : strerror(ENOMEM);
}

static void release_stream(struct ArrowArrayStream *stream)
{
	struct table_stream *s = stream->private_data;

	table_fini(&s->table);
	free(s);
	stream->release = NULL;
}

API int retis_events_arrow(struct retis_events *ev, struct ArrowArrayStream *out)
{
	struct table_stream *s = calloc(1, sizeof(*s));
	int got = s ? 0 : -ENOMEM;

	if (got)
		return got;
	s->ev = ev;
	got = next_table_event(s, &s->first);
	if (got >= 0)
		got = table_init(&s->table, input_names(ev->input));
	if (got < 0) {
		table_fini(&s->table);
		free(s);
		return got;
	}
	*out = (struct ArrowArrayStream){
		.get_schema = get_schema,
		.get_next = get_batch,
		.get_last_error = get_error,
		.release = release_stream,
		.private_data = s,
	};
	return 0;
}
