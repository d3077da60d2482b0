/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of Schema.fbs (https://github.com/apache/arrow/blob/main/format/Schema.fbs). */
#include "core/ipc/schema.h"

#include <errno.h>

enum type_number {
	TYPE_INT = 2,
	TYPE_BINARY = 4,
	TYPE_UTF8 = 5,
	TYPE_BOOL = 6,
	TYPE_TIMESTAMP = 10,
	TYPE_LIST = 12,
	TYPE_STRUCT = 13,
};

#define UNIT_NANOSECOND 3

static const struct ipc_type types[] = {
	{ "c", IPC_FIXED, 1, true, TYPE_INT },
	{ "C", IPC_FIXED, 1, false, TYPE_INT },
	{ "s", IPC_FIXED, 2, true, TYPE_INT },
	{ "S", IPC_FIXED, 2, false, TYPE_INT },
	{ "i", IPC_FIXED, 4, true, TYPE_INT },
	{ "I", IPC_FIXED, 4, false, TYPE_INT },
	{ "l", IPC_FIXED, 8, true, TYPE_INT },
	{ "L", IPC_FIXED, 8, false, TYPE_INT },
	{ "tsn:UTC", IPC_FIXED, 8, true, TYPE_TIMESTAMP },
	{ "b", IPC_BITS, 0, false, TYPE_BOOL },
	{ "z", IPC_BYTES, 0, false, TYPE_BINARY },
	{ "u", IPC_BYTES, 0, false, TYPE_UTF8 },
	{ "+l", IPC_LIST, 0, false, TYPE_LIST },
	{ "+s", IPC_STRUCT, 0, false, TYPE_STRUCT },
};

const struct ipc_type *ipc_find_type(const char *format)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!strcmp(types[i].format, format))
			return &types[i];
	}
	return NULL;
}

size_t ipc_count_dictionaries(const struct ArrowSchema *s)
{
	size_t n = s->dictionary ? 1 : 0;

	for (int64_t i = 0; i < s->n_children; i++)
		n += ipc_count_dictionaries(s->children[i]);
	return n;
}

static void put_column_type(struct retis_text *f, size_t ref, const struct ipc_type *type)
{
	const struct flat_field integer[] = { { 4, 8u * type->width }, { 1, type->is_signed } };
	const struct flat_field timestamp[] = { { 2, UNIT_NANOSECOND }, FLAT_REF };
	size_t at[2];

	if (type->number == TYPE_INT) {
		flat_put_table(f, ref, integer, 2, at);
	} else if (type->number == TYPE_TIMESTAMP) {
		flat_put_table(f, ref, timestamp, 2, at);
		flat_put_string(f, at[1], "UTC");
	} else {
		flat_put_table(f, ref, NULL, 0, at);
	}
}

static int put_children(struct retis_text *f, size_t ref, const struct ArrowSchema *s, int64_t *id);

/* The type of a column with a dictionary is that of the words. */
static int put_column_field(struct retis_text *f, size_t ref, const struct ArrowSchema *s,
			    int64_t *id)
{
	const struct ipc_type *index = ipc_find_type(s->format);
	const struct ipc_type *type = s->dictionary ? ipc_find_type(s->dictionary->format) : index;
	const struct flat_field dictionary[] = { { 8, (uint64_t)*id }, FLAT_REF };
	struct flat_field field[] = { FLAT_REF, { 1, 1 }, { 1, 0 }, FLAT_REF, { 0, 0 }, FLAT_REF };
	size_t at[6], dictionary_at[2];

	if (!type || !index)
		return -ENOTSUP;
	field[2].value = type->number;
	field[4].size = s->dictionary ? 4 : 0;
	flat_put_table(f, ref, field, 6, at);
	flat_put_string(f, at[0], s->name);
	put_column_type(f, at[3], type);
	if (s->dictionary) {
		flat_put_table(f, at[4], dictionary, 2, dictionary_at);
		put_column_type(f, dictionary_at[1], index);
		++*id;
	}
	return put_children(f, at[5], s, id);
}

static int put_children(struct retis_text *f, size_t ref, const struct ArrowSchema *s, int64_t *id)
{
	size_t at = flat_put_vector(f, ref, NULL, (size_t)s->n_children, sizeof(uint32_t));
	int err = 0;

	for (int64_t i = 0; !err && i < s->n_children; i++)
		err = put_column_field(f, at + (size_t)i * sizeof(uint32_t), s->children[i], id);
	return err;
}

int ipc_put_schema(struct retis_text *f, size_t ref, const struct ArrowSchema *s)
{
	/* Little-endian, which is the default; the fields. */
	static const struct flat_field schema[] = { { 0, 0 }, FLAT_REF };
	int64_t id = 0;
	size_t at[2];

	flat_put_table(f, ref, schema, 2, at);
	return put_children(f, at[1], s, &id);
}
