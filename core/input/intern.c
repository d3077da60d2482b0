/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Open addressing; what is in it is its length and the bytes. */
#include "core/input/intern.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/util/list.h"

static uint64_t mix_bits(uint64_t h)
{
	h *= 0x9e3779b97f4a7c15;
	return h ^ h >> 32;
}

static uint64_t intern_hash(const char *text, size_t length)
{
	uint64_t h = length, word;

	for (; length > sizeof(word); text += sizeof(word), length -= sizeof(word)) {
		memcpy(&word, text, sizeof(word));
		h = mix_bits(h ^ word);
	}
	word = 0;
	memcpy(&word, text, length);
	return mix_bits(h ^ word);
}

/* The length stands before the bytes. */
static size_t length_of(const char *text)
{
	size_t length;

	memcpy(&length, text - sizeof(length), sizeof(length));
	return length;
}

static size_t find_text_slot(const struct intern *in, const char *text, size_t length)
{
	size_t at = intern_hash(text, length) & (in->n_slots - 1);

	while (in->slots[at]) {
		const char *there = in->texts[in->slots[at] - 1];

		if (length_of(there) == length && !memcmp(there, text, length))
			break;
		at = (at + 1) & (in->n_slots - 1);
	}
	return at;
}

static int grow_intern(struct intern *in)
{
	size_t n = in->n_slots ? 2 * in->n_slots : 256;
	uint32_t *slots = calloc(n, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	free(in->slots);
	in->slots = slots;
	in->n_slots = n;
	for (size_t i = 0; i < in->n; i++)
		slots[find_text_slot(in, in->texts[i], length_of(in->texts[i]))] = (uint32_t)i + 1;
	return 0;
}

static int intern_add(struct intern *in, const char *text, size_t length)
{
	char *copy;

	if (list_grow((void **)&in->texts, in->n, &in->room, sizeof(*in->texts)))
		return -ENOMEM;
	copy = malloc(sizeof(length) + length + 1);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, &length, sizeof(length));
	copy += sizeof(length);
	memcpy(copy, text, length);
	copy[length] = '\0';
	in->texts[in->n++] = copy;
	return 0;
}

int intern_get(struct intern *in, const char *text, size_t length, size_t max)
{
	size_t at;
	int err;

	if (2 * in->n >= in->n_slots) {
		err = grow_intern(in);
		if (err)
			return err;
	}
	at = find_text_slot(in, text, length);
	if (in->slots[at])
		return (int)in->slots[at] - 1;
	if (in->n >= max)
		return -ENOSPC;
	err = intern_add(in, text, length);
	if (err)
		return err;
	in->slots[at] = (uint32_t)in->n;
	return (int)in->n - 1;
}

void intern_fini(struct intern *in)
{
	for (size_t i = 0; i < in->n; i++)
		free(in->texts[i] - sizeof(size_t));
	free(in->texts);
	free(in->slots);
	*in = (struct intern){ 0 };
}
