/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Columns as the structs of the Arrow C data interface. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/arrow/column.h"

/* --- types ------------------------------------------------------------------ */

static void release_schema(struct ArrowSchema *s)
{
	for (int64_t i = 0; i < s->n_children; i++) {
		if (s->children[i] && s->children[i]->release)
			s->children[i]->release(s->children[i]);
		free(s->children[i]);
	}
	free(s->children);
	if (s->dictionary && s->dictionary->release)
		s->dictionary->release(s->dictionary);
	free(s->dictionary);
	free((char *)(uintptr_t)s->format);
	free((char *)(uintptr_t)s->name);
	s->release = NULL;
}

static int fill_schema(struct ArrowSchema *s, const char *format, const char *name)
{
	*s = (struct ArrowSchema){
		.format = strdup(format),
		.name = strdup(name),
		.flags = ARROW_FLAG_NULLABLE,
		.release = release_schema,
	};
	return s->format && s->name ? 0 : -ENOMEM;
}

static int export_children(const struct column *c, struct ArrowSchema *s)
{
	int err = 0;

	if (!c->n_children)
		return 0;
	s->children = calloc(c->n_children, sizeof(*s->children));
	if (!s->children)
		return -ENOMEM;
	for (uint32_t i = 0; !err && i < c->n_children; i++) {
		s->children[i] = calloc(1, sizeof(**s->children));
		s->n_children++;
		err = s->children[i] ? column_export_schema(&c->children[i], s->children[i])
				     : -ENOMEM;
	}
	return err;
}

int column_export_schema(const struct column *c, struct ArrowSchema *out)
{
	int err = fill_schema(out, c->format, c->name);

	if (!err)
		err = export_children(c, out);
	if (!err && c->kind == COLUMN_WORD) {
		out->dictionary = calloc(1, sizeof(*out->dictionary));
		err = out->dictionary ? fill_schema(out->dictionary, "u", "") : -ENOMEM;
	}
	if (err)
		release_schema(out);
	return err;
}

/* --- rows ------------------------------------------------------------------- */

/* What columns without anything in them consist of, whichever: most are such. Nobody writes
 * to it; that it could be has it take no room in the program. */
#define NULL_ROWS 16384
static uint64_t zeros[NULL_ROWS];

static void free_buffer(const void *buffer)
{
	if (buffer != zeros)
		free((void *)(uintptr_t)buffer);
}

static void release_array(struct ArrowArray *a)
{
	for (int64_t i = 0; i < a->n_buffers; i++)
		free_buffer(a->buffers[i]);
	free(a->buffers);
	for (int64_t i = 0; i < a->n_children; i++) {
		if (a->children[i] && a->children[i]->release)
			a->children[i]->release(a->children[i]);
		free(a->children[i]);
	}
	free(a->children);
	if (a->dictionary && a->dictionary->release)
		a->dictionary->release(a->dictionary);
	free(a->dictionary);
	a->release = NULL;
}

/* Readers want an address even where there is nothing; and one offset. */
static void *take_buffer(struct column_buffer *b)
{
	void *data = b->data ? (void *)b->data : zeros;

	*b = (struct column_buffer){ .before = b->n };
	return data;
}

static int take_buffers(struct column *c, struct ArrowArray *a)
{
	bool has_offsets = c->kind == COLUMN_BYTES || c->kind == COLUMN_LIST;
	bool has_values = c->kind != COLUMN_LIST && c->kind != COLUMN_GROUP;

	a->buffers = calloc(3, sizeof(*a->buffers));
	if (!a->buffers)
		return -ENOMEM;
	/* None: all are there. */
	if (c->nulls)
		a->buffers[0] = take_buffer(&c->valid);
	a->n_buffers++;
	if (has_offsets)
		a->buffers[a->n_buffers++] = take_buffer(&c->offsets);
	if (has_values)
		a->buffers[a->n_buffers++] = take_buffer(&c->values);
	a->length = c->length;
	a->null_count = c->nulls;
	c->length = c->nulls = 0;
	return 0;
}

/* A group's rows, which its member C may lack. */
static int pad_member(struct column *c, int64_t rows)
{
	if (c->length || rows > NULL_ROWS)
		return column_pad(c, rows);
	/* take_buffer() has all that is in them. */
	c->length = c->nulls = rows;
	return 0;
}

static int take_children(struct column *c, struct ArrowArray *a)
{
	int err = 0;

	if (!c->n_children)
		return 0;
	a->children = calloc(c->n_children, sizeof(*a->children));
	if (!a->children)
		return -ENOMEM;
	for (uint32_t i = 0; !err && i < c->n_children; i++) {
		a->children[i] = calloc(1, sizeof(**a->children));
		if (!a->children[i])
			return -ENOMEM;
		a->n_children++;
		err = c->kind == COLUMN_GROUP ? pad_member(&c->children[i], a->length) : 0;
		if (!err)
			err = column_take_array(&c->children[i], a->children[i]);
	}
	return err;
}

int column_export_words(const struct intern *words, struct ArrowArray *out)
{
	struct column c;
	int err = column_init(&c, "", COLUMN_BYTES, "u", 0);

	for (size_t i = 0; !err && i < words->n; i++)
		err = column_put_text(&c, words->texts[i], strlen(words->texts[i]));
	if (!err)
		err = column_take_array(&c, out);
	column_fini(&c);
	return err;
}

/* The words of a column. */
static int take_words(struct column *c, struct ArrowArray *a)
{
	int err;

	a->dictionary = calloc(1, sizeof(*a->dictionary));
	err = a->dictionary ? column_export_words(&c->words, a->dictionary) : -ENOMEM;
	intern_fini(&c->words);
	c->word = 0;
	return err;
}

int column_take_array(struct column *c, struct ArrowArray *out)
{
	int err;

	*out = (struct ArrowArray){ .release = release_array };
	err = take_buffers(c, out);
	if (!err)
		err = take_children(c, out);
	if (!err && c->kind == COLUMN_WORD)
		err = take_words(c, out);
	if (err)
		release_array(out);
	return err;
}
