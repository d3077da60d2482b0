/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What columns there are, and of which type. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arrow/column.h"

int column_init(struct column *c, const char *name, enum column_kind kind, const char *format,
		uint32_t width)
{
	*c = (struct column){ .kind = kind, .width = width };
	snprintf(c->format, sizeof(c->format), "%s", format);
	c->name = strdup(name);
	return c->name ? 0 : -ENOMEM;
}

void column_fini(struct column *c)
{
	for (uint32_t i = 0; i < c->n_children; i++)
		column_fini(&c->children[i]);
	free(c->children);
	free(c->name);
	free(c->valid.data);
	free(c->values.data);
	free(c->offsets.data);
	intern_fini(&c->words);
	*c = (struct column){ 0 };
}

struct column *column_add_child(struct column *c)
{
	struct column *children = realloc(c->children, (c->n_children + 1) * sizeof(*c->children));

	if (!children)
		return NULL;
	c->children = children;
	children[c->n_children] = (struct column){ 0 };
	return &children[c->n_children++];
}

static const char *number_format(const struct retis_field *f)
{
	static const char *const formats[2][4] = { { "C", "S", "I", "L" }, { "c", "s", "i", "l" } };
	unsigned int log2 = f->size == 8 ? 3 : f->size / 2;

	return formats[f->kind == RETIS_INT][log2];
}

static int init_like_field(struct column *c, const struct retis_field *f, const char *name)
{
	switch (f->kind) {
	case RETIS_UINT:
	case RETIS_HEX:
	case RETIS_INT:
		return column_init(c, name, COLUMN_FIXED, number_format(f), f->size);
	case RETIS_BOOL:
		return column_init(c, name, COLUMN_BOOL, "b", 0);
	case RETIS_BYTES:
		return column_init(c, name, COLUMN_BYTES, "z", 0);
	case RETIS_IP4:
	case RETIS_IP6:
	case RETIS_IP:
	case RETIS_MAC:
	case RETIS_JSON:
		return column_init(c, name, COLUMN_BYTES, "u", 0);
	case RETIS_STRING:
	case RETIS_LINES:
	case RETIS_ENUM:
	case RETIS_NAME:
		return column_init(c, name, COLUMN_WORD, "i", sizeof(int32_t));
	case RETIS_OBJECT:
		break;
	}
	return column_init(c, name, COLUMN_GROUP, "+s", 0);
}

static int add_field(struct column *c, const struct retis_field *f)
{
	struct column *child = column_add_child(c), *element;
	int err = child ? 0 : -ENOMEM;

	if (err)
		return err;
	if (f->kind == RETIS_OBJECT) {
		err = init_like_field(child, f, f->name);
		return err ? err : column_add_fields(child, f->fields, f->n_fields);
	}
	if (!f->count)
		return init_like_field(child, f, f->name);
	err = column_init(child, f->name, COLUMN_LIST, "+l", 0);
	element = err ? NULL : column_add_child(child);
	return element ? init_like_field(element, f, "item") : -ENOMEM;
}

int column_add_fields(struct column *c, const struct retis_field *fields, uint32_t n)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < n; i++)
		err = add_field(c, &fields[i]);
	return err;
}
