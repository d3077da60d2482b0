/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Events as a stream of tables. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <retis/arrow.h>

#include "core/arrow/column.h"
#include "core/event/common.h"
#include "core/library/private.h"

/* Rows of a batch, and the bytes of events after which it is full as well. */
#define BATCH_ROWS 16384
#define BATCH_BYTES (16u << 20)

enum fixed_column { COLUMN_TIME, COLUMN_COMMON, COLUMN_KERNEL, COLUMN_USERSPACE, FIXED_COLUMNS };

struct table {
	struct retis_events *ev;
	struct column root;
	/* The event that was read to know the columns; NULL: none. */
	const struct retis_event *first;
	uint32_t generation;
	/* By number of section, the child of root; 0: none. */
	uint16_t columns[REGISTRY_MAX];
};

/* --- columns ---------------------------------------------------------------- */

static struct column *add_group(struct table *t, const char *name)
{
	struct column *c = column_add_child(&t->root);

	return c && !column_init(c, name, COLUMN_GROUP, "+s", 0) ? c : NULL;
}

static int add_probe_group(struct table *t, const char *name)
{
	static const char *const members[] = { "symbol", "probe_type" };
	struct column *c = add_group(t, name);
	int err = c ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < 2; i++) {
		struct column *member = column_add_child(c);

		err = member ? column_init(member, members[i], COLUMN_WORD, "i", sizeof(int32_t))
			     : -ENOMEM;
	}
	return err;
}

static int add_section_groups(struct table *t)
{
	uint32_t stack = retis_events_stack(t->ev);
	int err = 0;

	for (uint32_t i = 0; !err && i < retis_events_n_sections(t->ev); i++) {
		uint32_t number = retis_events_by_rank(t->ev, i);
		const struct retis_section_type *type = retis_events_section(t->ev, number);
		struct column *c = number == stack ? NULL : add_group(t, type->name);

		if (number != stack)
			err = c ? column_add_fields(c, type->fields, type->n_fields) : -ENOMEM;
	}
	return err;
}

static int make_columns(struct table *t)
{
	struct column *c;
	int err = column_init(&t->root, "", COLUMN_GROUP, "+s", 0);

	c = err ? NULL : column_add_child(&t->root);
	err = c ? column_init(c, "time", COLUMN_FIXED, "tsn:UTC", sizeof(int64_t)) : -ENOMEM;
	c = err ? NULL : add_group(t, "common");
	err = c ? column_add_fields(c, common_fields, COMMON_FIELDS) : -ENOMEM;
	if (!err)
		err = add_probe_group(t, "kernel");
	if (!err)
		err = add_probe_group(t, "userspace");
	return err ? err : add_section_groups(t);
}

/* Sections of the file at hand to columns, by name. */
static void map_sections(struct table *t)
{
	if (t->generation == retis_events_generation(t->ev))
		return;
	t->generation = retis_events_generation(t->ev);
	memset(t->columns, 0, sizeof(t->columns));
	column_forget_fields(&t->root);
	for (uint32_t i = 0; i < retis_events_n_sections(t->ev); i++) {
		const struct retis_section_type *type = retis_events_section(t->ev, i);

		for (uint32_t c = FIXED_COLUMNS; c < t->root.n_children; c++) {
			if (!strcmp(t->root.children[c].name, type->name))
				t->columns[i] = (uint16_t)c;
		}
	}
}

/* --- rows ------------------------------------------------------------------- */

static int put_row_time(struct table *t, const struct retis_event *event)
{
	int64_t utc = (int64_t)(event->timestamp + (uint64_t)t->ev->clock_offset);
	struct column *c = &t->root.children[COLUMN_TIME];
	int err = column_pad(c, t->root.length);

	/* Null where it is not known. */
	return err || !t->ev->has_offset ? err : column_put_fixed(c, &utc);
}

static int put_common_group(struct table *t, const struct retis_event *event)
{
	struct retis_view view;
	uint32_t n;
	const struct retis_field *fields = retis_events_common(t->ev, event, &view, &n);

	/* Files of many hosts become one table: it has the host of each event, if the file says it.
	 */
	view.present |= 1u << (COMMON_HOST - 1);
	/* Each event has it. */
	return column_put_fields(&t->root.children[COLUMN_COMMON], fields, n, &view);
}

