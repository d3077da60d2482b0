/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ipc/flat.h"

#include "core/event/buffer.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are written as they are");

static void put_zeros(struct retis_text *f, size_t n)
{
	static const char zeros[8];

	for (; n > sizeof(zeros); n -= sizeof(zeros))
		retis_text_bytes(f, zeros, sizeof(zeros));
	retis_text_bytes(f, zeros, n);
}

/* So that what comes behind BEFORE more bytes is at a multiple of ALIGN. */
static void align_flat(struct retis_text *f, size_t before, size_t align)
{
	put_zeros(f, -(f->length + before) & (align - 1));
}

void flat_align(struct retis_text *f)
{
	align_flat(f, 0, 8);
}

void flat_begin(struct retis_text *f)
{
	text_clear(f);
	put_zeros(f, 4);
}

/* To what comes next. */
static void refer_here(struct retis_text *f, size_t ref)
{
	uint32_t distance = (uint32_t)(f->length - ref);

	if (!f->failed)
		memcpy(f->data + ref, &distance, sizeof(distance));
}

/* Where fields are in their table, behind the distance to the vtable. */
static uint16_t lay_out_fields(const struct flat_field *fields, size_t n, uint16_t *offsets)
{
	size_t end = sizeof(int32_t);

	for (size_t i = 0; i < n; i++) {
		size_t size = fields[i].size;

		offsets[i] = 0;
		if (!size)
			continue;
		offsets[i] = (uint16_t)((end + size - 1) & -size);
		end = offsets[i] + size;
	}
	return (uint16_t)end;
}

void flat_put_table(struct retis_text *f, size_t ref, const struct flat_field *fields, size_t n,
		    size_t *at)
{
	uint16_t vtable[2 + FLAT_FIELDS_MAX];
	int32_t distance;
	size_t table;

	vtable[0] = (uint16_t)((2 + n) * sizeof(uint16_t));
	vtable[1] = lay_out_fields(fields, n, vtable + 2);
	align_flat(f, vtable[0], 8);
	retis_text_bytes(f, (const char *)vtable, vtable[0]);
	table = f->length;
	refer_here(f, ref);
	distance = vtable[0];
	retis_text_bytes(f, (const char *)&distance, sizeof(distance));
	for (size_t i = 0; i < n; i++) {
		at[i] = table + vtable[2 + i];
		if (!fields[i].size)
			continue;
		align_flat(f, 0, fields[i].size);
		retis_text_bytes(f, (const char *)&fields[i].value, fields[i].size);
	}
}

size_t flat_put_vector(struct retis_text *f, size_t ref, const void *elements, size_t count,
		       size_t size)
{
	uint32_t n = (uint32_t)count;
	size_t first;

	align_flat(f, sizeof(n), size % 8 ? 4 : 8);
	refer_here(f, ref);
	retis_text_bytes(f, (const char *)&n, sizeof(n));
	first = f->length;
	if (elements)
		retis_text_bytes(f, elements, count * size);
	else
		put_zeros(f, count * size);
	return first;
}

void flat_put_string(struct retis_text *f, size_t ref, const char *text)
{
	/* With a NUL behind it that does not count. */
	flat_put_vector(f, ref, text, strlen(text), 1);
	put_zeros(f, 1);
}
