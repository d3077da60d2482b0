/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Rows of columns. */
#include "core/arrow/column.h"
#include "core/event/value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX (1u << 24)

static int grow_buffer(struct column_buffer *b, size_t more)
{
	/* The next batch is much like the last one. */
	size_t room = b->room ? b->room : b->before + b->before / 8 + 1024;
	uint8_t *data;

	while (room - b->n < more)
		room *= 2;
	data = realloc(b->data, room);
	if (!data)
		return -ENOMEM;
	b->data = data;
	b->room = room;
	return 0;
}

static inline int add_bytes(struct column_buffer *b, const void *data, size_t n)
{
	int err = b->room - b->n < n ? grow_buffer(b, n) : 0;

	if (err || !n)
		return err;
	if (data)
		memcpy(b->data + b->n, data, n);
	else
		memset(b->data + b->n, 0, n);
	b->n += n;
	return 0;
}

/* Numbers, of a size the compiler knows. */
static inline int add_number(struct column_buffer *b, const void *value, uint32_t width)
{
	switch (width) {
	case 1:
		return add_bytes(b, value, 1);
	case 2:
		return add_bytes(b, value, 2);
	case 4:
		return add_bytes(b, value, 4);
	default:
		return add_bytes(b, value, 8);
	}
}

/* Bit number C->length. */
static inline int add_bit(struct column_buffer *b, int64_t number, bool set)
{
	uint8_t byte = (uint8_t)(set << (number % 8));

	if (number % 8 == 0)
		return add_bytes(b, &byte, 1);
	b->data[b->n - 1] |= byte;
	return 0;
}

static inline int add_valid(struct column *c)
{
	int err = c->nulls ? add_bit(&c->valid, c->length, true) : 0;

	c->length++;
	return err;
}

/* Where the values end. */
static int add_offset(struct column *c, int64_t end)
{
	int32_t at = (int32_t)end, zero = 0;
	int err = c->offsets.n ? 0 : add_bytes(&c->offsets, &zero, sizeof(zero));

	return err ? err : add_bytes(&c->offsets, &at, sizeof(at));
}

static int add_offsets(struct column *c, int64_t end, int64_t n)
{
	int err = 0;

	for (int64_t i = 0; !err && i < n; i++)
		err = add_offset(c, end);
	return err;
}

/* Room for bits up to ROWS, the new ones zero. */
static int add_bits(struct column_buffer *b, int64_t rows)
{
	return add_bytes(b, NULL, ((size_t)rows + 7) / 8 - b->n);
}

/* The rows of before were all there. */
static int begin_bits(struct column *c)
{
	uint8_t last = (uint8_t)((1u << (c->length % 8)) - 1);
	size_t bytes = (size_t)c->length / 8;
	int err = add_bytes(&c->valid, NULL, bytes);

	if (err)
		return err;
	if (bytes)
		memset(c->valid.data, 0xff, bytes);
	return last ? add_bytes(&c->valid, &last, 1) : 0;
}

static int add_null_values(struct column *c, int64_t rows)
{
	int64_t more = rows - c->length;

	switch (c->kind) {
	case COLUMN_FIXED:
	case COLUMN_WORD:
		return add_bytes(&c->values, NULL, (size_t)more * c->width);
	case COLUMN_BOOL:
		return add_bits(&c->values, rows);
	case COLUMN_BYTES:
		return add_offsets(c, (int64_t)c->values.n, more);
	case COLUMN_LIST:
		return add_offsets(c, c->children[0].length, more);
	case COLUMN_GROUP:
		break;
	}
	return 0;
}

int column_add_nulls(struct column *c, int64_t rows)
{
	int err = add_null_values(c, rows);

	if (!err && !c->nulls)
		err = begin_bits(c);
	if (!err)
		err = add_bits(&c->valid, rows);
	c->nulls += rows - c->length;
	c->length = rows;
	return err;
}

static int put_null(struct column *c)
{
	return column_pad(c, c->length + 1);
}

static inline int put_plain_number(struct column *c, const void *value)
{
	int err = add_number(&c->values, value, c->width);

	return err ? err : add_valid(c);
}

int column_put_fixed(struct column *c, const void *value)
{
	int err;

	if (c->kind != COLUMN_BOOL)
		return put_plain_number(c, value);
	err = add_bit(&c->values, c->length, *(const uint8_t *)value);
	return err ? err : add_valid(c);
}

/* Mostly it is. */
static inline bool is_last_word(const struct column *c, const char *text, size_t length)
{
	return c->words.n && c->word_length == length &&
	       !memcmp(c->words.texts[c->word], text, length);
}

static int find_word(struct column *c, const char *text, size_t length)
{
	int word;

	if (is_last_word(c, text, length))
		return (int)c->word;
	word = intern_get(&c->words, text, length, WORDS_MAX);
	if (word >= 0) {
		c->word = (uint32_t)word;
		c->word_length = (uint32_t)length;
	}
	return word;
}

