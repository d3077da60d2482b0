/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* What is in it is its length and the bytes. */
#include "core/util/intern.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/util/hash.h"
#include "core/util/list.h"

/* The length stands before the bytes. */
static size_t length_of(const char *text)
{
	size_t length;

	memcpy(&length, text - sizeof(length), sizeof(length));
	return length;
}

static int intern_add(struct intern *in, const void *text, size_t length, uint32_t hash)
{
	int err = list_grow((void **)&in->texts, in->n, &in->room, sizeof(*in->texts));
	char *copy = err ? NULL : malloc(sizeof(length) + length + 1);

	if (copy)
		err = slots_add(&in->slots, hash, (uint32_t)in->n + 1);
	if (!copy || err) {
		free(copy);
		return -ENOMEM;
	}
	memcpy(copy, &length, sizeof(length));
	copy += sizeof(length);
	memcpy(copy, text, length);
	copy[length] = '\0';
	in->texts[in->n] = copy;
	return (int)in->n++;
}

int intern_get(struct intern *in, const void *text, size_t length, size_t max)
{
	uint32_t hash = hash_words(text, length);
	const struct slot *slot = NULL;

	while ((slot = slots_next(&in->slots, hash, slot))) {
		const char *there = in->texts[slot->number - 1];

		if (length_of(there) == length && !memcmp(there, text, length))
			return (int)slot->number - 1;
	}
	return in->n < max ? intern_add(in, text, length, hash) : -ENOSPC;
}

int intern_new(struct intern *in, const void *text, size_t length, size_t max)
{
	size_t n = in->n;
	int number = intern_get(in, text, length, max);

	return number < 0 ? number : in->n > n;
}

void intern_fini(struct intern *in)
{
	for (size_t i = 0; i < in->n; i++)
		free(in->texts[i] - sizeof(size_t));
	free(in->texts);
	slots_fini(&in->slots);
	*in = (struct intern){ 0 };
}
