/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ipc/body.h"

#include <errno.h>
#include <stdlib.h>

#include "core/event/buffer.h"
#include "core/ipc/schema.h"
#include "core/util/list.h"

/* Buffers below that are not worth it. */
#define WORTH_COMPRESSING 32
/* As in Message.fbs. */
#define CODEC_ZSTD 1

int ipc_body_init(struct ipc_body *b)
{
	int err;

	*b = (struct ipc_body){ .zstd = ZSTD_createCCtx() };
	err = text_init(&b->bytes, 1 << 16);
	return b->zstd ? err : -ENOMEM;
}

void ipc_body_fini(struct ipc_body *b)
{
	free(b->nodes);
	free(b->places);
	text_fini(&b->bytes);
	ZSTD_freeCCtx(b->zstd);
	*b = (struct ipc_body){ 0 };
}

/* --- buffers ---------------------------------------------------------------- */

/* Its length goes first; -1 says that it is not compressed. */
static void pack_buffer(struct ipc_body *b, const void *data, size_t n)
{
	struct retis_text *t = &b->bytes;
	int64_t length = (int64_t)n;
	size_t bound = ZSTD_compressBound(n), packed;

	if (!retis_text_room(t, sizeof(length) + bound))
		return;
	packed = n < WORTH_COMPRESSING
			 ? n
			 : ZSTD_compressCCtx(b->zstd, t->data + t->length + sizeof(length), bound,
					     data, n, 1);
	if (ZSTD_isError(packed) || packed >= n) {
		length = -1;
		packed = n;
		memcpy(t->data + t->length + sizeof(length), data, n);
	}
	memcpy(t->data + t->length, &length, sizeof(length));
	t->length += sizeof(length) + packed;
}

/* Most columns of a table are empty. */
static void pack_zeros(struct ipc_body *b, size_t n)
{
	struct ipc_zeros *known = &b->zeros[n % IPC_ZEROS];
	size_t before = b->bytes.length;
	void *zeros;

	if (known->n == n) {
		retis_text_bytes(&b->bytes, known->packed, known->length);
		return;
	}
	zeros = calloc(1, n);
	if (zeros)
		pack_buffer(b, zeros, n);
	else
		b->bytes.failed = true;
	free(zeros);
	if (b->bytes.failed || b->bytes.length - before > sizeof(known->packed))
		return;
	known->n = n;
	known->length = b->bytes.length - before;
	memcpy(known->packed, b->bytes.data + before, known->length);
}

/* N bytes; DATA may be NULL: zeros. */
static int add_buffer(struct ipc_body *b, const void *data, size_t n)
{
	struct ipc_place *p;

	if (list_grow((void **)&b->places, b->n_places, &b->room_places, sizeof(*b->places)))
		return -ENOMEM;
	p = &b->places[b->n_places++];
	p->offset = (int64_t)b->bytes.length;
	if (n && data)
		pack_buffer(b, data, n);
	else if (n)
		pack_zeros(b, n);
	p->length = (int64_t)b->bytes.length - p->offset;
	flat_align(&b->bytes);
	return b->bytes.failed ? -E2BIG : 0;
}

/* What is in buffer I; where all is null, it does not matter. */
static const void *buffer_of(const struct ArrowArray *a, size_t i)
{
	return a->null_count < a->length ? a->buffers[i] : NULL;
}

static int add_node(struct ipc_body *b, const struct ArrowArray *a)
{
	size_t bits = ((size_t)a->length + 7) / 8;

	if (list_grow((void **)&b->nodes, b->n_nodes, &b->room_nodes, sizeof(*b->nodes)))
		return -ENOMEM;
	b->nodes[b->n_nodes++] = (struct ipc_node){ a->length, a->null_count };
	/* Which ones are null is not said if none is. */
	return add_buffer(b, buffer_of(a, 0), a->null_count ? bits : 0);
}

/* Where the first one starts, which some readers want even if there is none, and all end. */
static int add_row_ends(struct ipc_body *b, const struct ArrowArray *a)
{
	return add_buffer(b, buffer_of(a, 1), ((size_t)a->length + 1) * sizeof(int32_t));
}

