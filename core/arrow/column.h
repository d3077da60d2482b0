/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Columns of a table, nested like field tables, that grow row by row and are then
 * taken as Arrow arrays. Nothing here knows events.
 */
#ifndef ARROW_COLUMN_H
#define ARROW_COLUMN_H

#include <retis/arrow.h>

#include "core/util/intern.h"

enum column_kind {
	/* `width` bytes each. */
	COLUMN_FIXED = 1,
	COLUMN_BOOL,
	/* Bytes behind one another; strings and others. */
	COLUMN_BYTES,
	/* Strings that come again: numbers of `words`. */
	COLUMN_WORD,
	COLUMN_GROUP,
	/* Of children[0]. */
	COLUMN_LIST,
};

struct column_buffer {
	uint8_t *data;
	size_t n;
	size_t room;
	/* What was in it when it was taken last. */
	size_t before;
};

struct column {
	char *name;
	enum column_kind kind;
	uint32_t width;
	/* As the C data interface spells types. */
	char format[8];
	struct column *children;
	uint32_t n_children;

	/* The table whose fields the children are like, one by one; NULL: not known. */
	const struct retis_field *like;

	int64_t length;
	int64_t nulls;
	/* Bits, once something is null. */
	struct column_buffer valid;
	struct column_buffer values;
	struct column_buffer offsets;
	struct intern words;
	/* The last one, and its bytes. */
	uint32_t word;
	uint32_t word_length;
};

/* All of these say -ENOMEM if that is what there is; then the columns are only good for
 * column_fini(). */

int column_init(struct column *c, const char *name, enum column_kind kind, const char *format,
		uint32_t width);
/* A further child, to be initialized; NULL: no memory. Those of before may move. */
struct column *column_add_child(struct column *c);
/* Children that are like FIELDS. */
int column_add_fields(struct column *c, const struct retis_field *fields, uint32_t n);
/* Accepts a zeroed one. */
void column_fini(struct column *c);

/* Nulls up to so many rows, which are more; of a group, its children follow when something is put
 * or taken. */
int column_add_nulls(struct column *c, int64_t rows);

static inline int column_pad(struct column *c, int64_t rows)
{
	return rows > c->length ? column_add_nulls(c, rows) : 0;
}

int column_put_fixed(struct column *c, const void *value);
int column_put_text(struct column *c, const char *text, size_t length);
/* A row of a group or a list; what a group's children lack is null. */
int column_put_row(struct column *c);
/* What FIELDS say of the section; a group's row. */
int column_put_fields(struct column *c, const struct retis_field *fields, uint32_t n,
		      const struct retis_view *view);

/* The tables of before are gone. */
void column_forget_fields(struct column *c);

/* The type. */
int column_export_schema(const struct column *c, struct ArrowSchema *out);
/* The rows, which are no longer the column's. */
int column_take_array(struct column *c, struct ArrowArray *out);
/* An array of strings. */
int column_export_words(const struct intern *words, struct ArrowArray *out);

#endif