int column_put_text(struct column *c, const char *text, size_t length)
{
	int word, err;

	if (c->kind == COLUMN_WORD) {
		word = find_word(c, text, length);
		return word < 0 ? word : column_put_fixed(c, &(int32_t){ word });
	}
	err = add_bytes(&c->values, text, length);
	if (!err)
		err = add_offset(c, (int64_t)c->values.n);
	return err ? err : add_valid(c);
}

int column_put_row(struct column *c)
{
	int err = c->kind == COLUMN_LIST ? add_offset(c, c->children[0].length) : 0;

	return err ? err : add_valid(c);
}

/* Arrow's strings are UTF-8, files have whatever bytes the kernel had. */
static int put_foreign_text(struct column *c, const char *text, size_t length)
{
	char room[2048];
	struct retis_text safe = { .data = room, .capacity = sizeof(room) };

	for (size_t i = 0; i < length && !is_last_word(c, text, length); i++) {
		if ((unsigned char)text[i] < 0x80)
			continue;
		retis_text_escaped(&safe, text, length);
		return column_put_text(c, safe.data, safe.length);
	}
	return column_put_text(c, text, length);
}

static int column_put_value(struct column *c, const struct retis_field *f,
			    const struct retis_view *view, uint32_t index)
{
	struct retis_value v;

	/* Most are numbers, as they are. */
	if (c->kind == COLUMN_FIXED)
		return put_plain_number(c, field_data(f, view) + (size_t)index * c->width);
	value_read(f, view, index, &v);
	switch (v.kind) {
	case RETIS_VALUE_UINT:
	case RETIS_VALUE_INT:
		break;
	case RETIS_VALUE_BOOL:
		return column_put_fixed(c, &v.as.b);
	case RETIS_VALUE_TEXT:
	case RETIS_VALUE_JSON:
		return put_foreign_text(c, v.as.text, v.length);
	case RETIS_VALUE_BYTES:
		return column_put_text(c, v.as.text, v.length);
	case RETIS_VALUE_NONE:
		break;
	}
	return put_null(c);
}

/* What is not there is padded once something is. */
static int column_put_field(struct column *c, int64_t row, const struct retis_field *f,
			    const struct retis_view *view)
{
	int err = 0;

	if (!field_present(f, view))
		return 0;
	err = column_pad(c, row);
	if (err)
		return err;
	if (c->kind == COLUMN_GROUP)
		return column_put_fields(c, f->fields, f->n_fields, view);
	if (c->kind != COLUMN_LIST)
		return column_put_value(c, f, view, 0);
	for (uint32_t i = 0; !err && i < f->count; i++)
		err = column_put_value(&c->children[0], f, view, i);
	return err ? err : column_put_row(c);
}

/* In another file the field may be somewhere else, or of another type. */
static bool fits_field(const struct column *c, const struct retis_field *f)
{
	const struct column *element = c->kind == COLUMN_LIST ? &c->children[0] : c;

	if (strcmp(c->name, f->name) || (c->kind == COLUMN_LIST) != (f->count > 0))
		return false;
	switch (f->kind) {
	case RETIS_UINT:
	case RETIS_HEX:
	case RETIS_INT:
		return element->kind == COLUMN_FIXED && element->width == f->size;
	case RETIS_BOOL:
		return element->kind == COLUMN_BOOL;
	case RETIS_OBJECT:
		return element->kind == COLUMN_GROUP;
	default:
		return element->kind == COLUMN_BYTES || element->kind == COLUMN_WORD;
	}
}

static const struct retis_field *find_like_column(const struct column *c,
						  const struct retis_field *fields, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (fits_field(c, &fields[i]))
			return &fields[i];
	}
	return NULL;
}

void column_forget_fields(struct column *c)
{
	c->like = NULL;
	for (uint32_t i = 0; i < c->n_children; i++)
		column_forget_fields(&c->children[i]);
}

/* Are the children, one by one, these? That holds as long as the table does. */
static bool is_like(struct column *c, const struct retis_field *fields, uint32_t n)
{
	if (c->like == fields)
		return true;
	if (n != c->n_children)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		if (!fits_field(&c->children[i], &fields[i]))
			return false;
	}
	c->like = fields;
	return true;
}

int column_put_fields(struct column *c, const struct retis_field *fields, uint32_t n,
		      const struct retis_view *view)
{
	bool like = is_like(c, fields, n);
	int err = 0;

	for (uint32_t i = 0; !err && i < c->n_children; i++) {
		const struct retis_field *f =
			like ? &fields[i] : find_like_column(&c->children[i], fields, n);

		if (f)
			err = column_put_field(&c->children[i], c->length, f, view);
	}
	return err ? err : column_put_row(c);
}
