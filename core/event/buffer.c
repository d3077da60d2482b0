/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Text buffers on the heap. */
#include "core/event/buffer.h"

#include <errno.h>
#include <stdlib.h>

static bool buffer_grow(struct retis_text *text, size_t more)
{
	size_t capacity = text->capacity;
	char *data;

	if (more > BUFFER_MAX || text->length > BUFFER_MAX - more)
		return false;
	while (capacity - text->length < more)
		capacity *= 2;
	data = realloc(text->data, capacity);
	if (!data)
		return false;
	text->data = data;
	text->capacity = capacity;
	return true;
}

int text_init(struct retis_text *text, size_t capacity)
{
	char *data = malloc(capacity);

	if (!data)
		return -ENOMEM;
	*text = (struct retis_text){ .data = data, .capacity = capacity, .grow = buffer_grow };
	return 0;
}

void text_fini(struct retis_text *text)
{
	if (!text)
		return;
	free(text->data);
	*text = (struct retis_text){ 0 };
}

void text_clear(struct retis_text *text)
{
	text->length = 0;
	text->failed = false;
}
