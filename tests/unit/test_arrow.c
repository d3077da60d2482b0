/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events as Arrow tables. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include <retis/arrow.h>

#include "core/arrow/column.h"
#include "tests/unit/file_build.h"

static bool is_valid(const struct ArrowArray *a, int64_t row)
{
	const uint8_t *bits = a->buffers[0];

	/* Without bits all are. */
	return !bits || bits[row / 8] >> (row % 8) & 1;
}

static const struct ArrowArray *find_child(const struct ArrowSchema *s, const struct ArrowArray *a,
					   const char *name, const struct ArrowSchema **type)
{
	for (int64_t i = 0; i < s->n_children; i++) {
		if (strcmp(s->children[i]->name, name))
			continue;
		if (type)
			*type = s->children[i];
		cr_assert_eq(a->children[i]->length, a->length);
		return a->children[i];
	}
	cr_assert_fail("no column %s", name);
	return NULL;
}

Test(arrow, table_of_a_file)
{
	const struct ArrowSchema *type;
	const struct ArrowArray *group, *a;
	struct ArrowArrayStream stream;
	struct retis_events *ev;
	struct ArrowSchema schema;
	struct ArrowArray batch;

	file_make(file_path("small"), 2);
	cr_assert_eq(retis_events_open(file_path("small"), NULL, &ev), 0);
	cr_assert_eq(retis_events_arrow(ev, &stream), 0);
	cr_assert_eq(stream.get_schema(&stream, &schema), 0);
	cr_expect_str_eq(schema.format, "+s");
	cr_assert_eq(stream.get_next(&stream, &batch), 0);
	cr_assert_eq(batch.length, 20);
	a = find_child(&schema, &batch, "time", &type);
	cr_expect_str_eq(type->format, "tsn:UTC");
	cr_expect_eq(((const int64_t *)a->buffers[1])[7], 7 - 5);
	/* What the start says, so that files of many hosts become one table. */
	group = find_child(&schema, &batch, "common", &type);
	a = find_child(type, group, "host", NULL);
	cr_expect_eq(((const int32_t *)a->buffers[1])[3], 0);
	cr_assert_eq(a->dictionary->length, 1);
	cr_expect_eq(memcmp(a->dictionary->buffers[2], "one", 3), 0);
	group = find_child(&schema, &batch, "kernel", &type);
	a = find_child(type, group, "symbol", NULL);
	cr_expect_eq(((const int32_t *)a->buffers[1])[3], 0);
	cr_assert_eq(a->dictionary->length, 1);
	cr_expect_eq(memcmp(a->dictionary->buffers[2], "net:netif_rx", 12), 0);
	group = find_child(&schema, &batch, "userspace", NULL);
	cr_expect_eq(group->null_count, 20);
	group = find_child(&schema, &batch, "my-count", &type);
	cr_expect_eq(group->null_count, 0);
	a = find_child(type, group, "count", NULL);
	cr_expect_eq(((const uint64_t *)a->buffers[1])[19], 19);
	cr_expect(is_valid(a, 19));
	batch.release(&batch);
	cr_assert_eq(stream.get_next(&stream, &batch), 0);
	cr_expect_null(batch.release);
	schema.release(&schema);
	stream.release(&stream);
	retis_events_close(ev);
	file_clean();
}

/* Rows that lack it are filled up when something comes, and at the end. */
Test(arrow, columns_are_padded)
{
	static const struct retis_field fields[] = {
		{ .name = "n", .kind = RETIS_UINT, .size = 2, .present = 1 },
		{ .name = "s", .kind = RETIS_STRING, .offset = 2, .present = 2 },
		{ .name = "l", .kind = RETIS_BOOL, .size = 1, .count = 2, .present = 3 },
	};
	const uint8_t data[] = { 1, 2, 'h', 0xff, 'i' };
	struct retis_view view = { .size = sizeof(view), .data = data, .length = sizeof(data) };
	struct column c;
	struct ArrowArray a;

	cr_assert_eq(column_init(&c, "c", COLUMN_GROUP, "+s", 0), 0);
	cr_assert_eq(column_add_fields(&c, fields, 3), 0);
	cr_assert_eq(column_pad(&c, 11), 0);
	view.present = 7;
	cr_assert_eq(column_put_fields(&c, fields, 3, &view), 0);
	view.present = 0;
	cr_assert_eq(column_put_fields(&c, fields, 3, &view), 0);
	cr_assert_eq(column_take_array(&c, &a), 0);
	cr_expect_eq(a.length, 13);
	cr_expect_eq(a.null_count, 11);
	cr_expect_eq(a.children[0]->length, 13);
	cr_expect_eq(a.children[0]->null_count, 12);
	cr_expect(is_valid(a.children[0], 11));
	cr_expect_not(is_valid(a.children[0], 12));
	cr_expect_eq(((const uint16_t *)a.children[0]->buffers[1])[11], 0x201);
	cr_expect_eq(a.children[1]->null_count, 12);
	/* Bytes that are no UTF-8 are spelled out. */
	cr_expect_eq(memcmp(a.children[1]->dictionary->buffers[2], "h\\xffi", 6), 0);
	cr_expect_eq(((const int32_t *)a.children[2]->buffers[1])[11], 0);
	cr_expect_eq(((const int32_t *)a.children[2]->buffers[1])[12], 2);
	cr_expect_eq(((const int32_t *)a.children[2]->buffers[1])[13], 2);
	a.release(&a);
	/* Once more, from the start. */
	cr_assert_eq(column_put_fields(&c, fields, 3, &view), 0);
	cr_assert_eq(column_take_array(&c, &a), 0);
	cr_expect_eq(a.length, 1);
	cr_expect_eq(a.children[1]->dictionary->length, 0);
	a.release(&a);
	column_fini(&c);
}
