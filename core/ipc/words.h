/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dictionaries that hold for a whole file: batches bring their own ones, whose words get
 * numbers among those of all batches.
 */
#ifndef IPC_WORDS_H
#define IPC_WORDS_H

#include <retis/arrow.h>

#include "core/util/intern.h"

/* Bytes that all words of a file may take: readers have them all in memory, too. */
#define IPC_WORDS_MAX (32u << 20)

struct ipc_dictionary {
	struct intern words;
	/* Of the batch at hand: from the number there to the one here. */
	int32_t *numbers;
	size_t room;
};

struct ipc_words {
	struct ipc_dictionary *dictionaries;
	size_t n;
	/* Taken by all of them. */
	size_t bytes;
};

/* For the dictionaries of S. -ENOMEM. */
int ipc_words_init(struct ipc_words *w, const struct ArrowSchema *s);
/* Accepts a zeroed one. */
void ipc_words_fini(struct ipc_words *w);

/* Gives the words of BATCH their numbers. -E2BIG: there are too many; -ENOMEM. */
int ipc_words_add(struct ipc_words *w, const struct ArrowArray *batch);

#endif
