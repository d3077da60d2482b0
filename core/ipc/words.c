/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/ipc/words.h"

#include <errno.h>
#include <stdlib.h>

#include "core/ipc/schema.h"

/* What a word takes besides its bytes. */
#define WORD_COST 32

int ipc_words_init(struct ipc_words *w, const struct ArrowSchema *s)
{
	*w = (struct ipc_words){ .n = ipc_count_dictionaries(s) };
	w->dictionaries = calloc(w->n + 1, sizeof(*w->dictionaries));
	return w->dictionaries ? 0 : -ENOMEM;
}

void ipc_words_fini(struct ipc_words *w)
{
	for (size_t i = 0; w->dictionaries && i < w->n; i++) {
		intern_fini(&w->dictionaries[i].words);
		free(w->dictionaries[i].numbers);
	}
	free(w->dictionaries);
	*w = (struct ipc_words){ 0 };
}

static int grow_numbers(struct ipc_dictionary *d, size_t n)
{
	int32_t *numbers = n > d->room ? realloc(d->numbers, n * sizeof(*numbers)) : d->numbers;

	if (!numbers && n)
		return -ENOMEM;
	d->numbers = numbers;
	d->room = n > d->room ? n : d->room;
	return 0;
}

static int add_words(struct ipc_words *w, struct ipc_dictionary *d, const struct ArrowArray *words)
{
	const int32_t *ends = words->buffers[1];
	const char *bytes = words->buffers[2];
	int err = grow_numbers(d, (size_t)words->length);

	for (int64_t i = 0; !err && i < words->length; i++) {
		size_t length = (size_t)(ends[i + 1] - ends[i]), before = d->words.n;
		int number = intern_get(&d->words, bytes + ends[i], length, INT32_MAX);

		if (number < 0)
			return number;
		d->numbers[i] = number;
		w->bytes += d->words.n > before ? length + WORD_COST : 0;
		err = w->bytes > IPC_WORDS_MAX ? -E2BIG : 0;
	}
	return err;
}

static int add_array(struct ipc_words *w, const struct ArrowArray *a, size_t *number)
{
	int err = 0;

	if (a->dictionary)
		err = add_words(w, &w->dictionaries[(*number)++], a->dictionary);
	for (int64_t i = 0; !err && i < a->n_children; i++)
		err = add_array(w, a->children[i], number);
	return err;
}

int ipc_words_add(struct ipc_words *w, const struct ArrowArray *batch)
{
	size_t number = 0;

	return add_array(w, batch, &number);
}
