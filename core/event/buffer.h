/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * A struct retis_text on the heap that grows as it fills, up to BUFFER_MAX:
 * what is printed into it may come from a hostile file.
 */
#ifndef EVENT_BUFFER_H
#define EVENT_BUFFER_H

#include <retis/text.h>

#define BUFFER_MAX (64u << 20)

/* `capacity` (at least 1) bytes to start with. -ENOMEM. */
int text_init(struct retis_text *text, size_t capacity);

/* Accepts NULL and a zeroed text. */
void text_fini(struct retis_text *text);

/* Forgets the text, keeps the memory. */
void text_clear(struct retis_text *text);

#endif
