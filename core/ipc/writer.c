/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ipc/writer.h"

#include <errno.h>
#include <stdlib.h>

#include "core/arrow/column.h"
#include "core/event/buffer.h"
#include "core/ipc/schema.h"
#include "core/util/list.h"

/* As in Message.fbs and Schema.fbs. */
#define METADATA_V5 4
enum message_kind { MESSAGE_SCHEMA = 1, MESSAGE_DICTIONARY, MESSAGE_BATCH };

#define MAGIC "ARROW1"
/* Before each message; with length 0 it is the end. */
#define CONTINUES 0xffffffff

static int write_out(struct ipc *w, const void *data, size_t n)
{
	int err = w->out.write(w->out.arg, data, n);

	w->written += err ? 0 : (int64_t)n;
	return err;
}

/* --- messages --------------------------------------------------------------- */

/* Begins the head of one; where what it is about is referred to. */
static size_t begin_message(struct ipc *w, enum message_kind kind, size_t body)
{
	const struct flat_field message[] = {
		{ 2, METADATA_V5 }, { 1, kind }, FLAT_REF, { 8, body }
	};
	size_t at[4];

	flat_begin(&w->head);
	flat_put_table(&w->head, 0, message, 4, at);
	return at[2];
}

/* The head, and BODY, which may be NULL. A file says in BLOCKS where it is. */
static int write_message(struct ipc *w, const struct retis_text *body, struct ipc_blocks *blocks)
{
	uint32_t start[2] = { CONTINUES, 0 };
	int err;

	flat_align(&w->head);
	if (w->head.failed)
		return -E2BIG;
	start[1] = (uint32_t)w->head.length;
	if (w->form == IPC_FILE && blocks) {
		if (list_grow((void **)&blocks->list, blocks->n, &blocks->room,
			      sizeof(*blocks->list)))
			return -ENOMEM;
		blocks->list[blocks->n++] =
			(struct ipc_block){ .offset = w->written,
					    .head = (int32_t)(sizeof(start) + w->head.length),
					    .body = (int64_t)body->length };
	}
	err = write_out(w, start, sizeof(start));
	if (!err)
		err = write_out(w, w->head.data, w->head.length);
	return err || !body ? err : write_out(w, body->data, body->length);
}

/* What is in the body. */
static int write_body(struct ipc *w, enum message_kind kind, int64_t dictionary,
		      struct ipc_blocks *blocks)
{
	const struct flat_field words[] = { { 8, (uint64_t)dictionary }, FLAT_REF };
	size_t ref = begin_message(w, kind, w->body.bytes.length), at[2];

	if (kind == MESSAGE_DICTIONARY) {
		flat_put_table(&w->head, ref, words, 2, at);
		ref = at[1];
	}
	ipc_put_body(&w->head, ref, &w->body);
	return write_message(w, &w->body.bytes, blocks);
}

static int write_dictionary(struct ipc *w, int64_t dictionary, const struct ArrowArray *words)
{
	int err = ipc_body_set_strings(&w->body, words);

	return err ? err : write_body(w, MESSAGE_DICTIONARY, dictionary, &w->dictionaries);
}

/* --- dictionaries ----------------------------------------------------------- */

/* Of a stream: those of the batch, unless there is nothing in them and it is not the first. */
static int write_batch_words(struct ipc *w, const struct ArrowArray *a, int64_t *dictionary)
{
	int err = 0;

	if (a->dictionary) {
		if (a->dictionary->length || !w->has_batch)
			err = write_dictionary(w, *dictionary, a->dictionary);
		++*dictionary;
	}
	for (int64_t i = 0; !err && i < a->n_children; i++)
		err = write_batch_words(w, a->children[i], dictionary);
	return err;
}

/* Of a file. */
static int write_all_words(struct ipc *w)
{
	int err = 0;

	for (size_t i = 0; !err && i < w->words.n; i++) {
		struct ArrowArray words;

		err = column_export_words(&w->words.dictionaries[i].words, &words);
		if (err)
			break;
		err = write_dictionary(w, (int64_t)i, &words);
		words.release(&words);
	}
	return err;
}

/* --- the whole -------------------------------------------------------------- */

int ipc_begin(struct ipc *w, enum ipc_form form, const struct ArrowSchema *schema,
	      const struct ipc_out *out)
{
	int err;

	*w = (struct ipc){ .form = form, .schema = schema, .out = *out };
	err = text_init(&w->head, 4096);
	if (!err)
		err = ipc_body_init(&w->body);
	if (!err && form == IPC_FILE)
		err = ipc_words_init(&w->words, schema);
	if (!err)
		err = ipc_put_schema(&w->head, begin_message(w, MESSAGE_SCHEMA, 0), schema);
	if (!err && form == IPC_FILE)
		err = write_out(w, MAGIC "\0", 8);
	return err ? err : write_message(w, NULL, NULL);
}

void ipc_fini(struct ipc *w)
{
	text_fini(&w->head);
	ipc_body_fini(&w->body);
	ipc_words_fini(&w->words);
	free(w->dictionaries.list);
	free(w->batches.list);
	*w = (struct ipc){ 0 };
}

int ipc_put_batch(struct ipc *w, const struct ArrowArray *batch)
{
	bool file = w->form == IPC_FILE;
	int64_t dictionary = 0;
	int err = file ? ipc_words_add(&w->words, batch) : write_batch_words(w, batch, &dictionary);

	if (!err)
		err = ipc_body_set_rows(&w->body, w->schema, batch, file ? &w->words : NULL);
	w->has_batch = true;
	return err ? err : write_body(w, MESSAGE_BATCH, 0, &w->batches);
}

static void put_blocks(struct retis_text *f, size_t ref, const struct ipc_blocks *blocks)
{
	flat_put_vector(f, ref, blocks->list, blocks->n, sizeof(*blocks->list));
}

static int write_footer(struct ipc *w)
{
	static const struct flat_field footer[] = {
		{ 2, METADATA_V5 }, FLAT_REF, FLAT_REF, FLAT_REF
	};
	size_t at[4];
	int32_t size;
	int err;

	flat_begin(&w->head);
	flat_put_table(&w->head, 0, footer, 4, at);
	err = ipc_put_schema(&w->head, at[1], w->schema);
	put_blocks(&w->head, at[2], &w->dictionaries);
	put_blocks(&w->head, at[3], &w->batches);
	if (!err && w->head.failed)
		err = -E2BIG;
	size = (int32_t)w->head.length;
	if (!err)
		err = write_out(w, w->head.data, w->head.length);
	if (!err)
		err = write_out(w, &size, sizeof(size));
	return err ? err : write_out(w, MAGIC, strlen(MAGIC));
}

int ipc_end(struct ipc *w)
{
	static const uint32_t end[2] = { CONTINUES, 0 };
	int err = w->form == IPC_FILE ? write_all_words(w) : 0;

	if (!err)
		err = write_out(w, end, sizeof(end));
	return err || w->form == IPC_STREAM ? err : write_footer(w);
}
