/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables as Arrow files and streams, read by the rules of flatbuffers. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <zstd.h>

#include "core/arrow/column.h"
#include "core/event/buffer.h"
#include "core/ipc/writer.h"

/* --- a table of two columns ---------------------------------------------------- */

static const struct retis_field fields[] = {
	{ .name = "n", .kind = RETIS_UINT, .size = 2 },
	{ .name = "word", .kind = RETIS_STRING, .offset = 2, .present = 1 },
};

static void make_columns(struct column *c, struct ArrowSchema *schema)
{
	cr_assert_eq(column_init(c, "", COLUMN_GROUP, "+s", 0), 0);
	cr_assert_eq(column_add_fields(c, fields, 2), 0);
	cr_assert_eq(column_export_schema(c, schema), 0);
}

/* TEXT: NULL: null. */
static void put_row(struct column *c, const char *text)
{
	uint8_t data[16] = { 7 };
	struct retis_view view = { .size = sizeof(view), .data = data, .length = sizeof(data) };

	if (text) {
		view.present = 1;
		memcpy(data + 2, text, strlen(text));
	}
	cr_assert_eq(column_put_fields(c, fields, 2, &view), 0);
}

static int put_batch(struct ipc *w, struct column *c)
{
	struct ArrowArray batch;
	int err;

	cr_assert_eq(column_take_array(c, &batch), 0);
	err = ipc_put_batch(w, &batch);
	batch.release(&batch);
	return err;
}

static int take_bytes(void *arg, const void *data, size_t n)
{
	struct retis_text *to = arg;

	/* A disk that is full. */
	if (to->indent && to->length + n > to->indent)
		return -ENOSPC;
	retis_text_bytes(to, data, n);
	return to->failed ? -ENOMEM : 0;
}

/* Two batches, "a" "b" and "b" null "c". */
static int write_table(enum ipc_form form, struct retis_text *to)
{
	const struct ipc_out out = { .write = take_bytes, .arg = to };
	struct ArrowSchema schema;
	struct column c;
	struct ipc w;
	int err;

	make_columns(&c, &schema);
	err = ipc_begin(&w, form, &schema, &out);
	put_row(&c, "a");
	put_row(&c, "b");
	if (!err)
		err = put_batch(&w, &c);
	put_row(&c, "b");
	put_row(&c, NULL);
	put_row(&c, "c");
	if (!err)
		err = put_batch(&w, &c);
	if (!err)
		err = ipc_end(&w);
	ipc_fini(&w);
	schema.release(&schema);
	column_fini(&c);
	return err;
}

/* --- reading ------------------------------------------------------------------- */

