/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
#include "core/arrow/table.h"

#include <errno.h>
#include <string.h>

#include "core/event/common.h"
#include "core/input/view.h"

/* Rows of a batch, and the bytes of events after which it is full as well. */
#define BATCH_ROWS 16384
#define BATCH_BYTES (16u << 20)

enum fixed_column { COLUMN_TIME, COLUMN_COMMON, COLUMN_KERNEL, COLUMN_USERSPACE, FIXED_COLUMNS };

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

/* Stack traces are no section of the table. */
static bool is_stack(const struct input_names *names, uint32_t number)
{
	return names->stack && names->stack->section == number;
}

static int add_section_groups(struct table *t, const struct input_names *names)
{
	const struct registry *r = names->registry;
	int err = 0;

	for (uint32_t i = 0; !err && r && i < r->n; i++) {
		const struct retis_section_type *type = r->entries[r->by_rank[i]].type;
		struct column *c;

		if (is_stack(names, r->by_rank[i]))
			continue;
		c = add_group(t, type->name);
		err = c ? column_add_fields(c, type->fields, type->n_fields) : -ENOMEM;
	}
	return err;
}

int table_init(struct table *t, const struct input_names *names)
{
	struct column *c;
	int err;

	*t = (struct table){ 0 };
	err = column_init(&t->root, "", COLUMN_GROUP, "+s", 0);

	c = err ? NULL : column_add_child(&t->root);
	err = c ? column_init(c, "time", COLUMN_FIXED, "tsn:UTC", sizeof(int64_t)) : -ENOMEM;
	c = err ? NULL : add_group(t, "common");
	err = c ? column_add_fields(c, common_fields, COMMON_FIELDS) : -ENOMEM;
	if (!err)
		err = add_probe_group(t, "kernel");
	if (!err)
		err = add_probe_group(t, "userspace");
	return err ? err : add_section_groups(t, names);
}

void table_fini(struct table *t)
{
	column_fini(&t->root);
}

/* Sections of the file at hand to columns, by name. */
static void map_sections(struct table *t, const struct input_names *names)
{
	const struct registry *r = names->registry;

	if (t->generation == names->generation)
		return;
	t->generation = names->generation;
	memset(t->columns, 0, sizeof(t->columns));
	column_forget_fields(&t->root);
	for (uint32_t i = 0; r && i < r->n; i++) {
		for (uint32_t c = FIXED_COLUMNS; c < t->root.n_children; c++) {
			if (!strcmp(t->root.children[c].name, r->entries[i].type->name))
				t->columns[i] = (uint16_t)c;
		}
	}
}

/* --- rows ------------------------------------------------------------------- */

static int put_row_time(struct table *t, const int64_t *clock_offset, uint64_t timestamp)
{
	struct column *c = &t->root.children[COLUMN_TIME];
	int err = column_pad(c, t->root.length);
	int64_t utc;

	/* Null where it is not known. */
	if (err || !clock_offset)
		return err;
	utc = (int64_t)(timestamp + (uint64_t)*clock_offset);
	return column_put_fixed(c, &utc);
}

static int put_common_group(struct table *t, const struct input_names *names,
			    const struct retis_event *event)
{
	struct retis_view view = view_common(names, event);

	/* Files of many hosts become one table: it has the host of each event, if the file says it.
	 */
	view.present |= 1u << (COMMON_HOST - 1);
	/* Each event has it. */
	return column_put_fields(&t->root.children[COLUMN_COMMON], common_fields, COMMON_FIELDS,
				 &view);
}

static int put_probe_group(struct table *t, const struct input_names *names, uint16_t number)
{
	const struct retis_file_probe *probe =
		number < names->n_probes ? names->probes[number] : NULL;
	struct column *c;
	int err;

	if (!probe)
		return 0;
	c = &t->root.children[probe->path ? COLUMN_USERSPACE : COLUMN_KERNEL];
	err = column_pad(c, t->root.length);
	for (uint32_t i = 0; !err && i < 2; i++) {
		const char *text = i ? probe->type : probe->symbol;

		err = column_pad(&c->children[i], c->length);
		if (!err)
			err = column_put_text(&c->children[i], text, strlen(text));
	}
	return err ? err : column_put_row(c);
}

static int put_section_group(struct table *t, const struct input_names *names,
			     const struct retis_event *event, const struct retis_section *s)
{
	uint16_t child = s->type < REGISTRY_MAX ? t->columns[s->type] : 0;
	struct column *c = &t->root.children[child];
	const struct retis_section_type *type;
	struct retis_view view;
	int err;

	/* None, or a second one. */
	if (!child || c->length > t->root.length)
		return 0;
	type = names->registry->entries[s->type].type;
	view = view_section(names, event, s);
	err = column_pad(c, t->root.length);
	return err ? err : column_put_fields(c, type->fields, type->n_fields, &view);
}

int table_put_event(struct table *t, const struct input_names *names, const int64_t *clock_offset,
		    const struct retis_event *event)
{
	const struct retis_section *s = NULL;
	int err;

	map_sections(t, names);
	t->bytes += event->size;
	err = put_row_time(t, clock_offset, event->timestamp);
	if (!err)
		err = put_common_group(t, names, event);
	if (!err)
		err = put_probe_group(t, names, event->probe);
	while (!err && (s = retis_section_next(event, s)))
		err = put_section_group(t, names, event, s);
	return err ? err : column_put_row(&t->root);
}

/* --- batches ---------------------------------------------------------------- */

bool table_is_full(const struct table *t)
{
	return t->root.length >= BATCH_ROWS || t->bytes >= BATCH_BYTES;
}

int table_take_batch(struct table *t, struct ArrowArray *out)
{
	*out = (struct ArrowArray){ 0 };
	t->bytes = 0;
	return t->root.length ? column_take_array(&t->root, out) : 0;
}