static int add_strings(struct ipc_body *b, const struct ArrowArray *a)
{
	const int32_t *ends = buffer_of(a, 1);
	int err = add_row_ends(b, a);

	return err ? err : add_buffer(b, a->buffers[2], ends ? (size_t)ends[a->length] : 0);
}

/* Words by their numbers in the whole file. */
static int add_numbers(struct ipc_body *b, const struct ArrowArray *a,
		       const struct ipc_dictionary *d)
{
	size_t n = (size_t)a->length;
	const int32_t *from = buffer_of(a, 1);
	int32_t *to;
	int err;

	if (!from)
		return add_buffer(b, NULL, n * sizeof(*from));
	to = malloc(n * sizeof(*to) + 1);
	if (!to)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		to[i] = d->numbers[from[i]];
	err = add_buffer(b, to, n * sizeof(*to));
	free(to);
	return err;
}

/* --- columns ---------------------------------------------------------------- */

static int add_column(struct ipc_body *b, const struct ArrowSchema *s, const struct ArrowArray *a,
		      const struct ipc_dictionary **d);

static int add_columns(struct ipc_body *b, const struct ArrowSchema *s, const struct ArrowArray *a,
		       const struct ipc_dictionary **d)
{
	int err = 0;

	for (int64_t i = 0; !err && i < s->n_children; i++)
		err = add_column(b, s->children[i], a->children[i], d);
	return err;
}

static int add_values(struct ipc_body *b, const struct ipc_type *type, const struct ArrowArray *a)
{
	size_t n = (size_t)a->length;

	switch (type->layout) {
	case IPC_FIXED:
		return add_buffer(b, buffer_of(a, 1), n * type->width);
	case IPC_BITS:
		return add_buffer(b, buffer_of(a, 1), (n + 7) / 8);
	case IPC_BYTES:
		return add_strings(b, a);
	case IPC_LIST:
		return add_row_ends(b, a);
	case IPC_STRUCT:
		break;
	}
	return 0;
}

/* D: of the next column that has a dictionary; NULL: numbers stay. */
static int add_column(struct ipc_body *b, const struct ArrowSchema *s, const struct ArrowArray *a,
		      const struct ipc_dictionary **d)
{
	const struct ipc_type *type = ipc_find_type(s->format);
	int err = type && !a->offset ? add_node(b, a) : -ENOTSUP;

	if (err)
		return err;
	if (s->dictionary && *d)
		err = add_numbers(b, a, (*d)++);
	else
		err = add_values(b, type, a);
	return err ? err : add_columns(b, s, a, d);
}

static void reset_body(struct ipc_body *b, int64_t length)
{
	b->length = length;
	b->n_nodes = b->n_places = 0;
	text_clear(&b->bytes);
}

int ipc_body_set_rows(struct ipc_body *b, const struct ArrowSchema *s,
		      const struct ArrowArray *batch, const struct ipc_words *words)
{
	const struct ipc_dictionary *first = words ? words->dictionaries : NULL;

	reset_body(b, batch->length);
	return add_columns(b, s, batch, &first);
}

int ipc_body_set_strings(struct ipc_body *b, const struct ArrowArray *strings)
{
	int err;

	reset_body(b, strings->length);
	err = add_node(b, strings);
	return err ? err : add_strings(b, strings);
}

void ipc_put_body(struct retis_text *f, size_t ref, const struct ipc_body *b)
{
	static const struct flat_field compression[] = { { 1, CODEC_ZSTD } };
	const struct flat_field batch[] = {
		{ 8, (uint64_t)b->length }, FLAT_REF, FLAT_REF, FLAT_REF
	};
	size_t at[4], codec;

	flat_put_table(f, ref, batch, 4, at);
	flat_put_vector(f, at[1], b->nodes, b->n_nodes, sizeof(*b->nodes));
	flat_put_vector(f, at[2], b->places, b->n_places, sizeof(*b->places));
	flat_put_table(f, at[3], compression, 1, &codec);
}