static int put_probe_group(struct table *t, const struct retis_event *event)
{
	struct retis_file_probe probe;
	struct column *c;
	int err;

	if (!retis_events_probe(t->ev, event->probe, &probe))
		return 0;
	c = &t->root.children[probe.path ? COLUMN_USERSPACE : COLUMN_KERNEL];
	err = column_pad(c, t->root.length);
	for (uint32_t i = 0; !err && i < 2; i++) {
		const char *text = i ? probe.type : probe.symbol;

		err = column_pad(&c->children[i], c->length);
		if (!err)
			err = column_put_text(&c->children[i], text, strlen(text));
	}
	return err ? err : column_put_row(c);
}

static int put_section_group(struct table *t, const struct retis_event *event,
			     const struct retis_section *s)
{
	uint16_t child = s->type < REGISTRY_MAX ? t->columns[s->type] : 0;
	struct column *c = &t->root.children[child];
	const struct retis_section_type *type;
	struct retis_view view;
	int err;

	/* None, or a second one. */
	if (!child || c->length > t->root.length)
		return 0;
	type = retis_events_section(t->ev, s->type);
	retis_events_view(t->ev, event, s, &view);
	err = column_pad(c, t->root.length);
	return err ? err : column_put_fields(c, type->fields, type->n_fields, &view);
}

static int put_event_row(struct table *t, const struct retis_event *event)
{
	const struct retis_section *s = NULL;
	int err;

	map_sections(t);
	err = put_row_time(t, event);
	if (!err)
		err = put_common_group(t, event);
	if (!err)
		err = put_probe_group(t, event);
	while (!err && (s = retis_section_next(event, s)))
		err = put_section_group(t, event, s);
	return err ? err : column_put_row(&t->root);
}

/* --- the stream ------------------------------------------------------------- */

/* 1: *EVENT is set; 0: the end; an error. */
static int next_table_event(struct table *t, const struct retis_event **event)
{
	const struct retis_events_item *item;
	int got;

	if (t->first) {
		*event = t->first;
		t->first = NULL;
		return 1;
	}
	do {
		got = retis_events_next(t->ev, &item);
	} while (got > 0 && item->kind != RETIS_EVENTS_EVENT);
	if (got > 0)
		*event = item->event;
	return got;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
	struct table *t = stream->private_data;

	return -column_export_schema(&t->root, out);
}

static int get_batch(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
	struct table *t = stream->private_data;
	const struct retis_event *event;
	size_t bytes = 0;
	int got = 1, err = 0;

	while (!err && t->root.length < BATCH_ROWS && bytes < BATCH_BYTES) {
		got = next_table_event(t, &event);
		if (got <= 0)
			break;
		bytes += event->size;
		err = put_event_row(t, event);
	}
	if (!err && got < 0)
		err = got;
	if (err)
		return -err;
	*out = (struct ArrowArray){ 0 };
	return t->root.length ? -column_take_array(&t->root, out) : 0;
}

static const char *get_error(struct ArrowArrayStream *stream)
{
	struct table *t = stream->private_data;
	const char *error = retis_events_error(t->ev);

	return *error ? error : strerror(ENOMEM);
}

static void release_stream(struct ArrowArrayStream *stream)
{
	struct table *t = stream->private_data;

	column_fini(&t->root);
	free(t);
	stream->release = NULL;
}

API int retis_events_arrow(struct retis_events *ev, struct ArrowArrayStream *out)
{
	struct table *t = calloc(1, sizeof(*t));
	int got = t ? 0 : -ENOMEM;

	if (got)
		return got;
	t->ev = ev;
	got = next_table_event(t, &t->first);
	if (got >= 0)
		got = make_columns(t);
	if (got < 0) {
		column_fini(&t->root);
		free(t);
		return got;
	}
	*out = (struct ArrowArrayStream){
		.get_schema = get_schema,
		.get_next = get_batch,
		.get_last_error = get_error,
		.release = release_stream,
		.private_data = t,
	};
	return 0;
}