static uint32_t u32_at(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static int64_t i64_at(const char *p)
{
	int64_t v;

	memcpy(&v, p, sizeof(v));
	cr_assert_eq((uintptr_t)p % 8, 0);
	return v;
}

static const char *follow(const char *ref)
{
	cr_assert_eq((uintptr_t)ref % 4, 0);
	return ref + u32_at(ref);
}

/* Field N of a table, or NULL. */
static const char *field(const char *table, unsigned int n)
{
	const char *vtable = table - (int32_t)u32_at(table);
	uint16_t size, offset;

	memcpy(&size, vtable, sizeof(size));
	if (4 + 2 * n >= size)
		return NULL;
	memcpy(&offset, vtable + 4 + 2 * n, sizeof(offset));
	return offset ? table + offset : NULL;
}

/* The root of the message at *AT, of the kind, and its body; goes on to the next one. */
static const char *read_message(const char **at, uint8_t kind, const char **body)
{
	const char *message;
	uint32_t size = u32_at(*at + 4);

	cr_assert_eq(u32_at(*at), 0xffffffff);
	cr_assert_eq((uintptr_t)*at % 8, 0);
	cr_assert_eq(size % 8, 0);
	message = follow(*at + 8);
	cr_assert_eq(*field(message, 0), 4);
	cr_assert_eq(*field(message, 1), kind);
	*body = *at + 8 + size;
	*at = *body + i64_at(field(message, 3));
	return follow(field(message, 2));
}

/* Buffer I of a batch, uncompressed, to TO. */
static size_t read_buffer(const char *batch, const char *body, unsigned int i, void *to,
			  size_t room)
{
	const char *places = follow(field(batch, 2)) + 4, *at;
	int64_t length, packed = i64_at(places + 16 * i + 8);

	cr_assert_lt(i, u32_at(places - 4));
	/* Each buffer is compressed with zstd. */
	cr_assert_eq(*field(follow(field(batch, 3)), 0), 1);
	if (!packed)
		return 0;
	at = body + i64_at(places + 16 * i);
	length = i64_at(at);
	if (length >= 0)
		cr_assert_eq(ZSTD_decompress(to, room, at + 8, (size_t)packed - 8), length);
	else
		memcpy(to, at + 8, (size_t)packed - 8);
	return length >= 0 ? (size_t)length : (size_t)packed - 8;
}

static void expect_words(const char *dictionary, const char *body, const char *text)
{
	const char *batch = follow(field(dictionary, 1));
	char got[64];

	cr_expect_eq(i64_at(field(dictionary, 0)), 0);
	cr_expect_eq(i64_at(field(batch, 0)), (int64_t)strlen(text));
	cr_assert_eq(read_buffer(batch, body, 2, got, sizeof(got)), strlen(text));
	cr_expect_eq(memcmp(got, text, strlen(text)), 0);
}

static void expect_numbers(const char *batch, const char *body, const int32_t *numbers, size_t n)
{
	int32_t got[16];
	uint16_t sevens[16];
	const char *nodes = follow(field(batch, 1)) + 4;

	cr_expect_eq(i64_at(field(batch, 0)), (int64_t)n);
	cr_assert_eq(u32_at(nodes - 4), 2);
	cr_expect_eq(i64_at(nodes + 16), (int64_t)n);
	cr_assert_eq(read_buffer(batch, body, 1, sevens, sizeof(sevens)), 2 * n);
	cr_expect_eq(sevens[n - 1], 7);
	cr_assert_eq(read_buffer(batch, body, 3, got, sizeof(got)), 4 * n);
	cr_expect_eq(memcmp(got, numbers, 4 * n), 0);
}

Test(ipc, file)
{
	static const int32_t first[] = { 0, 1 }, second[] = { 1, 1, 2 };
	struct retis_text to;
	const char *footer, *block, *at, *body, *batch;

	cr_assert_eq(text_init(&to, 1 << 16), 0);
	cr_assert_eq(write_table(IPC_FILE, &to), 0);
	cr_assert_eq(memcmp(to.data, "ARROW1\0", 8), 0);
	cr_assert_eq(memcmp(to.data + to.length - 6, "ARROW1", 6), 0);
	footer = follow(to.data + to.length - 10 - u32_at(to.data + to.length - 10));
	/* One dictionary of all words, wherever it is; two batches. */
	block = follow(field(footer, 2));
	cr_assert_eq(u32_at(block), 1);
	at = to.data + i64_at(block + 4);
	batch = read_message(&at, 2, &body);
	expect_words(batch, body, "abc");
	cr_expect_eq(u32_at(block + 12), (uint32_t)(body - to.data - i64_at(block + 4)));
	block = follow(field(footer, 3));
	cr_assert_eq(u32_at(block), 2);
	at = to.data + i64_at(block + 4);
	batch = read_message(&at, 3, &body);
	expect_numbers(batch, body, first, 2);
	at = to.data + i64_at(block + 28);
	batch = read_message(&at, 3, &body);
	expect_numbers(batch, body, second, 3);
	text_fini(&to);
}

Test(ipc, stream)
{
	static const int32_t first[] = { 0, 1 }, second[] = { 0, 0, 1 };
	struct retis_text to;
	const char *at, *body, *message, *column;

	cr_assert_eq(text_init(&to, 1 << 16), 0);
	cr_assert_eq(write_table(IPC_STREAM, &to), 0);
	at = to.data;
	message = read_message(&at, 1, &body);
	message = follow(field(message, 1));
	cr_assert_eq(u32_at(message), 2);
	column = follow(message + 8);
	cr_expect_str_eq(follow(field(column, 0)) + 4, "word");
	/* A string by numbers of 32 bits. */
	cr_expect_eq(*field(column, 2), 5);
	cr_expect_eq(*field(follow(field(follow(field(column, 4)), 1)), 0), 32);
	message = read_message(&at, 2, &body);
	expect_words(message, body, "ab");
	message = read_message(&at, 3, &body);
	expect_numbers(message, body, first, 2);
	message = read_message(&at, 2, &body);
	expect_words(message, body, "bc");
	message = read_message(&at, 3, &body);
	expect_numbers(message, body, second, 3);
	cr_expect_eq(u32_at(at + 4), 0);
	cr_expect_eq(at + 8, to.data + to.length);
	text_fini(&to);
}

/* Wherever writing fails, that is what is said. */
Test(ipc, full_disk)
{
	struct retis_text to;
	size_t whole;

	cr_assert_eq(text_init(&to, 1 << 16), 0);
	cr_assert_eq(write_table(IPC_FILE, &to), 0);
	whole = to.length;
	for (uint32_t room = 1; room < whole; room += 7) {
		text_clear(&to);
		to.indent = room;
		cr_assert_eq(write_table(IPC_FILE, &to), -ENOSPC, "%u bytes", room);
	}
	text_fini(&to);
}

/* All different strings of a file are remembered, so there is a limit to them. */
Test(ipc, too_many_words)
{
	struct retis_text to;
	const struct ipc_out out = { .write = take_bytes, .arg = &to };
	struct ArrowSchema schema;
	struct column c;
	struct ipc w;

	cr_assert_eq(text_init(&to, 1 << 16), 0);
	make_columns(&c, &schema);
	cr_assert_eq(ipc_begin(&w, IPC_FILE, &schema, &out), 0);
	put_row(&c, "a");
	cr_assert_eq(put_batch(&w, &c), 0);
	w.words.bytes = IPC_WORDS_MAX;
	put_row(&c, "a");
	cr_assert_eq(put_batch(&w, &c), 0);
	put_row(&c, "b");
	cr_assert_eq(put_batch(&w, &c), -E2BIG);
	ipc_fini(&w);
	schema.release(&schema);
	column_fini(&c);
	text_fini(&to);
}
