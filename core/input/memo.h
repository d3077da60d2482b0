/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * What objects became that were read before: devices, probes and tasks come again and
 * again, written in the same way. Bytes that are those of an object are that object,
 * whatever follows them, as it ends where its brace is closed.
 */
#ifndef INPUT_MEMO_H
#define INPUT_MEMO_H

#include "core/json/parse.h"

#define MEMO_ENTRIES 4
#define MEMO_TEXT_MAX 480
#define MEMO_DATA_MAX 256

struct memo_entry {
	uint32_t text_length;
	uint32_t data_length;
	/* Of a section: its `present`; of a probe: its number. */
	uint32_t note;
	_Alignas(8) uint8_t data[MEMO_DATA_MAX];
	char text[MEMO_TEXT_MAX];
};

/* All zero: empty. */
struct memo {
	/* The one that is replaced next. */
	unsigned int oldest;
	/* The one that was found last. */
	unsigned int recent;
	struct memo_entry entries[MEMO_ENTRIES];
};

/* What the object at hand, a member of another one, became, and goes over it. NULL: it is
 * not known, and nothing was done. */
const struct memo_entry *memo_find(struct memo *m, struct json_cursor *c);

/* Keeps what OBJECT became, if it is short enough. */
void memo_keep(struct memo *m, struct json object, const void *data, uint32_t length,
	       uint32_t note);

#endif
